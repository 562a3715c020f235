// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "plugin-api/cache.h"

#include <QHash>
#include <QObject>

#include <atomic>
#include <memory>
#include <mutex>

namespace hudhud {

/// Publish and subscribe inside the process. Events of one publisher reach a subscriber in order. Thread:
/// any; a subscriber runs on the thread that subscribed, which runs an event loop.
class LocalEventBus
{
public:
    void setMaximumUndelivered(int events) { m_maximumUndelivered = events; }
    void publish(const QByteArray &channel, const QByteArray &payload);
    quint64 subscribe(const QByteArray &channel, Cache::Subscriber subscriber);
    /// On the subscriber's thread nothing arrives any more once it returns.
    void unsubscribe(quint64 handle);
    void clear();

private:
    struct Subscription
    {
        /// Lives on the subscriber's thread and receives the events; may be dropped while one is handled.
        struct DeleteLater
        {
            void operator()(QObject *object) const { object->deleteLater(); }
        };

        quint64 handle = 0;
        Cache::Subscriber subscriber;
        std::unique_ptr<QObject, DeleteLater> anchor;
        std::atomic<bool> isActive = true;
        std::atomic<int> undelivered = 0;
    };
    using SubscriptionPointer = std::shared_ptr<Subscription>;

    static void deliver(const SubscriptionPointer &subscription, const QByteArray &channel,
                        const QByteArray &payload);

    std::mutex m_mutex; ///< Guards the two below.
    QHash<QByteArray, std::vector<SubscriptionPointer>> m_channels;
    quint64 m_lastHandle = 0;
    std::atomic<int> m_maximumUndelivered = 10'000;
};

} // namespace hudhud
