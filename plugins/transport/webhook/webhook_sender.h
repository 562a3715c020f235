// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "plugin-api/circuit_breaker.h"
#include "plugin-api/retry.h"
#include "plugin-api/services.h"
#include "webhook_settings.h"

#include <QNetworkAccessManager>
#include <QTimer>

#include <deque>
#include <optional>

namespace hudhud {

/// Queues changes and posts them in batches, one call at a time and in order; a call that fails is made again with the
/// delays of the retry policy, and not at all while the breaker "webhook" is open. What the queue cannot hold, what was
/// given up and what is left at the end is dropped and counted: the store has the truth.
/// Thread: one with an event loop. Ownership: what `services` points to outlives it.
class WebhookSender final : public QObject, public StatusSubscriber
{
public:
    WebhookSender(const WebhookSettings &settings, const IoServices &services);
    ~WebhookSender() override;

    void statusChanged(std::span<const StatusChange> changes) override;

private:
    /// One batch on its way; its id stays the same however often it is sent.
    struct Delivery
    {
        QByteArray id;
        QByteArray body;
        qint64 changeCount = 0;
        int failedAttempts = 0;
    };
    enum class Verdict { Taken, Refused, Failed };

    void sendNext();
    void attempt();
    void post(BreakerPermit permit);
    void finish(QNetworkReply &reply, BreakerPermit permit);
    static Verdict judge(const QNetworkReply &reply);
    void retry();
    void drop(Counter &counter, const QByteArray &why);
    void endDelivery();

    const WebhookSettings m_settings;
    const Clock &m_clock;
    const RetryPolicy &m_retryPolicy;
    CircuitBreaker &m_breaker;
    QNetworkAccessManager m_network;
    QTimer m_batchTimer;
    QTimer m_retryTimer;
    std::deque<StatusChange> m_queue;
    std::optional<Delivery> m_delivery;
    QNetworkReply *m_reply = nullptr; ///< A child of the network manager.
    bool m_isOverflowing = false;     ///< Told once until there is room again.

    Counter &m_sentChanges;
    Counter &m_failedCalls;
    Counter &m_droppedFull;
    Counter &m_droppedGivenUp;
    Counter &m_droppedRefused;
    Counter &m_droppedStopped;
    Gauge &m_queuedChanges;
};

} // namespace hudhud
