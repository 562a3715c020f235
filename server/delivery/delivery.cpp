// SPDX-License-Identifier: GPL-3.0-or-later
#include "delivery/delivery.h"

namespace hudhud {

Delivery::Delivery(Parts parts)
    : m_options(parts.delivery)
    , m_storageOptions(parts.storage)
    , m_retryPolicy(parts.retryPolicy)
    , m_clock(parts.clock)
    , m_nodeId(std::move(parts.nodeId))
    , m_repairInterval(parts.repairInterval)
    , m_metrics(parts.metrics)
    , m_statusChanges(parts.metrics)
    , m_exchange(parts.ioThreads)
    , m_sweeper(m_options, m_storageOptions, m_clock, m_exchange, m_directory, m_metrics, m_statusChanges)
{
}

void Delivery::recover(StorageClient &client, Completion<qint64> completion)
{
    client.recover(m_clock.now(), std::move(completion));
}

std::unique_ptr<DeliveryWorker> Delivery::createWorker(int ioThread, StorageClient &client)
{
    const DeliveryContext context{m_options, m_retryPolicy, m_directory, m_clock, m_metrics,
                                  m_statusChanges, m_nodeId, m_repairInterval};
    return std::make_unique<DeliveryWorker>(ioThread, context, m_exchange, client);
}

void Delivery::start(StorageClient &client)
{
    m_sweeper.start(client);
}

void Delivery::superseded(std::span<const MessagePointer> messages)
{
    m_metrics.deadLettered(DeadLetterReason::Superseded).add(std::ssize(messages));
    m_statusChanges.publish(messages, m_clock.now());
}

} // namespace hudhud
