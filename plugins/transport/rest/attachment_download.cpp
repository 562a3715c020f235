// SPDX-License-Identifier: GPL-3.0-or-later
#include "attachment_download.h"

#include "plugin-api/attachment_service.h"

#include <algorithm>
#include <utility>

namespace hudhud {

namespace {

constexpr qsizetype TagBytes = 16; ///< Of the digest.

Error noSuchFile()
{
    return Error(ErrorCode::NotFound,
                 QStringLiteral("There is no such attachment; it may have been removed with its last message."));
}

QByteArray entityTag(const AttachmentRecord &record)
{
    return '"' + record.digest.first(qMin(TagBytes, record.digest.size())).toHex() + '"';
}

/// RFC 9110, section 13.1.2.
bool isKnown(const QByteArray &tag, const QByteArray &knownTags)
{
    const QList<QByteArray> known = knownTags.split(',');
    return std::ranges::any_of(known, [&tag](const QByteArray &entry) {
        const QByteArray trimmed = entry.trimmed();
        return trimmed == tag || trimmed == "W/" + tag || trimmed == "*";
    });
}

std::vector<std::pair<QByteArray, QByteArray>> downloadHeaders(const AttachmentRecord &record)
{
    return {{"ETag", entityTag(record)},
            {"Cache-Control", "private, max-age=3600"},
            {"Content-Disposition", contentDisposition(record.attachment.name)},
            {"X-Content-Type-Options", "nosniff"},
            {"Content-Security-Policy", "default-src 'none'; sandbox"}};
}

void sendBytes(const RestContextPointer &context, const AttachmentRecord &record, HttpResponder responder)
{
    context->services.attachments->read(
        record, [context, record, responder = std::move(responder)](Result<QByteArray> bytes) mutable {
            if (!bytes) {
                const bool isGone = bytes.error().code() == ErrorCode::NotFound;
                return context->refuse(responder, isGone ? noSuchFile() : bytes.error());
            }
            context->respond(responder,
                             HttpResponse{.status = 200,
                                          .contentType = record.attachment.contentType,
                                          .body = std::move(*bytes),
                                          .headers = downloadHeaders(record),
                                          .closeConnection = false});
        });
}

} // namespace

void download(const RestContextPointer &context, DownloadRequest request, HttpResponder responder)
{
    const QByteArray id = request.id;
    context->services.attachments->find(
        id, [context, request = std::move(request),
             responder = std::move(responder)](const Result<std::optional<AttachmentRecord>> &found) mutable {
            if (!found)
                return context->refuse(responder, found.error());
            if (!*found || (request.owner && (*found)->apiKeyId != *request.owner))
                return context->refuse(responder, noSuchFile());
            if (!isKnown(entityTag(**found), request.knownTags))
                return sendBytes(context, **found, std::move(responder));
            context->respond(responder,
                             HttpResponse{.status = 304,
                                          .contentType = {},
                                          .body = {},
                                          .headers = downloadHeaders(**found),
                                          .closeConnection = false});
        });
}

QByteArray contentDisposition(const QByteArray &name)
{
    QByteArray plain = name;
    std::ranges::replace_if(
        plain, [](char c) { return c < ' ' || c > '~' || c == '"' || c == '\\' || c == '%'; }, '_');
    QByteArray value = "attachment; filename=\"" + plain + '"';
    if (plain != name)
        value.append("; filename*=UTF-8''").append(name.toPercentEncoding());
    return value;
}

} // namespace hudhud
