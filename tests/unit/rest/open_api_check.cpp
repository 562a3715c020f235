// SPDX-License-Identifier: GPL-3.0-or-later
#include "open_api_check.h"

#include <QFile>
#include <QJsonDocument>
#include <QRegularExpression>

#include <algorithm>

namespace hudhud {

namespace {

QString methodName(HttpMethod method)
{
    switch (method) {
    case HttpMethod::Get:
        return QStringLiteral("get");
    case HttpMethod::Post:
        return QStringLiteral("post");
    case HttpMethod::Put:
        return QStringLiteral("put");
    case HttpMethod::Delete:
        return QStringLiteral("delete");
    default:
        return QStringLiteral("other");
    }
}

QStringList headerViolations(const QJsonObject &headers, const HttpResponse &answer, const JsonSchema &schema)
{
    QStringList found;
    for (auto header = headers.begin(); header != headers.end(); ++header) {
        const QByteArray name = header.key().toLatin1();
        const auto present
            = std::ranges::find(answer.headers, name, &std::pair<QByteArray, QByteArray>::first);
        if (present == answer.headers.end()) {
            if (header.value()[QLatin1String("required")].toBool())
                found.append(QStringLiteral("header missing: ") + header.key());
        } else {
            found.append(
                schema.violations(QString::fromUtf8(present->second),
                                  header.value().toObject().value(QLatin1String("schema")).toObject()));
        }
    }
    return found;
}

} // namespace

OpenApiCheck::OpenApiCheck(const QJsonObject &document)
    : m_document(document)
    , m_schema(document)
{
}

OpenApiCheck OpenApiCheck::fromSource(const QString &sourceDirectory)
{
    QFile file(sourceDirectory + QStringLiteral("/resources/openapi/hudhud.json"));
    if (!file.open(QIODevice::ReadOnly))
        qFatal("cannot open %s", qPrintable(file.fileName()));
    return OpenApiCheck(QJsonDocument::fromJson(file.readAll()).object());
}

QJsonObject OpenApiCheck::operation(HttpMethod method, const QByteArray &path) const
{
    const QJsonObject paths = m_document.value(QLatin1String("paths")).toObject();
    const QString text = QString::fromUtf8(path);
    if (paths.contains(text))
        return paths.value(text).toObject().value(methodName(method)).toObject();
    static const QRegularExpression parameter(QStringLiteral("\\{[^}]*\\}"));
    for (auto candidate = paths.begin(); candidate != paths.end(); ++candidate) {
        const QString pattern
            = u'^' + QString(candidate.key()).replace(parameter, QStringLiteral("[^/]+")) + u'$';
        if (QRegularExpression(pattern).match(text).hasMatch())
            return candidate.value().toObject().value(methodName(method)).toObject();
    }
    return {};
}

QStringList OpenApiCheck::violations(HttpMethod method, const QByteArray &path,
                                     const HttpResponse &answer) const
{
    QJsonObject described = operation(method, path)
                                .value(QLatin1String("responses"))
                                .toObject()
                                .value(QString::number(answer.status))
                                .toObject();
    if (described.contains(QLatin1String("$ref")))
        described = m_schema.resolve(described.value(QLatin1String("$ref")).toString());
    if (described.isEmpty())
        return {QStringLiteral("status %1 is not described for this operation").arg(answer.status)};

    QStringList found
        = headerViolations(described.value(QLatin1String("headers")).toObject(), answer, m_schema);
    const QJsonObject content = described.value(QLatin1String("content")).toObject();
    if (content.isEmpty()) {
        if (!answer.body.isEmpty() || !answer.contentType.isEmpty())
            found.append(QStringLiteral("has a body where none is described"));
        return found;
    }
    if (content.contains(QLatin1String("*/*")))
        return found;
    const QString mediaType = QString::fromLatin1(answer.contentType).section(u';', 0, 0);
    if (!content.contains(mediaType))
        return found << QStringLiteral("media type \"%1\" is not described").arg(mediaType);
    if (!mediaType.endsWith(QLatin1String("json")))
        return found;
    QJsonParseError error;
    const QJsonDocument body = QJsonDocument::fromJson(answer.body, &error);
    if (error.error != QJsonParseError::NoError)
        return found << QStringLiteral("the body is not JSON: ") + error.errorString();
    return found
        + m_schema.violations(body.object(),
                              content.value(mediaType).toObject().value(QLatin1String("schema")).toObject());
}

QStringList OpenApiCheck::violations(const QString &schema, const QJsonValue &value) const
{
    return m_schema.violations(value, m_schema.resolve(QStringLiteral("#/components/schemas/") + schema));
}

} // namespace hudhud
