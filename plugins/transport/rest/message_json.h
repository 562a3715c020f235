// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/message.h"
#include "plugin-api/attachment_service.h"

#include <QByteArray>

#include <vector>

namespace hudhud {

/// A message as the business sees it; fields without a value are left out. `links`: for its attachments; null: they come
/// without. Thread: any.
void appendMessage(QByteArray &out, const Message &message, const AttachmentLinks *links = nullptr);
/// `"id":"…","status":"Queued"`: a message that has just become durable, or had when its request came first.
void appendAccepted(QByteArray &out, const MessageId &id);
/// `{"events":[…]}`, oldest first.
QByteArray eventsJson(const std::vector<MessageEvent> &events);
/// `"…"`: RFC 3339, UTC.
void appendTime(QByteArray &out, Timestamp time);

} // namespace hudhud
