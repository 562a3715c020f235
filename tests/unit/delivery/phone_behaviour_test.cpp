// SPDX-License-Identifier: GPL-3.0-or-later
// Phones that are several, slow, forgetful or wrong, and the order in which they get what waits. One I/O thread.
#include "delivery/delivery.h"
#include "delivery_fakes.h"

#include <QTest>

#include <algorithm>
#include <set>

using namespace hudhud;
using namespace std::chrono_literals;

namespace {

using enum MessageStatus;

Recipient phone(const char *digits = "967771234567")
{
    return *Recipient::fromString(digits);
}

struct Node
{
    explicit Node(DeliveryOptions change = {})
        : options(change)
    {
    }
    MessagePointer store(Priority priority = Priority::Normal, std::optional<Timestamp> expiresAt = {})
    {
        auto message = std::make_shared<Message>();
        message->id = ids.next();
        message->recipient = phone();
        message->priority = priority;
        message->expiresAt = expiresAt;
        message->createdAt = clock.now();
        kept.insert(*message);
        return message;
    }
    MessagePointer send(Priority priority = Priority::Normal, std::optional<Timestamp> expiresAt = {})
    {
        const MessagePointer message = store(priority, expiresAt);
        worker->route({&message, 1});
        run();
        return message;
    }
    ReceiverId attach(FakeReceiver &receiver)
    {
        const ReceiverId id = worker->attach(phone(), receiver);
        run();
        return id;
    }
    Result<void> acknowledge(ReceiverId receiver, const MessageId &id)
    {
        Result<void> outcome = std::unexpected(Error(ErrorCode::Timeout, QStringLiteral("no answer")));
        worker->acknowledge(receiver, {&id, 1}, [&](Result<void> result) { outcome = std::move(result); });
        run();
        return outcome;
    }
    void run()
    {
        for (int i = 0; i < 20; ++i)
            QCoreApplication::processEvents();
    }
    void pass(std::chrono::milliseconds time)
    {
        clock.advance(time);
        worker->checkDeadlinesForTest();
        run();
    }
    void sweep()
    {
        worker->route(kept.claimDue(clock.now(), 1000));
        run();
    }

    DeliveryOptions options;
    StorageOptions storageOptions;
    HeldClock clock;
    MessageIdGenerator ids{clock};
    FakeMetrics metrics;
    FakeRetryPolicy policy{3};
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
};

DeliveryOptions firstAck()
{
    DeliveryOptions options;
    options.devices = QStringLiteral("first-ack");
    return options;
}

DeliveryOptions withWindow(int window)
{
    DeliveryOptions options;
    options.window = window;
    options.pageSize = window;
    return options;
}

using Ids = std::vector<MessageId>;

} // namespace

class PhoneBehaviourTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void withFirstAckTheOtherDevicesAreToldOnceItIsDurable()
    {
        Node node(firstAck());
        FakeReceiver one;
        FakeReceiver two;
        FakeReceiver three;
        const ReceiverId first = node.attach(one);
        node.attach(two);
        node.attach(three);
        const MessagePointer message = node.send();
        node.storage.holdWrites = true;
        node.worker->acknowledge(first, {&message->id, 1}, {});
        node.run();
        QCOMPARE(two.withdrawals(), Ids());
        node.storage.releaseWrites();
        node.run();
        QCOMPARE(one.withdrawals(), Ids());
        QCOMPARE(two.withdrawals(), Ids{message->id});
        QCOMPARE(three.withdrawals(), Ids{message->id});
        QCOMPARE(node.kept.status(message->id), Delivered);
    }

    void aDeviceThatWasNotPushedTheMessageIsNotTold()
    {
        Node node(firstAck());
        FakeReceiver one;
        FakeReceiver paused;
        const ReceiverId first = node.attach(one);
        const ReceiverId second = node.attach(paused);
        node.worker->setPaused(second, true);
        node.run();
        const MessagePointer message = node.send();
        QVERIFY(node.acknowledge(first, message->id));
        QCOMPARE(paused.withdrawals(), Ids());
    }

    void aRejectionByOneDeviceWithdrawsItFromTheOthers()
    {
        Node node(firstAck());
        FakeReceiver one;
        FakeReceiver other;
        const ReceiverId first = node.attach(one);
        node.attach(other);
        const MessagePointer message = node.send();
        node.worker->reject(first, message->id, "no room", {});
        node.run();
        QCOMPARE(node.kept.status(message->id), DeadLetter);
        QCOMPARE(other.withdrawals(), Ids{message->id});
    }

    void withAllDevicesEachKeepsItsCopy()
    {
        Node node;
        FakeReceiver one;
        FakeReceiver other;
        const ReceiverId first = node.attach(one);
        node.attach(other);
        const MessagePointer message = node.send();
        QVERIFY(node.acknowledge(first, message->id));
        QCOMPARE(other.withdrawals(), Ids());
    }

    void whatExpiresInFlightIsLeftToItsAcknowledgement()
    {
        Node node;
        FakeReceiver receiver;
        const ReceiverId id = node.attach(receiver);
        const MessagePointer message = node.send(Priority::Normal, node.clock.now() + 1s);
        node.pass(2s);
        QCOMPARE(node.kept.status(message->id), Processing);
        QVERIFY(node.acknowledge(id, message->id));
        QCOMPARE(node.kept.status(message->id), Delivered);
    }

    void whatExpiredInFlightIsGivenUpAtTheTimeOutAndWithdrawn()
    {
        Node node;
        FakeReceiver receiver;
        node.attach(receiver);
        const MessagePointer message = node.send(Priority::Normal, node.clock.now() + 1s);
        node.pass(node.options.ackTimeout);
        QCOMPARE(node.kept.status(message->id), DeadLetter);
        QCOMPARE(node.metrics.count("hudhud_delivery_dead_lettered_total/expired"), 1);
        QCOMPARE(receiver.withdrawals(), Ids{message->id});
        node.pass(1h);
        node.sweep();
        QCOMPARE(receiver.count(), std::size_t(1));
    }

    void whatExpiredIsNeitherPutBackNorShownToANewConnection()
    {
        Node node;
        FakeReceiver one;
        const ReceiverId first = node.attach(one);
        const MessagePointer message = node.send(Priority::Normal, node.clock.now() + 1s);
        node.clock.advance(2s);
        FakeReceiver late;
        const ReceiverId second = node.attach(late);
        QCOMPARE(late.count(), std::size_t(0));
        node.worker->detach(first);
        node.worker->detach(second);
        node.run();
        QCOMPARE(node.kept.status(message->id), DeadLetter);
        QCOMPARE(node.metrics.count("hudhud_delivery_dead_lettered_total/expired"), 1);
    }

    void aPageLeavesOutWhatHasExpired()
    {
        Node node;
        const MessagePointer dead = node.store(Priority::Critical, node.clock.now() + 1s);
        const MessagePointer alive = node.store();
        node.clock.advance(2s);
        FakeReceiver receiver;
        node.attach(receiver);
        QCOMPARE(receiver.all(), Ids{alive->id});
        QCOMPARE(node.kept.status(dead->id), DeadLetter);
    }

    /// 400 High arrive for ever; one place in sixteen still goes to what is lowest.
    void lowPrioritiesMoveUnderAStreamOfHigherOnes()
    {
        Node node(withWindow(8));
        for (int i = 0; i < 20; ++i)
            node.store(Priority::Low);
        for (int i = 0; i < 400; ++i)
            node.store(Priority::High);
        FakeReceiver receiver;
        const ReceiverId id = node.attach(receiver);
        int low = 0;
        std::size_t seen = 0;
        while (seen < 160) {
            const Ids all = receiver.all();
            QVERIFY(all.size() > seen);
            const Ids fresh(all.begin() + static_cast<qsizetype>(seen), all.end());
            seen = all.size();
            for (const MessageId &one : fresh) {
                low += node.kept.row(one)->message.priority == Priority::Low ? 1 : 0;
                node.store(Priority::High);
            }
            node.worker->acknowledge(id, fresh, {});
            node.run();
            node.pass(20ms);
        }
        QCOMPARE(low, static_cast<int>(seen) / PriorityShare::Every);
    }

    void theShareGoesToTheLowestThatWaits()
    {
        Node node(withWindow(16));
        const MessagePointer normal = node.store(Priority::Normal);
        for (int i = 0; i < 40; ++i)
            node.store(Priority::High);
        const MessagePointer critical = node.store(Priority::Critical);
        FakeReceiver receiver;
        node.attach(receiver);
        const Ids all = receiver.all();
        QCOMPARE(all.size(), std::size_t(16));
        QCOMPARE(all.front(), critical->id);
        QCOMPARE(all.back(), normal->id);
    }

    void whenEverythingFitsTheOrderIsStrict()
    {
        Node node(withWindow(64));
        Ids expected(4);
        for (const Priority priority : {Priority::Low, Priority::Critical, Priority::Normal, Priority::High})
            expected[static_cast<std::size_t>(Priority::Critical) - static_cast<std::size_t>(priority)]
                = node.store(priority)->id;
        FakeReceiver receiver;
        node.attach(receiver);
        QCOMPARE(receiver.all(), expected);
    }

    /// A phone that never acknowledges: every message ends as a dead letter with its reason, none is lost.
    void aPhoneThatDropsAcknowledgementsLosesNothingSilently()
    {
        Node node;
        FakeReceiver receiver;
        node.attach(receiver);
        Ids sent;
        for (int i = 0; i < 10; ++i)
            sent.push_back(node.send()->id);
        for (int round = 0; round < 4; ++round) {
            node.pass(node.options.ackTimeout);
            node.pass(10s);
            node.sweep();
        }
        for (const MessageId &id : sent) {
            QCOMPARE(node.kept.status(id), DeadLetter);
            QVERIFY(node.kept.row(id)->message.failureReason.contains("no acknowledgement"));
        }
        QCOMPARE(node.metrics.count("hudhud_delivery_dead_lettered_total/attempts-used-up"), 10);
        QCOMPARE(node.metrics.level("hudhud_delivery_in_flight"), 0);
    }

    /// Links are cut in the middle of pushes, again and again, and half of the phones come back at once.
    void aStormOfReconnectsDeliversEverything()
    {
        Node node(withWindow(4));
        std::set<MessageId> open;
        for (int i = 0; i < 40; ++i)
            open.insert(node.store()->id);
        for (int round = 0; round < 200 && !open.empty(); ++round) {
            FakeReceiver receiver;
            bool isCut = false;
            ReceiverId id = 0;
            receiver.onPush = [&](std::span<const MessagePointer>) {
                if (round % 2 == 0 && !std::exchange(isCut, true))
                    node.worker->detach(id); // From inside the push.
            };
            id = node.worker->attach(phone(), receiver);
            node.run();
            if (!isCut) {
                const Ids got = receiver.all();
                node.worker->acknowledge(id, got, {});
                for (const MessageId &one : got)
                    open.erase(one);
                node.run();
                node.worker->detach(id);
            }
            if (round % 3 == 0)
                node.run();
        }
        node.run();
        QVERIFY(open.empty());
        QCOMPARE(node.metrics.count("hudhud_delivery_acknowledged_total"), 40);
        QCOMPARE(node.metrics.level("hudhud_delivery_channels"), 0);
    }

    void acknowledgingTwiceOrWhatIsNotOnesOwnChangesNothing()
    {
        Node node;
        FakeReceiver receiver;
        FakeReceiver stranger;
        const ReceiverId id = node.attach(receiver);
        const ReceiverId other = node.worker->attach(phone("967770000001"), stranger);
        node.run();
        const MessagePointer message = node.send();
        const auto refused = node.acknowledge(other, message->id);
        QVERIFY(!refused);
        QCOMPARE(refused.error().code(), ErrorCode::NotFound);
        QCOMPARE(node.kept.status(message->id), Processing);
        QVERIFY(node.acknowledge(id, message->id));
        QVERIFY(node.acknowledge(id, message->id));
        QCOMPARE(node.kept.status(message->id), Delivered);
        QCOMPARE(node.kept.row(message->id)->events.size(), std::size_t(3));
        QVERIFY(!node.acknowledge(other, message->id));
    }

    /// A phone that reads slowly is paused by its transport; another device of the recipient is not held up by it.
    void aSlowReaderHoldsUpNobodyElse()
    {
        Node node;
        FakeReceiver slow;
        FakeReceiver quick;
        const ReceiverId first = node.attach(slow);
        const ReceiverId second = node.attach(quick);
        node.worker->setPaused(first, true);
        node.run();
        Ids sent;
        for (int i = 0; i < 5; ++i)
            sent.push_back(node.send()->id);
        QCOMPARE(quick.all(), sent);
        QCOMPARE(slow.count(), std::size_t(0));
        for (const MessageId &id : sent)
            QVERIFY(node.acknowledge(second, id));
        node.pass(node.options.slowReaderTimeout);
        QCOMPARE(slow.closes(), 1);
        for (const MessageId &id : sent)
            QCOMPARE(node.kept.status(id), Delivered);
    }
};

QTEST_GUILESS_MAIN(PhoneBehaviourTest)
#include "phone_behaviour_test.moc"
