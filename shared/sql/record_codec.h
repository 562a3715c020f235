// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/error.h"
#include "core/message.h"

#include <functional>

namespace hudhud {

/// How values are packed into the columns of the SQL stores. Numbers are unsigned LEB128, signed ones in
/// zigzag form.

/// The recipient's digits with a 1 in front, as a number: keeps leading zeros, takes 6 to 8 bytes.
qint64 packRecipient(const Recipient &recipient);
Recipient unpackRecipient(qint64 packed);

/// Attachments one after the other: id, name, content type (each with its length), size.
QByteArray packAttachments(const std::vector<Attachment> &attachments);
Result<std::vector<Attachment>> unpackAttachments(QByteArrayView packed);

/// Appends one event to a history: a byte of status (bits 0 to 2), has-attempt (bit 3) and has-reason (bit
/// 4); the signed milliseconds since the message's creation; the node's number; attempt and reason if they
/// are there.
void packEvent(QByteArray &history, const MessageEvent &event, Timestamp createdAt, quint32 node);
/// Events of a packed history, numbered from 2. `nodeName` gives the name for a number.
Result<std::vector<MessageEvent>> unpackHistory(QByteArrayView history, Timestamp createdAt,
                                                const std::function<QByteArray(quint32)> &nodeName);

} // namespace hudhud
