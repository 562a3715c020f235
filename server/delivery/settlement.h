// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "delivery/delivery_batch.h"
#include "delivery/delivery_metrics.h"
#include "plugin-api/status_feed.h"
#include "plugin-api/storage.h"

#include <optional>

namespace hudhud {

/// The end of a message's stay in a channel, on its way to storage.
struct Settlement
{
    MessageId id;
    Recipient recipient;
    MessageStatus status = MessageStatus::Delivered; ///< Delivered, Queued (put back), Failed or DeadLetter.
    std::optional<DeadLetterReason> deadLetterReason = {};
    QByteArray reason = {};
    MessagePointer message = {}; ///< For those who want to be told; null if it is not at hand.
    quint16 attempt = 0;
    DeliveryChannel channel = DeliveryChannel::SignalR;
    Timestamp time{};
    std::chrono::milliseconds latency{0}; ///< From the push to the acknowledgement.
    std::vector<ConnectionAddress> otherHolders = {}; ///< To be told that it is withdrawn.
    int ioThread = 0; ///< Where `token` is settled.
    quint64 token = 0; ///< 0: nobody waits.
};

/// The longest reason that is stored, in bytes.
inline constexpr qsizetype MaximumReasonBytes = 500;

/// Cuts `reason` to the limit without splitting a UTF-8 sequence.
QByteArray boundedReason(const QByteArray &reason);

} // namespace hudhud
