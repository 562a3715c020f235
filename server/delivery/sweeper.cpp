// SPDX-License-Identifier: GPL-3.0-or-later
#include "delivery/sweeper.h"

namespace hudhud {

namespace {

using namespace std::chrono_literals;

/// Rows in one deletion, and the pause that lets other writes go first.
constexpr int PurgeBatch = 1'000;
constexpr std::chrono::milliseconds PurgePause = 20ms;

} // namespace

Sweeper::Sweeper(const DeliveryOptions &delivery, const StorageOptions &storage, const Clock &clock,
                 DeliveryExchange &exchange, const PresenceDirectory &directory, DeliveryMetrics &metrics,
                 StatusExchange &statusChanges)
    : m_delivery(delivery)
    , m_storage(storage)
    , m_clock(clock)
    , m_exchange(exchange)
    , m_directory(directory)
    , m_metrics(metrics)
    , m_statusChanges(statusChanges)
{
    m_sweepTimer.setSingleShot(true);
    m_purgeTimer.setSingleShot(true);
    QObject::connect(&m_sweepTimer, &QTimer::timeout, &m_sweepTimer, [this] { sweep(); });
    QObject::connect(&m_purgeTimer, &QTimer::timeout, &m_purgeTimer, [this] { purge(); });
}

void Sweeper::start(StorageClient &client)
{
    m_client = &client;
    m_lifetime = std::make_shared<char>();
    m_sweepTimer.start(m_delivery.sweepInterval);
    m_purgeTimer.start(m_storage.purgeInterval);
}

void Sweeper::stop()
{
    m_lifetime.reset();
    m_sweepTimer.stop();
    m_purgeTimer.stop();
    m_client = nullptr;
}

void Sweeper::sweep()
{
    m_client->claimDue(
        m_clock.now(), m_delivery.sweepBatch,
        [this, lifetime = std::weak_ptr(m_lifetime)](const Result<std::vector<MessagePointer>> &messages) {
            if (!lifetime.expired())
                swept(messages);
        });
}

void Sweeper::swept(const Result<std::vector<MessagePointer>> &messages)
{
    if (!messages) {
        m_metrics.storageFailures.add();
        m_sweepTimer.start(m_delivery.sweepInterval);
        return;
    }
    std::vector<MessagePointer> due;
    due.reserve(messages->size());
    for (const MessagePointer &message : *messages) {
        if (message->deadLetterReason)
            m_metrics.deadLettered(*message->deadLetterReason).add();
        else
            due.push_back(message);
    }
    m_metrics.swept.add(std::ssize(due));
    m_statusChanges.publish(*messages, m_clock.now());
    m_exchange.route(due, m_directory);
    const bool isFull = static_cast<int>(messages->size()) >= m_delivery.sweepBatch;
    m_sweepTimer.start(isFull ? 0ms : m_delivery.sweepInterval);
}

void Sweeper::purge()
{
    const Timestamp now = m_clock.now();
    m_client->purge(now - m_storage.retainDelivered, now - m_storage.retainDeadLetters, PurgeBatch,
                    [this, lifetime = std::weak_ptr(m_lifetime)](const Result<int> &count) {
                        if (!lifetime.expired())
                            purged(count);
                    });
}

void Sweeper::purged(const Result<int> &count)
{
    if (!count)
        m_metrics.storageFailures.add();
    else
        m_metrics.purged.add(*count);
    m_purgeTimer.start(count && *count >= PurgeBatch ? PurgePause : m_storage.purgeInterval);
}

} // namespace hudhud
