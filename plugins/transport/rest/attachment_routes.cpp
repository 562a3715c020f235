// SPDX-License-Identifier: GPL-3.0-or-later
#include "attachment_download.h"
#include "authorization.h"
#include "core/json_text.h"
#include "key_allowance.h"
#include "plugin-api/attachment_service.h"
#include "routes.h"

#include <algorithm>
#include <utility>

namespace hudhud {

namespace {

constexpr QByteArrayView AttachmentsPath("/api/v1/attachments/");
constexpr qsizetype LongestName = 255;
constexpr QByteArrayView NamelessName("attachment");

bool isNameCharacter(char c)
{
    return static_cast<unsigned char>(c) >= ' ' && c != '\x7f' && c != '/' && c != '\\';
}

/// The name that the query gives the file. Meaningless if `problems` has grown.
QByteArray readName(const RestRequest &request, FieldProblems &problems)
{
    const QByteArray name = queryValue(request.query, "name").value_or(NamelessName.toByteArray());
    if (name.isEmpty() || name.size() > LongestName || !std::ranges::all_of(name, isNameCharacter)
        || !QUtf8StringView(name).isValidUtf8())
        problems.add("name",
                     "must be 1 to " + QByteArray::number(LongestName)
                         + " bytes of UTF-8 without control characters and slashes; give the name of the file.");
    return name;
}

HttpResponse uploadedResponse(const Attachment &attachment)
{
    QByteArray body("{\"id\":\"" + attachment.id + "\",\"name\":");
    appendJsonString(body, attachment.name);
    body.append(",\"contentType\":");
    appendJsonString(body, attachment.contentType);
    body.append(",\"size\":").append(QByteArray::number(attachment.size)).append('}');
    return HttpResponse{.status = 201,
                        .contentType = "application/json",
                        .body = std::move(body),
                        .headers = {{"Location", AttachmentsPath.toByteArray().append(attachment.id)}},
                        .closeConnection = false};
}

Error unsupportedType(const QByteArray &contentType)
{
    return Error(ErrorCode::Unsupported,
                 QStringLiteral("Files of the Content-Type \"%1\" are not taken (attachments.allowed_types); send the "
                                "media type of the file, like image/png.")
                     .arg(QString::fromLatin1(contentType.first(qMin<qsizetype>(contentType.size(), 60)))));
}

void postAttachment(const RestContextPointer &context, const RestRequest &request, const ApiKeyIdentity &identity,
                    HttpResponder responder)
{
    Attachments &attachments = *context->services.attachments;
    const KeyAllowance allowance(*context->services.sendLimits, identity);
    if (const auto refusal = allowance.check())
        return context->respond(responder, allowance.refusalResponse(*refusal));
    const QByteArray contentType = request.isJson ? QByteArray("application/json") : request.contentType;
    if (!attachments.allowsType(contentType))
        return context->refuseUnreadable(responder, unsupportedType(contentType));
    FieldProblems problems;
    QByteArray name = readName(request, problems);
    if (request.body.isEmpty())
        problems.add("body", "is empty; send the bytes of the file.");
    if (!problems.isEmpty())
        return context->refuse(responder, problems);
    attachments.upload({.apiKeyId = identity.id,
                        .name = std::move(name),
                        .contentType = contentType,
                        .bytes = request.body},
                       [context, responder = std::move(responder)](const Result<Attachment> &uploaded) mutable {
                           if (!uploaded)
                               context->refuse(responder, uploaded.error());
                           else
                               context->respond(responder, uploadedResponse(*uploaded));
                       });
}

/// Without a link: the business looks at its own file.
void getOwnAttachment(const RestContextPointer &context, const RestRequest &request, const ApiKeyIdentity &identity,
                      HttpResponder responder)
{
    download(context, {.id = request.pathParameter, .owner = identity.id, .knownTags = {}}, std::move(responder));
}

void getLinkedAttachment(const RestContextPointer &context, const HttpRequest &request, HttpResponder responder)
{
    const QByteArray id = request.pathParameter();
    const auto checked = context->services.attachmentLinks->check(
        id, queryValue(request.query(), "expires").value_or(QByteArray()),
        queryValue(request.query(), "signature").value_or(QByteArray()));
    if (!checked)
        return context->refuse(responder, checked.error());
    download(context, {.id = id, .owner = {}, .knownTags = request.header("If-None-Match").toByteArray()},
             std::move(responder));
}

} // namespace

Result<void> mountAttachmentRoutes(RouteTable &routes, const RestContextPointer &context)
{
    if (!context->services.attachments)
        return {};
    Result<void> added
        = routes.addUploadRoute(HttpMethod::Post, "/api/v1/attachments", authorized(context, "send", postAttachment),
                                context->services.attachments->maximumSize());
    if (!added)
        return added;
    return routes.addRoute(
        HttpMethod::Get, "/api/v1/attachments/{id}",
        [context, own = authorized(context, "read", getOwnAttachment)](const HttpRequest &request,
                                                                       HttpResponder responder) {
            const bool isLink = queryValue(request.query(), "signature") || queryValue(request.query(), "expires");
            if (isLink)
                getLinkedAttachment(context, request, std::move(responder));
            else
                own(request, std::move(responder));
        });
}

} // namespace hudhud
