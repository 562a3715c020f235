// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "config/configuration.h"
#include "delivery/delivery_exchange.h"
#include "delivery/delivery_metrics.h"
#include "delivery/presence_directory.h"
#include "delivery/status_exchange.h"
#include "storage/storage_client.h"

#include <QTimer>

#include <memory>

namespace hudhud {

/// The safety net: takes back messages whose retry or delivery time is due or whose lease ran out and routes them again,
/// gives up those that have expired, and deletes ended messages after their retention. Both go on at once while their batches come back full.
/// Thread: the one that made it. Ownership: what is passed in outlives it.
class Sweeper
{
public:
    Sweeper(const DeliveryOptions &delivery, const StorageOptions &storage, const Clock &clock,
            DeliveryExchange &exchange, const PresenceDirectory &directory, DeliveryMetrics &metrics,
            StatusExchange &statusChanges);

    void start(StorageClient &client);
    void stop();

private:
    void sweep();
    void swept(const Result<std::vector<MessagePointer>> &messages);
    void purge();
    void purged(const Result<int> &count);

    const DeliveryOptions &m_delivery;
    const StorageOptions &m_storage;
    const Clock &m_clock;
    DeliveryExchange &m_exchange;
    const PresenceDirectory &m_directory;
    DeliveryMetrics &m_metrics;
    StatusExchange &m_statusChanges;
    StorageClient *m_client = nullptr;
    QTimer m_sweepTimer; ///< Single-shot: the next round is set when the last one has ended.
    QTimer m_purgeTimer;
    std::shared_ptr<char> m_lifetime; ///< Set while it runs; completions that come later see it gone.
};

} // namespace hudhud
