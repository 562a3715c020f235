// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "delivery/recipient_channels.h"

#include <QTimer>

namespace hudhud {

/// Where several nodes share a store: asks it, again and again, which connected recipients have messages that nobody is
/// sending, and lets their channels read them. Finds what another node accepted and could not tell this one. One question
/// for `BatchSize` recipients; the next one goes out when the last was answered.
/// Thread: the I/O thread of its channels. Ownership: what is passed in outlives it.
class QueueRepair
{
public:
    static constexpr std::size_t BatchSize = 1'000;

    QueueRepair(std::chrono::milliseconds interval, const DeliveryContext &context, RecipientChannels &channels,
                StorageClient &storage);

    /// Asks no more; an answer that is still on its way does nothing.
    void stop();

private:
    void begin();
    void askNext();
    void answered(const Result<std::vector<Recipient>> &waiting);

    const std::chrono::milliseconds m_interval;
    const Clock &m_clock;
    DeliveryMetrics &m_metrics;
    RecipientChannels &m_channels;
    StorageClient &m_storage;
    std::vector<Recipient> m_unasked; ///< Of this round.
    QTimer m_timer; ///< Single-shot: set again when a round has ended.
    std::shared_ptr<char> m_lifetime = std::make_shared<char>();
};

} // namespace hudhud
