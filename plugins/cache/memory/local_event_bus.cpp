// SPDX-License-Identifier: GPL-3.0-or-later
#include "local_event_bus.h"

namespace hudhud {

void LocalEventBus::publish(const QByteArray &channel, const QByteArray &payload)
{
    std::vector<SubscriptionPointer> targets;
    {
        const std::scoped_lock lock(m_mutex);
        targets = m_channels.value(channel);
    }
    for (const SubscriptionPointer &target : targets) {
        if (target->undelivered.fetch_add(1) >= m_maximumUndelivered) {
            --target->undelivered;
            continue;
        }
        QMetaObject::invokeMethod(
            target->anchor.get(), [target, channel, payload] { deliver(target, channel, payload); },
            Qt::QueuedConnection);
    }
}

void LocalEventBus::deliver(const SubscriptionPointer &subscription, const QByteArray &channel,
                            const QByteArray &payload)
{
    --subscription->undelivered;
    if (subscription->isActive)
        subscription->subscriber(channel, payload);
}

quint64 LocalEventBus::subscribe(const QByteArray &channel, Cache::Subscriber subscriber)
{
    auto subscription = std::make_shared<Subscription>();
    subscription->subscriber = std::move(subscriber);
    subscription->anchor.reset(new QObject);
    const std::scoped_lock lock(m_mutex);
    subscription->handle = ++m_lastHandle;
    m_channels[channel].push_back(std::move(subscription));
    return m_lastHandle;
}

void LocalEventBus::unsubscribe(quint64 handle)
{
    SubscriptionPointer ended; // Let go outside the lock.
    const std::scoped_lock lock(m_mutex);
    for (auto channel = m_channels.begin(); channel != m_channels.end(); ++channel) {
        const auto found
            = std::find_if(channel->begin(), channel->end(),
                           [&](const SubscriptionPointer &one) { return one->handle == handle; });
        if (found == channel->end())
            continue;
        ended = std::move(*found);
        ended->isActive = false;
        channel->erase(found);
        if (channel->empty())
            m_channels.erase(channel);
        return;
    }
}

void LocalEventBus::clear()
{
    QHash<QByteArray, std::vector<SubscriptionPointer>> ended;
    const std::scoped_lock lock(m_mutex);
    ended.swap(m_channels);
    for (const auto &subscriptions : std::as_const(ended)) {
        for (const SubscriptionPointer &subscription : subscriptions)
            subscription->isActive = false;
    }
}

} // namespace hudhud
