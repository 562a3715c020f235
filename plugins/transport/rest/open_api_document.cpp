// SPDX-License-Identifier: GPL-3.0-or-later
#include "open_api_document.h"

#include <QFile>
#include <QJsonDocument>
#include <QJsonValue>

#include <span>

// Outside any namespace, as Q_INIT_RESOURCE requires: a static library's resources are not registered on
// their own.
static void registerOpenApiResource()
{
    Q_INIT_RESOURCE(openapi);
}

namespace hudhud {

namespace {

void setMember(QJsonObject &object, std::span<const char *const> path, const QJsonValue &value)
{
    const QLatin1String name(path.front());
    if (path.size() == 1) {
        object.insert(name, value);
        return;
    }
    QJsonObject child = object.value(name).toObject();
    setMember(child, path.subspan(1), value);
    object.insert(name, child);
}

void setLimit(QJsonObject &document, const char *schema, const char *property, const char *keyword,
              qint64 value)
{
    const char *const path[]{"components", "schemas", schema, "properties", property, keyword};
    setMember(document, path, value);
}

} // namespace

Result<QByteArray> openApiDocument(const RestOptions &options)
{
    registerOpenApiResource();
    QFile file(QStringLiteral(":/openapi/hudhud.json"));
    if (!file.open(QIODevice::ReadOnly))
        return std::unexpected(
            Error(ErrorCode::Internal, QStringLiteral("open the OpenAPI document: ") + file.errorString()));
    QJsonObject document = QJsonDocument::fromJson(file.readAll()).object();
    // JSON Schema counts characters; what has more of them than the limit has bytes is too long in any case.
    setLimit(document, "NewMessage", "subject", "maxLength", options.maximumSubject);
    setLimit(document, "NewMessage", "content", "maxLength", options.maximumContent);
    setLimit(document, "NewMessage", "collapseKey", "maxLength", options.maximumCollapseKey);
    setLimit(document, "NewMessage", "conversation", "maxLength", options.maximumConversation);
    setLimit(document, "NewMessage", "ttlSeconds", "maximum",
             std::chrono::floor<std::chrono::seconds>(options.maximumTimeToLive).count());
    setLimit(document, "NewBatch", "messages", "maxItems", options.maximumBatch);
    return QJsonDocument(document).toJson(QJsonDocument::Compact);
}

} // namespace hudhud
