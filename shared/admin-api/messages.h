// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin-api/json_value.h"

namespace hudhud::admin {

/// A message in a list.
struct MessageSummary
{
    QString id = {};
    QString recipient = {}; ///< Masked unless revealed, as the sender.
    QString status = {};
    QString priority = {};
    QString type = {};
    QString sender = {};
    QDateTime createdAt = {};
    QDateTime deliveredAt = {};
    QDateTime nextRetryAt = {};
    QDateTime movedToDlqAt = {};
    QDateTime expiresAt = {};
    QDateTime deliverAt = {};
    QDateTime readAt = {};
    qint64 retryCount = 0;
    qint64 pushCount = 0;
    QString failureReason = {};
    QString failureClass = {};
    QString deadLetterReason = {};
    qint64 contentBytes = 0;
    qint64 attachmentCount = 0;
    QString subject = {}; ///< Only revealed, as the content.
    QString content = {};

    template <typename Self, typename Visit> static void members(Self &self, Visit &&visit)
    {
        visit("id", self.id);
        visit("recipient", self.recipient);
        visit("status", self.status);
        visit("priority", self.priority);
        visit("type", self.type);
        visit("sender", self.sender);
        visit("createdAt", self.createdAt);
        visit("deliveredAt", self.deliveredAt);
        visit("nextRetryAt", self.nextRetryAt);
        visit("movedToDlqAt", self.movedToDlqAt);
        visit("expiresAt", self.expiresAt);
        visit("deliverAt", self.deliverAt);
        visit("readAt", self.readAt);
        visit("retryCount", self.retryCount);
        visit("pushCount", self.pushCount);
        visit("failureReason", self.failureReason);
        visit("failureClass", self.failureClass);
        visit("deadLetterReason", self.deadLetterReason);
        visit("contentBytes", self.contentBytes);
        visit("attachmentCount", self.attachmentCount);
        visit("subject", self.subject);
        visit("content", self.content);
    }
};

/// GET /messages.
struct MessagePage
{
    bool revealed = false;
    std::vector<MessageSummary> messages = {};
    QString nextCursor = {};

    template <typename Self, typename Visit> static void members(Self &self, Visit &&visit)
    {
        visit("revealed", self.revealed);
        visit("messages", self.messages);
        visit("nextCursor", self.nextCursor);
    }
};

/// A file of a message.
struct AttachmentInfo
{
    QString id = {};
    QString name = {}; ///< Only revealed.
    QString contentType = {};
    qint64 size = 0; ///< Bytes.

    template <typename Self, typename Visit> static void members(Self &self, Visit &&visit)
    {
        visit("id", self.id);
        visit("name", self.name);
        visit("contentType", self.contentType);
        visit("size", self.size);
    }
};

/// A message with everything.
struct MessageDetail : MessageSummary
{
    QString conversation = {};
    QString collapseKey = {};
    qint64 replayCount = 0;
    std::optional<qint64> replayJob = {};
    QString editedFrom = {};
    QJsonValue metadata = QJsonValue(QJsonValue::Undefined); ///< Only revealed.
    std::vector<AttachmentInfo> attachments = {};

    template <typename Self, typename Visit> static void members(Self &self, Visit &&visit)
    {
        visit("conversation", self.conversation);
        visit("collapseKey", self.collapseKey);
        visit("replayCount", self.replayCount);
        visit("replayJob", self.replayJob);
        visit("editedFrom", self.editedFrom);
        visit("metadata", self.metadata);
        visit("attachments", self.attachments);
        MessageSummary::members(self, visit);
    }
};

/// One step of a message's life.
struct Event
{
    qint64 sequence = 0;
    QString status = {};
    QDateTime time = {};
    QString node = {};
    QString connection = {};
    qint64 attempt = 0;
    QString reason = {};
    QString errorClass = {};
    double durationSeconds = 0; ///< Since the event before.

    template <typename Self, typename Visit> static void members(Self &self, Visit &&visit)
    {
        visit("sequence", self.sequence);
        visit("status", self.status);
        visit("time", self.time);
        visit("node", self.node);
        visit("connection", self.connection);
        visit("attempt", self.attempt);
        visit("reason", self.reason);
        visit("errorClass", self.errorClass);
        visit("durationSeconds", self.durationSeconds);
    }
};

/// GET /messages/{id}.
struct MessageLife
{
    bool revealed = false;
    MessageDetail message = {};
    std::vector<Event> events = {};

    template <typename Self, typename Visit> static void members(Self &self, Visit &&visit)
    {
        visit("revealed", self.revealed);
        visit("message", self.message);
        visit("events", self.events);
    }
};

} // namespace hudhud::admin
