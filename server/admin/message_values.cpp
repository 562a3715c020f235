// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/message_values.h"

#include "admin/api_time.h"

#include <QJsonDocument>

#include <algorithm>

namespace hudhud {

namespace {

void fill(admin::MessageSummary &summary, const Message &message, const PersonalData &data)
{
    summary.id = QString::fromLatin1(message.id.toString());
    summary.recipient = data.recipient(message.recipient.view());
    summary.status = QLatin1StringView(messageStatusName(message.status));
    summary.priority = QLatin1StringView(priorityName(message.priority));
    summary.type = QLatin1StringView(messageTypeName(message.type));
    summary.sender = data.recipient(message.sender);
    summary.createdAt = toDateTime(message.createdAt);
    summary.deliveredAt = toDateTime(message.deliveredAt);
    summary.nextRetryAt = toDateTime(message.nextRetryAt);
    summary.movedToDlqAt = toDateTime(message.movedToDlqAt);
    summary.expiresAt = toDateTime(message.expiresAt);
    summary.deliverAt = toDateTime(message.deliverAt);
    summary.readAt = toDateTime(message.readAt);
    summary.retryCount = message.retryCount;
    summary.pushCount = message.pushCount;
    summary.failureReason = QString::fromUtf8(message.failureReason);
    if (!message.failureReason.isEmpty())
        summary.failureClass = QString::fromLatin1(errorClassName(message.failureClass));
    if (message.deadLetterReason)
        summary.deadLetterReason = QLatin1StringView(deadLetterReasonName(*message.deadLetterReason));
    summary.contentBytes = message.content.size();
    summary.attachmentCount = std::ssize(message.attachments);
    summary.subject = data.content(message.subject);
    summary.content = data.content(message.content);
}

} // namespace

admin::MessageSummary summarize(const Message &message, const PersonalData &data)
{
    admin::MessageSummary summary;
    fill(summary, message, data);
    return summary;
}

std::vector<admin::MessageSummary> summarize(const std::vector<MessagePointer> &messages, const PersonalData &data)
{
    std::vector<admin::MessageSummary> summaries;
    summaries.reserve(messages.size());
    for (const MessagePointer &message : messages)
        summaries.push_back(summarize(*message, data));
    return summaries;
}

admin::MessageDetail describeMessage(const Message &message, const PersonalData &data)
{
    admin::MessageDetail detail;
    fill(detail, message, data);
    detail.conversation = QString::fromUtf8(message.conversation);
    detail.collapseKey = QString::fromUtf8(message.collapseKey);
    detail.replayCount = message.replayCount;
    if (message.replayJob != 0)
        detail.replayJob = message.replayJob;
    if (!message.editedFrom.isNull())
        detail.editedFrom = QString::fromLatin1(message.editedFrom.toString());
    if (data.isRevealed() && !message.metadata.isEmpty())
        detail.metadata = QJsonDocument::fromJson(message.metadata).object();
    for (const Attachment &attachment : message.attachments) {
        detail.attachments.push_back({.id = QString::fromUtf8(attachment.id),
                                      .name = data.content(attachment.name),
                                      .contentType = QString::fromUtf8(attachment.contentType),
                                      .size = attachment.size});
    }
    return detail;
}

std::vector<admin::Event> describeEvents(const Message &message, const std::vector<MessageEvent> &events)
{
    std::vector<admin::Event> described;
    std::optional<std::size_t> latestFailure;
    for (const MessageEvent &event : events) {
        const bool isFailure = event.status == MessageStatus::Failed || event.status == MessageStatus::DeadLetter;
        if (isFailure)
            latestFailure = described.size();
        const Timestamp before = described.empty() ? event.time : events[described.size() - 1].time;
        described.push_back({.sequence = event.sequence,
                             .status = QLatin1StringView(messageStatusName(event.status)),
                             .time = toDateTime(event.time),
                             .node = QString::fromUtf8(event.node),
                             .attempt = event.attempt,
                             .reason = QString::fromUtf8(event.reason),
                             .durationSeconds = std::max(0.0, toSeconds(event.time - before))});
    }
    // The store keeps the class of the latest failure only.
    if (latestFailure && !message.failureReason.isEmpty())
        described[*latestFailure].errorClass = QString::fromLatin1(errorClassName(message.failureClass));
    return described;
}

} // namespace hudhud
