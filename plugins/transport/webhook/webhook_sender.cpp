// SPDX-License-Identifier: GPL-3.0-or-later
#include "webhook_sender.h"

#include "webhook_payload.h"

#include <QLoggingCategory>
#include <QNetworkReply>
#include <QUuid>

#include <algorithm>
#include <utility>
#include <vector>

namespace hudhud {

Q_LOGGING_CATEGORY(lcWebhook, "hudhud.webhook")

namespace {

/// Nobody needs to read more of an answer than its status.
constexpr qint64 MaximumAnswerBytes = 64 * 1024;
/// A breaker whose rest is over is asked again, but not in a tight loop.
constexpr std::chrono::milliseconds ShortestBreakerWait{10};

Counter &droppedCounter(MetricsRegistry &metrics, const QByteArray &reason)
{
    return metrics.counter("hudhud_webhook_dropped_changes_total", "Changes that were not told.",
                           {{"reason", reason}});
}

} // namespace

WebhookSender::WebhookSender(const WebhookSettings &settings, const IoServices &services)
    : m_settings(settings)
    , m_clock(*services.clock)
    , m_retryPolicy(*services.retryPolicy)
    , m_breaker(services.breakers->of("webhook"))
    , m_sentChanges(services.metrics->counter("hudhud_webhook_sent_changes_total", "Changes that the target took."))
    , m_failedCalls(services.metrics->counter("hudhud_webhook_failed_calls_total",
                                              "Calls that got no answer, or one that says to try again."))
    , m_droppedFull(droppedCounter(*services.metrics, "queue-full"))
    , m_droppedGivenUp(droppedCounter(*services.metrics, "given-up"))
    , m_droppedRefused(droppedCounter(*services.metrics, "refused"))
    , m_droppedStopped(droppedCounter(*services.metrics, "stopped"))
    , m_queuedChanges(services.metrics->gauge("hudhud_webhook_queued_changes", "Changes that wait for their call."))
{
    m_batchTimer.setSingleShot(true);
    m_retryTimer.setSingleShot(true);
    connect(&m_batchTimer, &QTimer::timeout, this, &WebhookSender::sendNext);
    connect(&m_retryTimer, &QTimer::timeout, this, &WebhookSender::attempt);
}

WebhookSender::~WebhookSender()
{
    if (m_reply) {
        m_reply->disconnect(this);
        m_reply->abort();
    }
    m_droppedStopped.add(std::ssize(m_queue) + (m_delivery ? m_delivery->changeCount : 0));
    m_queuedChanges.set(0);
}

void WebhookSender::statusChanged(std::span<const StatusChange> changes)
{
    for (const StatusChange &change : changes) {
        if (!m_settings.wants(change))
            continue;
        if (m_queue.size() < m_settings.maximumQueued) {
            m_queue.push_back(change);
            continue;
        }
        m_droppedFull.add();
        if (!std::exchange(m_isOverflowing, true))
            qCWarning(lcWebhook, "the queue of changes is full (maximum_queued); further ones are dropped");
    }
    m_queuedChanges.set(std::ssize(m_queue));
    if (m_delivery || m_queue.empty())
        return;
    if (m_queue.size() >= m_settings.batchSize)
        sendNext();
    else if (!m_batchTimer.isActive())
        m_batchTimer.start(m_settings.batchDelay);
}

void WebhookSender::sendNext()
{
    m_batchTimer.stop();
    const std::size_t count = std::min(m_queue.size(), m_settings.batchSize);
    const std::vector<StatusChange> batch(m_queue.begin(), m_queue.begin() + static_cast<std::ptrdiff_t>(count));
    m_queue.erase(m_queue.begin(), m_queue.begin() + static_cast<std::ptrdiff_t>(count));
    m_queuedChanges.set(std::ssize(m_queue));
    m_isOverflowing = false;
    m_delivery = Delivery{.id = QUuid::createUuid().toByteArray(QUuid::WithoutBraces),
                          .body = webhookBody(batch),
                          .changeCount = std::ssize(batch)};
    attempt();
}

void WebhookSender::attempt()
{
    if (const auto permit = m_breaker.tryAcquire())
        post(*permit);
    else // Waiting for the breaker is no attempt.
        m_retryTimer.start(std::max(m_breaker.retryAfter(), ShortestBreakerWait));
}

void WebhookSender::post(BreakerPermit permit)
{
    QNetworkRequest request(m_settings.url);
    request.setHeader(QNetworkRequest::ContentTypeHeader, QByteArray("application/json"));
    request.setRawHeader("User-Agent", "hudhud-webhook");
    request.setRawHeader("Hudhud-Delivery", m_delivery->id);
    request.setRawHeader("Hudhud-Signature", webhookSignature(m_settings.secret, m_clock.now(), m_delivery->body));
    // A redirect would carry what was signed to somewhere that nobody configured.
    request.setAttribute(QNetworkRequest::RedirectPolicyAttribute, QNetworkRequest::ManualRedirectPolicy);
    request.setAttribute(QNetworkRequest::CookieLoadControlAttribute, QNetworkRequest::Manual);
    request.setAttribute(QNetworkRequest::CookieSaveControlAttribute, QNetworkRequest::Manual);
    QNetworkReply *reply = m_network.post(request, m_delivery->body);
    m_reply = reply;
    connect(reply, &QNetworkReply::readyRead, this, [reply, read = qint64(0)]() mutable {
        read += reply->skip(reply->bytesAvailable());
        if (read > MaximumAnswerBytes)
            reply->abort();
    });
    connect(reply, &QNetworkReply::finished, this, [this, reply, permit] { finish(*reply, permit); });
    QTimer::singleShot(m_settings.timeout, reply, &QNetworkReply::abort);
}

void WebhookSender::finish(QNetworkReply &reply, BreakerPermit permit)
{
    m_reply = nullptr;
    reply.deleteLater();
    const Verdict verdict = judge(reply);
    const int status = reply.attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
    if (verdict == Verdict::Failed) {
        m_failedCalls.add();
        m_breaker.recordFailure(permit, status > 0 ? "the target answered " + QByteArray::number(status)
                                                   : reply.errorString().toUtf8());
        retry();
        return;
    }
    m_breaker.recordSuccess(permit);
    if (verdict == Verdict::Taken)
        m_sentChanges.add(m_delivery->changeCount);
    else
        drop(m_droppedRefused, "the target answered " + QByteArray::number(status));
    endDelivery();
}

/// By the status, once there is one: how the rest of the answer ends does not matter.
WebhookSender::Verdict WebhookSender::judge(const QNetworkReply &reply)
{
    const int status = reply.attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
    if (status >= 200 && status < 300)
        return Verdict::Taken;
    const bool isWorthRetrying = status < 200 || status == 408 || status == 425 || status == 429 || status >= 500;
    return isWorthRetrying ? Verdict::Failed : Verdict::Refused;
}

void WebhookSender::retry()
{
    ++m_delivery->failedAttempts;
    if (const auto delay = m_retryPolicy.nextDelay(m_delivery->failedAttempts, ErrorClass::Transient)) {
        m_retryTimer.start(*delay);
        return;
    }
    drop(m_droppedGivenUp, "the retry policy gave up");
    endDelivery();
}

void WebhookSender::drop(Counter &counter, const QByteArray &why)
{
    counter.add(m_delivery->changeCount);
    qCWarning(lcWebhook, "dropped a call delivery=%s changes=%lld reason=\"%s\"", m_delivery->id.constData(),
              static_cast<long long>(m_delivery->changeCount), why.constData());
}

void WebhookSender::endDelivery()
{
    m_delivery.reset();
    if (!m_queue.empty())
        sendNext();
}

} // namespace hudhud
