// SPDX-License-Identifier: GPL-3.0-or-later
#include "chat_idempotency.h"

#include "core/sha256.h"

namespace hudhud {

namespace {

/// No API key has this number.
constexpr qint64 HubSenders = 0;

QByteArray fingerprintOf(const Message &message)
{
    Sha256 hash;
    const auto add = [&hash](QByteArrayView text) {
        // With its length: "ab" and "c" is another message than "a" and "bc".
        hash.add(QByteArray::number(text.size()));
        hash.add(":");
        hash.add(text);
    };
    add("SendMessage");
    add(message.recipient.view());
    add(message.content);
    add(message.subject);
    add(message.conversation);
    add(message.metadata);
    add(priorityName(message.priority));
    return hash.result();
}

} // namespace

IdempotencyClaim chatClaim(const Message &message, const QByteArray &key, Timestamp now,
                           std::chrono::milliseconds window)
{
    return {.apiKeyId = HubSenders,
            .key = message.sender + '/' + key,
            .fingerprint = fingerprintOf(message),
            .first = 0,
            .count = 1,
            .now = now,
            .expiresAt = now + window};
}

} // namespace hudhud
