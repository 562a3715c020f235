// SPDX-License-Identifier: GPL-3.0-or-later
// What businesses are told about their messages, and when.
#include "delivery/delivery.h"
#include "delivery_fakes.h"
#include "eventloop/io_thread.h"

#include <QTest>

using namespace hudhud;
using namespace std::chrono_literals;

namespace {

using enum MessageStatus;

Recipient phone()
{
    return *Recipient::fromString("967771234567");
}

struct NotingSubscriber final : StatusSubscriber
{
    void statusChanged(std::span<const StatusChange> told) override
    {
        changes.insert(changes.end(), told.begin(), told.end());
        if (onChange)
            onChange();
    }
    std::vector<MessageStatus> statuses() const
    {
        std::vector<MessageStatus> result;
        for (const StatusChange &change : changes)
            result.push_back(change.status);
        return result;
    }

    std::vector<StatusChange> changes;
    std::function<void()> onChange;
};

struct Node
{
    MessagePointer send()
    {
        auto message = std::make_shared<Message>();
        message->id = ids.next();
        message->recipient = phone();
        message->sender = "967800000001";
        message->apiKeyId = 7;
        message->createdAt = clock.now();
        kept.insert(*message);
        const MessagePointer stored = message;
        worker->route({&stored, 1});
        run();
        return stored;
    }
    void run()
    {
        for (int i = 0; i < 20; ++i)
            QCoreApplication::processEvents();
    }
    ReceiverId attach()
    {
        const ReceiverId id = worker->attach(phone(), receiver);
        run();
        return id;
    }
    void acknowledge(ReceiverId from, const MessageId &id)
    {
        worker->acknowledge(from, {&id, 1}, {});
        run();
    }

    DeliveryOptions options;
    StorageOptions storageOptions;
    HeldClock clock;
    MessageIdGenerator ids{clock};
    FakeMetrics metrics;
    FakeRetryPolicy policy{2};
    FakeStore kept;
    FakeStorageClient storage{kept};
    Delivery delivery{{.delivery = options,
                       .storage = storageOptions,
                       .retryPolicy = policy,
                       .clock = clock,
                       .metrics = metrics,
                       .nodeId = "node-1",
                       .ioThreads = 1}};
    std::unique_ptr<DeliveryWorker> worker = delivery.createWorker(0, storage);
    ThreadStatusFeed feed{delivery.statusChanges()};
    FakeReceiver receiver;
};

} // namespace

class StatusChangesTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aDeliveryIsToldStepByStep()
    {
        Node node;
        NotingSubscriber subscriber;
        node.feed.subscribe(subscriber, StatusScope::Node);
        const ReceiverId id = node.attach();
        const MessagePointer message = node.send();
        node.clock.advance(40ms);
        node.acknowledge(id, message->id);

        QCOMPARE(subscriber.statuses(), (std::vector{Processing, Delivered}));
        const StatusChange &delivered = subscriber.changes.back();
        QCOMPARE(delivered.id, message->id);
        QCOMPARE(delivered.recipient, phone());
        QCOMPARE(delivered.sender, QByteArray("967800000001"));
        QCOMPARE(delivered.apiKeyId, 7);
        QCOMPARE(delivered.time, node.clock.now());
        QCOMPARE(delivered.latency, 40ms);
        QCOMPARE(delivered.channel, DeliveryChannel::SignalR);
    }

    void whatHadToWaitCameByTheFallback()
    {
        Node node;
        NotingSubscriber subscriber;
        node.feed.subscribe(subscriber, StatusScope::Node);
        const MessagePointer message = node.send(); // Nobody is connected.
        const ReceiverId id = node.attach();
        node.acknowledge(id, message->id);
        QCOMPARE(subscriber.statuses(), (std::vector{Processing, Delivered}));
        for (const StatusChange &change : subscriber.changes)
            QCOMPARE(change.channel, DeliveryChannel::Fallback);
    }

    void acknowledgingAgainIsNoNews()
    {
        Node node;
        NotingSubscriber subscriber;
        node.feed.subscribe(subscriber, StatusScope::Node);
        const ReceiverId id = node.attach();
        const MessagePointer message = node.send();
        node.acknowledge(id, message->id);
        const std::size_t told = subscriber.changes.size();
        node.acknowledge(id, message->id);
        QCOMPARE(subscriber.changes.size(), told);
    }

    void failuresAndTheirEndAreTold()
    {
        Node node;
        NotingSubscriber subscriber;
        node.feed.subscribe(subscriber, StatusScope::Node);
        node.attach();
        node.send();
        node.clock.advance(node.options.ackTimeout);
        node.worker->checkDeadlinesForTest();
        node.run();
        node.clock.advance(10s);
        node.worker->route(node.kept.claimDue(node.clock.now(), 10));
        node.run();
        node.clock.advance(node.options.ackTimeout);
        node.worker->checkDeadlinesForTest();
        node.run();

        QCOMPARE(subscriber.statuses(), (std::vector{Processing, Failed, Processing, DeadLetter}));
        QCOMPARE(subscriber.changes[1].attempt, quint16(1));
        QVERIFY(subscriber.changes[1].reason.startsWith("no acknowledgement within"));
        QCOMPARE(subscriber.changes[2].channel, DeliveryChannel::Retry);
        QCOMPARE(subscriber.changes[3].deadLetterReason, std::optional(DeadLetterReason::AttemptsUsedUp));
    }

    void nothingIsToldBeforeItIsDurable()
    {
        Node node;
        NotingSubscriber subscriber;
        node.feed.subscribe(subscriber, StatusScope::Node);
        const ReceiverId id = node.attach();
        const MessagePointer message = node.send();
        node.storage.holdWrites = true;
        const std::size_t told = subscriber.changes.size();
        node.acknowledge(id, message->id);
        QCOMPARE(subscriber.changes.size(), told);
        node.storage.holdWrites = false;
        node.storage.releaseWrites();
        node.run();
        QCOMPARE(subscriber.statuses().back(), Delivered);
    }

    void aFailedWriteIsNotTold()
    {
        Node node;
        NotingSubscriber subscriber;
        node.feed.subscribe(subscriber, StatusScope::Node);
        const ReceiverId id = node.attach();
        const MessagePointer message = node.send();
        const std::size_t told = subscriber.changes.size();
        node.storage.failWrites = Error(ErrorCode::StorageUnavailable, QStringLiteral("no disk"));
        node.acknowledge(id, message->id);
        QCOMPARE(subscriber.changes.size(), told);
    }

    void whoHasLeftIsToldNothing()
    {
        Node node;
        NotingSubscriber first;
        NotingSubscriber second;
        node.feed.subscribe(first, StatusScope::Node);
        node.feed.subscribe(second, StatusScope::Node);
        first.onChange = [&] { node.feed.unsubscribe(second); };
        const ReceiverId id = node.attach();
        const MessagePointer message = node.send();
        node.acknowledge(id, message->id);
        QCOMPARE(first.changes.size(), std::size_t(2));
        QCOMPARE(second.changes.size(), std::size_t(0));
        first.onChange = {};
        node.feed.unsubscribe(first);
        QVERIFY(!node.delivery.statusChanges().isWanted());
    }

    void aThreadThatDoesNotKeepUpLosesWhatIsTooMuch()
    {
        Node node;
        NotingSubscriber subscriber;
        node.feed.subscribe(subscriber, StatusScope::Node);
        StatusExchange &exchange = node.delivery.statusChanges();
        const auto half = static_cast<std::size_t>(StatusExchange::MaximumWaiting / 2);
        for (int i = 0; i < 3; ++i)
            exchange.publish(std::vector<StatusChange>(half));
        QCOMPARE(node.metrics.count("hudhud_delivery_status_changes_dropped_total"), qint64(half));
        node.run();
        QCOMPARE(subscriber.changes.size(), 2 * half);
        exchange.publish(std::vector<StatusChange>(1)); // There is room again.
        node.run();
        QCOMPARE(subscriber.changes.size(), 2 * half + 1);
    }

    void changesOfOtherNodesReachOnlyThoseWhoWantThem()
    {
        Node node;
        NotingSubscriber ofNode;
        NotingSubscriber ofCluster;
        StatusExchange &exchange = node.delivery.statusChanges();
        int changes = 0;
        exchange.onClusterWantedChanged([&] { ++changes; });
        node.feed.subscribe(ofNode, StatusScope::Node);
        QVERIFY(exchange.isWanted() && !exchange.isClusterWanted());
        exchange.publishOfPeer(std::vector<StatusChange>(1));
        QCOMPARE(changes, 0);
        node.feed.subscribe(ofCluster, StatusScope::Cluster);
        QVERIFY(exchange.isClusterWanted());
        QCOMPARE(changes, 1);
        exchange.publishOfPeer(std::vector<StatusChange>(2));
        exchange.publish(std::vector<StatusChange>(4));
        node.run();
        QCOMPARE(ofNode.changes.size(), 4U);
        QCOMPARE(ofCluster.changes.size(), 6U);
        node.feed.unsubscribe(ofCluster);
        QVERIFY(!exchange.isClusterWanted());
        QCOMPARE(changes, 2);
        node.feed.unsubscribe(ofNode);
    }

    void everyThreadIsToldOfChangesElsewhere()
    {
        FakeMetrics metrics;
        StatusExchange exchange(metrics);
        IoThread thread(0);
        thread.start();
        std::unique_ptr<ThreadStatusFeed> feed;
        NotingSubscriber subscriber;
        std::atomic<int> told = 0;
        subscriber.onChange = [&] { ++told; };
        thread.runAndWait([&] {
            feed = std::make_unique<ThreadStatusFeed>(exchange);
            feed->subscribe(subscriber, StatusScope::Node);
        });
        exchange.publish(std::vector<StatusChange>(1));
        QTRY_COMPARE(told.load(), 1);
        thread.runAndWait([&] { feed.reset(); });
        QVERIFY(!exchange.isWanted());
        thread.stop();
    }
};

QTEST_GUILESS_MAIN(StatusChangesTest)
#include "status_changes_test.moc"
