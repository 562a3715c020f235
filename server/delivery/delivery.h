// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "config/configuration.h"
#include "delivery/delivery_exchange.h"
#include "delivery/delivery_metrics.h"
#include "delivery/delivery_worker.h"
#include "delivery/presence_directory.h"
#include "delivery/status_exchange.h"
#include "delivery/sweeper.h"

#include <memory>

namespace hudhud {

/// Everything about delivery that the composition root holds. Order of use:
/// 1. main thread: construct, `recover`, and wait for its completion;
/// 2. each I/O thread: `createWorker` with the storage client of that thread; all of them before any endpoint
/// opens;
/// 3. main thread: `start` with the main thread's storage client;
/// 4. to stop, after the transports drained: main thread `stop`; each I/O thread `worker->stop(idle)`, then
/// destroy the
///    transports' workers, the delivery worker and its storage client, in this order.
/// Thread: main, unless said otherwise. Ownership: what is passed in outlives it; it outlives its workers.
class Delivery
{
public:
    /// What delivery needs from the rest of the server.
    struct Parts
    {
        const DeliveryOptions &delivery;
        const StorageOptions &storage;
        const RetryPolicy &retryPolicy;
        const Clock &clock;
        MetricsRegistry &metrics;
        QByteArray nodeId;
        int ioThreads = 1;
        std::chrono::milliseconds repairInterval{0}; ///< How often QueueRepair looks; 0: never.
    };

    explicit Delivery(Parts parts);

    /// Puts what this node was pushing when it ended back into the queue. Result: how many messages.
    void recover(StorageClient &client, Completion<qint64> completion);
    /// Thread: the I/O thread of that index.
    std::unique_ptr<DeliveryWorker> createWorker(int ioThread, StorageClient &client);
    void start(StorageClient &client);
    /// No more sweeping and purging; completions still on their way do nothing.
    void stop() { m_sweeper.stop(); }

    /// Takes messages that are Queued again to the owners of their recipients. Any thread.
    void route(std::span<const MessagePointer> messages) { m_exchange.route(messages, m_directory); }
    /// The same for messages that another node sends here; it knows better than to send them on. Any thread.
    void routeHere(std::span<const MessagePointer> messages) { m_exchange.routeHere(messages, m_directory); }
    /// Lets these recipients have what waits in storage for them, if they are connected. Any thread.
    void wake(std::span<const Recipient> recipients) { m_exchange.wake(recipients, m_directory); }
    /// The other nodes; outlives the workers. Before the first worker is made.
    void setRemote(RemoteDelivery &remote) { m_exchange.setRemote(&remote); }
    /// As MessageRouter::superseded. Any thread.
    void superseded(std::span<const MessagePointer> messages);

    const PresenceDirectory &directory() const { return m_directory; }
    /// Where status changes are told; any thread.
    StatusExchange &statusChanges() { return m_statusChanges; }

private:
    DeliveryOptions m_options;
    StorageOptions m_storageOptions;
    const RetryPolicy &m_retryPolicy;
    const Clock &m_clock;
    QByteArray m_nodeId;
    std::chrono::milliseconds m_repairInterval;
    PresenceDirectory m_directory;
    DeliveryMetrics m_metrics;
    StatusExchange m_statusChanges;
    DeliveryExchange m_exchange;
    Sweeper m_sweeper;
};

} // namespace hudhud
