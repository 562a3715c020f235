// SPDX-License-Identifier: GPL-3.0-or-later
#include "message_json.h"

#include "core/json_text.h"

namespace hudhud {

namespace {

void appendText(QByteArray &out, QByteArrayView name, QByteArrayView value)
{
    out.append(",\"").append(name).append("\":");
    appendJsonString(out, value);
}

void appendOptionalText(QByteArray &out, QByteArrayView name, QByteArrayView value)
{
    if (!value.isEmpty())
        appendText(out, name, value);
}

void appendOptionalTime(QByteArray &out, QByteArrayView name, const std::optional<Timestamp> &time)
{
    if (!time)
        return;
    out.append(",\"").append(name).append("\":");
    appendTime(out, *time);
}

void appendAttachments(QByteArray &out, const std::vector<Attachment> &attachments, const AttachmentLinks *links)
{
    if (attachments.empty())
        return;
    out.append(",\"attachments\":[");
    for (const Attachment &attachment : attachments) {
        if (out.back() != '[')
            out.append(',');
        out.append("{\"id\":");
        appendJsonString(out, attachment.id);
        appendText(out, "name", attachment.name);
        appendText(out, "contentType", attachment.contentType);
        out.append(",\"size\":").append(QByteArray::number(attachment.size));
        if (links)
            appendText(out, "url", links->urlOf(attachment.id));
        out.append('}');
    }
    out.append(']');
}

} // namespace

void appendTime(QByteArray &out, Timestamp time)
{
    out.append('"').append(toRfc3339(time)).append('"');
}

void appendMessage(QByteArray &out, const Message &message, const AttachmentLinks *links)
{
    out.append("{\"id\":\"").append(message.id.toString()).append('"');
    appendText(out, "recipient", message.recipient.view());
    appendText(out, "subject", message.subject);
    appendText(out, "content", message.content);
    appendText(out, "type", messageTypeName(message.type));
    appendText(out, "priority", priorityName(message.priority));
    appendText(out, "status", messageStatusName(message.status));
    out.append(",\"retryCount\":").append(QByteArray::number(message.retryCount));
    out.append(",\"pushCount\":").append(QByteArray::number(message.pushCount));
    appendOptionalTime(out, "createdAt", message.createdAt);
    appendOptionalTime(out, "deliveredAt", message.deliveredAt);
    appendOptionalTime(out, "lastRetryAt", message.lastRetryAt);
    appendOptionalTime(out, "nextRetryAt", message.nextRetryAt);
    appendOptionalTime(out, "movedToDlqAt", message.movedToDlqAt);
    appendOptionalTime(out, "readAt", message.readAt);
    appendOptionalTime(out, "expiresAt", message.expiresAt);
    appendOptionalTime(out, "deliverAt", message.deliverAt);
    if (!message.failureReason.isEmpty()) {
        appendText(out, "failureReason", message.failureReason);
        appendText(out, "failureClass", errorClassName(message.failureClass));
    }
    if (message.deadLetterReason)
        appendText(out, "deadLetterReason", deadLetterReasonName(*message.deadLetterReason));
    if (message.replayCount > 0)
        out.append(",\"replayCount\":").append(QByteArray::number(message.replayCount));
    if (!message.editedFrom.isNull())
        appendText(out, "editedFrom", message.editedFrom.toString());
    appendOptionalText(out, "sender", message.sender);
    appendOptionalText(out, "conversation", message.conversation);
    appendOptionalText(out, "collapseKey", message.collapseKey);
    if (!message.metadata.isEmpty())
        out.append(",\"metadata\":").append(message.metadata);
    appendAttachments(out, message.attachments, links);
    out.append('}');
}

void appendAccepted(QByteArray &out, const MessageId &id)
{
    out.append("\"id\":\"").append(id.toString()).append("\",\"status\":\"");
    out.append(messageStatusName(MessageStatus::Queued)).append('"');
}

QByteArray eventsJson(const std::vector<MessageEvent> &events)
{
    QByteArray out("{\"events\":[");
    for (const MessageEvent &event : events) {
        if (out.back() != '[')
            out.append(',');
        out.append("{\"sequence\":").append(QByteArray::number(event.sequence));
        appendText(out, "status", messageStatusName(event.status));
        out.append(",\"time\":");
        appendTime(out, event.time);
        appendText(out, "node", event.node);
        out.append(",\"attempt\":").append(QByteArray::number(event.attempt));
        appendOptionalText(out, "reason", event.reason);
        out.append('}');
    }
    return out.append("]}");
}

} // namespace hudhud
