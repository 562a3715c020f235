// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/message_id.h"
#include "http_target.h"
#include "metrics/prometheus_registry.h"
#include "resilience/breaker_registry.h"
#include "webhook_payload.h"
#include "webhook_sender.h"
#include "webhook_transport.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QSet>
#include <QTest>

#include <algorithm>

using namespace hudhud;
using namespace std::chrono_literals;

namespace {

/// Waits a moment, and gives up after so many failures.
class ShortRetry final : public RetryPolicy
{
public:
    Result<void> configure(const QJsonObject &, const PluginContext &) override { return {}; }
    Result<void> start() override { return {}; }
    void stop(std::chrono::milliseconds) override {}
    std::optional<std::chrono::milliseconds> nextDelay(int attempt, ErrorClass errorClass) const override
    {
        const bool goesOn = errorClass == ErrorClass::Transient && attempt < maximumAttempts;
        return goesOn ? std::optional(1ms) : std::nullopt;
    }

    int maximumAttempts = 1'000;
};

class FakeFeed final : public StatusFeed
{
public:
    void subscribe(StatusSubscriber &subscriber, StatusScope) override { subscribers.push_back(&subscriber); }
    void unsubscribe(StatusSubscriber &subscriber) override { std::erase(subscribers, &subscriber); }

    std::vector<StatusSubscriber *> subscribers;
};

constexpr int Patience = 60'000;

} // namespace

/// Waiting for something that a busy machine may take long for.
#define WAIT_FOR(condition) QTRY_VERIFY_WITH_TIMEOUT(condition, Patience)

class WebhookSenderTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_target = std::make_unique<HttpTarget>();
        QVERIFY(m_target->listen());
        m_metrics = std::make_unique<PrometheusRegistry>();
        m_breakerOptions = {};
        m_breakerOptions.recoveryTimeout = 100ms;
        m_retry.maximumAttempts = 1'000;
        m_settings = {};
        m_settings.url = QUrl(QStringLiteral("http://127.0.0.1:%1/hudhud?tenant=7").arg(m_target->port()));
        m_settings.secret = QByteArray(32, 's');
        m_settings.statuses.set(static_cast<std::size_t>(MessageStatus::Delivered));
        m_settings.timeout = 30s;
        m_settings.batchDelay = 0ms;
    }
    void cleanup()
    {
        m_sender.reset();
        m_breakers.reset();
        m_target.reset();
    }

    void aChangeIsPostedAndSigned()
    {
        make();
        const StatusChange change = delivered();
        m_sender->statusChanged(std::array{change});
        WAIT_FOR(sent() == 1);
        const HttpTarget::Request request = m_target->requests().at(0);
        QCOMPARE(request.line, QByteArray("POST /hudhud?tenant=7 HTTP/1.1"));
        QCOMPARE(request.headers.value("content-type"), QByteArray("application/json"));
        QCOMPARE(request.body, webhookBody(std::array{change}));
        const QByteArray signature = request.headers.value("hudhud-signature");
        const qint64 seconds = signature.sliced(2, signature.indexOf(',') - 2).toLongLong();
        QCOMPARE(signature, webhookSignature(m_settings.secret, Timestamp(std::chrono::seconds(seconds)), request.body));
        const auto age = Clock::system().now() - Timestamp(std::chrono::seconds(seconds));
        QVERIFY(age >= 0s && age < 10min);
        QVERIFY(!request.headers.value("hudhud-delivery").isEmpty());
    }

    void whatNobodyWantsIsNotSent()
    {
        make();
        StatusChange queued = delivered();
        queued.status = MessageStatus::Queued;
        StatusChange read = delivered();
        read.readAt = Timestamp();
        m_sender->statusChanged(std::array{queued, read});
        QCOMPARE(gauge("hudhud_webhook_queued_changes"), 0);
        const StatusChange wanted = delivered(); // Had the others been sent, they would have come before it.
        m_sender->statusChanged(std::array{wanted});
        WAIT_FOR(sent() == 1);
        QCOMPARE(idsReceived(), QByteArrayList{wanted.id.toString()});
    }

    void changesTravelInBatchesAndInOrder()
    {
        m_settings.batchSize = 4;
        make();
        const auto changes = several(10);
        m_sender->statusChanged(changes);
        WAIT_FOR(sent() == 10);
        QCOMPARE(m_target->requests().size(), std::size_t(3));
        QCOMPARE(idsReceived(), idsOf(changes));
        QSet<QByteArray> ids;
        for (const auto &request : m_target->requests())
            ids.insert(request.headers.value("hudhud-delivery"));
        QCOMPARE(ids.size(), 3);
    }

    void aFailureIsTriedAgainUnderTheSameDeliveryId_data()
    {
        QTest::addColumn<QByteArray>("answer");
        for (const int status : {408, 425, 429, 500, 502, 503, 504})
            QTest::addRow("%d", status) << HttpTarget::answer(status);
    }
    void aFailureIsTriedAgainUnderTheSameDeliveryId()
    {
        QFETCH(QByteArray, answer);
        m_target->script({answer, answer});
        make();
        const auto changes = several(2);
        m_sender->statusChanged(changes);
        WAIT_FOR(sent() == 2);
        const auto &requests = m_target->requests();
        QCOMPARE(requests.size(), std::size_t(3));
        QCOMPARE(counter("hudhud_webhook_failed_calls_total"), 2);
        for (const auto &request : requests) {
            QCOMPARE(request.body, requests.at(0).body);
            QCOMPARE(request.headers.value("hudhud-delivery"), requests.at(0).headers.value("hudhud-delivery"));
        }
    }

    void anAnswerThatIsNoHttpIsAFailure()
    {
        // Qt asks again on its own a few times before it gives an answer up.
        m_target->script(std::deque<QByteArray>(8, QByteArray("what?\r\n\r\n")));
        make();
        m_sender->statusChanged(several(2));
        WAIT_FOR(sent() == 2);
        QVERIFY(counter("hudhud_webhook_failed_calls_total") >= 1);
    }

    void whatTheTargetRefusesIsDroppedNotRepeated_data()
    {
        QTest::addColumn<int>("status");
        for (const int status : {400, 401, 404, 410, 413})
            QTest::addRow("%d", status) << status;
    }
    void whatTheTargetRefusesIsDroppedNotRepeated()
    {
        QFETCH(int, status);
        m_target->script({HttpTarget::answer(status)});
        m_settings.batchSize = 1;
        make();
        const auto changes = several(2);
        m_sender->statusChanged(changes);
        WAIT_FOR(sent() == 1);
        QCOMPARE(dropped("refused"), 1);
        QCOMPARE(idsReceived(), idsOf(changes));
        QVERIFY(m_breakers->of("webhook").state() == BreakerState::Closed);
    }

    void redirectsAreNotFollowed()
    {
        HttpTarget elsewhere;
        QVERIFY(elsewhere.listen());
        const QByteArray location = "Location: http://127.0.0.1:" + QByteArray::number(elsewhere.port()) + "/\r\n";
        m_target->script({HttpTarget::answer(302, location), HttpTarget::answer(307, location)});
        m_settings.batchSize = 1;
        make();
        m_sender->statusChanged(several(3));
        WAIT_FOR(sent() == 1);
        QCOMPARE(dropped("refused"), 2);
        QVERIFY(elsewhere.requests().empty());
    }

    void aTargetThatRefusesConnectionsGetsTheChangesLater()
    {
        const quint16 port = m_target->port();
        m_target->close();
        make();
        const auto changes = several(3);
        m_sender->statusChanged(changes);
        WAIT_FOR(counter("hudhud_webhook_failed_calls_total") > 0);
        QVERIFY(m_target->listen(port));
        WAIT_FOR(sent() == 3);
        QCOMPARE(idsReceived(), idsOf(changes));
    }

    void aTargetThatDoesNotAnswerIsGivenUpAfterTheTimeout()
    {
        m_settings.timeout = 100ms;
        m_target->script({QByteArray()});
        make();
        m_sender->statusChanged(several(1));
        WAIT_FOR(sent() == 1);
        QVERIFY(counter("hudhud_webhook_failed_calls_total") >= 1);
        QVERIFY(m_target->requests().size() >= 2);
    }

    void aLongAnswerCountsByItsStatus()
    {
        m_target->script({"HTTP/1.1 200 OK\r\nContent-Length: 100000000\r\n\r\n" + QByteArray(1024 * 1024, 'x')});
        make();
        m_sender->statusChanged(several(1));
        WAIT_FOR(sent() == 1);
        QCOMPARE(m_target->requests().size(), std::size_t(1));
    }

    void whenTheRetryPolicyGivesUpTheNextBatchHasItsTurn()
    {
        m_retry.maximumAttempts = 3;
        m_settings.batchSize = 2;
        m_target->script({HttpTarget::answer(500), HttpTarget::answer(500), HttpTarget::answer(500)});
        make();
        m_sender->statusChanged(several(4));
        WAIT_FOR(sent() == 2);
        QCOMPARE(dropped("given-up"), 2);
        QCOMPARE(m_target->requests().size(), std::size_t(4));
    }

    void theBreakerOpensAndTheTargetIsLeftAlone()
    {
        m_breakerOptions.recoveryTimeout = 1h;
        m_target->script(std::deque<QByteArray>(20, HttpTarget::answer(500)));
        make();
        m_sender->statusChanged(several(1));
        CircuitBreaker &breaker = m_breakers->of("webhook");
        WAIT_FOR(breaker.state() == BreakerState::Open);
        QCOMPARE(m_target->requests().size(), std::size_t(5));
        QCOMPARE(breaker.snapshot().lastFailure, QByteArray("the target answered 500"));
        WAIT_FOR(breaker.snapshot().rejectedCalls == 1); // The retry that was due found it open, and sleeps now.
        QCOMPARE(m_target->requests().size(), std::size_t(5));
    }

    void afterTheBreakersRestEverythingIsSent()
    {
        m_target->script(std::deque<QByteArray>(6, HttpTarget::answer(500))); // The first trial fails too.
        make();
        const auto changes = several(2);
        m_sender->statusChanged(changes);
        WAIT_FOR(sent() == 2);
        QCOMPARE(m_breakers->of("webhook").snapshot().openings, 2);
        QVERIFY(m_breakers->of("webhook").state() == BreakerState::Closed);
        QCOMPARE(m_target->requests().size(), std::size_t(7));
    }

    void theQueueIsBounded()
    {
        m_settings.maximumQueued = 5;
        m_settings.batchSize = 1;
        m_target->script({QByteArray()}); // The first call hangs.
        make();
        const auto changes = several(10);
        m_sender->statusChanged(std::span(changes).first(1));
        WAIT_FOR(m_target->requests().size() == 1);
        m_sender->statusChanged(std::span(changes).subspan(1));
        QCOMPARE(gauge("hudhud_webhook_queued_changes"), 5);
        QCOMPARE(dropped("queue-full"), 4);
        m_sender.reset(); // What is left counts as dropped: one on its way, five in the queue.
        QCOMPARE(dropped("stopped"), 6);
        QCOMPARE(gauge("hudhud_webhook_queued_changes"), 0);
    }

    void onlyTheFirstThreadSubscribes()
    {
        FakeFeed feed;
        m_breakers = std::make_unique<BreakerRegistry>(m_breakerOptions, *m_metrics, Clock::system());
        WebhookTransport transport;
        QVERIFY(transport.configure({{QStringLiteral("url"), m_settings.url.toString()},
                                     {QStringLiteral("secret"), QString(32, u's')},
                                     {QStringLiteral("statuses"), QJsonArray{QStringLiteral("Delivered")}},
                                     {QStringLiteral("timeout"), 30'000},
                                     {QStringLiteral("maximum_queued"), 10},
                                     {QStringLiteral("batch_size"), 10},
                                     {QStringLiteral("batch_delay"), 0}},
                                    {}));
        IoServices services = this->services();
        services.statusFeed = &feed;
        auto first = transport.createWorker(services);
        services.ioThread = 1;
        const auto second = transport.createWorker(services);
        QVERIFY(first && second);
        QCOMPARE(feed.subscribers.size(), std::size_t(1));
        feed.subscribers.front()->statusChanged(several(3));
        WAIT_FOR(sent() == 3);
        first->reset();
        QVERIFY(feed.subscribers.empty());
    }

private:
    IoServices services()
    {
        IoServices services;
        services.clock = &Clock::system();
        services.metrics = m_metrics.get();
        services.breakers = m_breakers.get();
        services.retryPolicy = &m_retry;
        return services;
    }
    void make()
    {
        m_breakers = std::make_unique<BreakerRegistry>(m_breakerOptions, *m_metrics, Clock::system());
        m_sender = std::make_unique<WebhookSender>(m_settings, services());
    }
    StatusChange delivered()
    {
        StatusChange change;
        change.id = m_ids.next();
        change.recipient = *Recipient::fromString("967771234567");
        change.status = MessageStatus::Delivered;
        change.time = Clock::system().now();
        return change;
    }
    std::vector<StatusChange> several(int count)
    {
        std::vector<StatusChange> changes;
        for (int i = 0; i < count; ++i)
            changes.push_back(delivered());
        return changes;
    }
    static QByteArrayList idsOf(const std::vector<StatusChange> &changes)
    {
        QByteArrayList ids;
        for (const StatusChange &change : changes)
            ids.append(change.id.toString());
        return ids;
    }
    QByteArrayList idsReceived() const
    {
        QByteArrayList ids;
        for (const auto &request : m_target->requests()) {
            const auto changes = QJsonDocument::fromJson(request.body).object().value(QLatin1StringView("changes"));
            for (const QJsonValue &change : changes.toArray()) {
                const QByteArray id = change.toObject().value(QLatin1StringView("id")).toString().toLatin1();
                if (!ids.contains(id))
                    ids.append(id);
            }
        }
        return ids;
    }
    qint64 counter(const QByteArray &name, const MetricLabels &labels = {})
    {
        return m_metrics->counter(name, {}, labels).value();
    }
    qint64 gauge(const QByteArray &name) { return m_metrics->gauge(name, {}, {}).value(); }
    qint64 sent() { return counter("hudhud_webhook_sent_changes_total"); }
    qint64 dropped(const QByteArray &reason)
    {
        return counter("hudhud_webhook_dropped_changes_total", {{"reason", reason}});
    }

    MessageIdGenerator m_ids{Clock::system()};
    std::unique_ptr<HttpTarget> m_target;
    std::unique_ptr<PrometheusRegistry> m_metrics;
    BreakerOptions m_breakerOptions;
    std::unique_ptr<BreakerRegistry> m_breakers;
    ShortRetry m_retry;
    WebhookSettings m_settings;
    std::unique_ptr<WebhookSender> m_sender;
};

QTEST_GUILESS_MAIN(WebhookSenderTest)
#include "webhook_sender_test.moc"
