// SPDX-License-Identifier: GPL-3.0-or-later
// One I/O thread: the test's own.
#include "delivery/delivery.h"
#include "delivery_fakes.h"

#include <QTest>

#include <set>

using namespace hudhud;
using namespace std::chrono_literals;

namespace {

Recipient phone(const char *digits = "967771234567")
{
    return *Recipient::fromString(digits);
}

struct Outcome
{
    int calls = 0;
    Result<void> result;

    DeliveryPort::AckCompletion completion()
    {
        return [this](Result<void> outcome) {
            ++calls;
            result = std::move(outcome);
        };
    }
    bool succeeded() const { return calls == 1 && result.has_value(); }
    bool failedWith(ErrorCode code) const { return calls == 1 && !result && result.error().code() == code; }
};

/// One node with one I/O thread.
struct Node
{
    explicit Node(DeliveryOptions change = {}, int attempts = 3)
        : options(change)
        , policy(attempts)
        , delivery({.delivery = options,
                    .storage = storageOptions,
                    .retryPolicy = policy,
                    .clock = clock,
                    .metrics = metrics,
                    .nodeId = "node-1",
                    .ioThreads = 1})
        , worker(delivery.createWorker(0, storage))
    {
    }

    Message make(Priority priority = Priority::Normal, const Recipient &recipient = phone())
    {
        Message message;
        message.id = ids.next();
        message.recipient = recipient;
        message.priority = priority;
        message.content = "hello";
        message.createdAt = clock.now();
        return message;
    }
    /// Stores a message as ingest would, without routing it.
    MessagePointer store(Message message)
    {
        kept.insert(message);
        return std::make_shared<const Message>(std::move(message));
    }
    MessagePointer store(Priority priority = Priority::Normal) { return store(make(priority)); }
    MessagePointer send(Priority priority = Priority::Normal)
    {
        const MessagePointer message = store(priority);
        worker->route({&message, 1});
        return message;
    }
    MessageReplacement replacement(const MessageId &id, const QByteArray &text)
    {
        Message content = make();
        content.content = text;
        return {id, std::make_shared<const Message>(std::move(content)), clock.now()};
    }
    void acknowledge(ReceiverId receiver, const MessageId &id)
    {
        worker->acknowledge(receiver, {&id, 1}, {});
    }
    /// Lets everything happen that can happen now.
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
    /// The sweeper's work, at once.
    void sweep()
    {
        const auto claimed = kept.claimDue(clock.now(), 100);
        worker->route(claimed);
        run();
    }
    ReceiverId attach(FakeReceiver &receiver)
    {
        const ReceiverId id = worker->attach(phone(), receiver);
        run();
        return id;
    }
    std::vector<MessageStatus> history(const MessageId &id) const
    {
        std::vector<MessageStatus> statuses;
        const auto row = kept.row(id);
        for (const MessageEvent &event : row->events)
            statuses.push_back(event.status);
        return statuses;
    }

    DeliveryOptions options;
    StorageOptions storageOptions;
    HeldClock clock;
    MessageIdGenerator ids{clock};
    FakeMetrics metrics;
    FakeRetryPolicy policy;
    FakeStore kept;
    FakeStorageClient storage{kept};
    Delivery delivery;
    std::unique_ptr<DeliveryWorker> worker;
};

DeliveryOptions withWindow(int window, int pageSize = 50)
{
    DeliveryOptions options;
    options.window = window;
    options.pageSize = pageSize;
    return options;
}

using Statuses = std::vector<MessageStatus>;
using enum MessageStatus;

} // namespace

class DeliveryWorkerTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void pushesAndStoresTheAcknowledgement()
    {
        Node node;
        FakeReceiver receiver;
        const ReceiverId id = node.attach(receiver);
        const MessagePointer message = node.send();
        node.run();
        QCOMPARE(receiver.all(), std::vector{message->id});
        QCOMPARE(node.kept.status(message->id), Processing);
        QCOMPARE(node.kept.row(message->id)->state.pushCount, quint16(1));
        QVERIFY(*node.kept.row(message->id)->state.dueAt > node.clock.now() + node.options.ackTimeout);

        Outcome outcome;
        node.worker->acknowledge(id, {&message->id, 1}, outcome.completion());
        QCOMPARE(outcome.calls, 0);
        node.run();
        QVERIFY(outcome.succeeded());
        QCOMPARE(node.history(message->id), (Statuses{Queued, Processing, Delivered}));
        QCOMPARE(node.metrics.level("hudhud_delivery_in_flight"), 0);
        QCOMPARE(node.metrics.count("hudhud_delivery_acknowledged_total"), 1);
    }

    void acknowledgementWaitsForTheStore()
    {
        Node node;
        FakeReceiver receiver;
        const ReceiverId id = node.attach(receiver);
        const MessagePointer message = node.send();
        node.run();
        node.storage.holdWrites = true;
        Outcome outcome;
        node.worker->acknowledge(id, {&message->id, 1}, outcome.completion());
        node.run();
        QCOMPARE(outcome.calls, 0);
        node.storage.releaseWrites();
        QVERIFY(outcome.succeeded());
    }

    void offlineMessagesStayInStorage()
    {
        Node node;
        const MessagePointer message = node.send();
        node.run();
        QCOMPARE(node.kept.status(message->id), Queued);
        QCOMPARE(node.storage.pendingReads, 0);
    }

    void windowBoundsWhatIsInFlight()
    {
        Node node(withWindow(4));
        FakeReceiver receiver;
        const ReceiverId id = node.attach(receiver);
        std::vector<MessagePointer> messages;
        for (int i = 0; i < 10; ++i)
            messages.push_back(node.send());
        node.run();
        QCOMPARE(receiver.count(), std::size_t(4));
        for (int i = 0; i < 4; ++i)
            node.acknowledge(id, receiver.all()[static_cast<std::size_t>(i)]);
        node.run();
        QCOMPARE(receiver.count(), std::size_t(8));
        for (const MessageId &pushed : receiver.all())
            node.acknowledge(id, pushed);
        node.run();
        QCOMPARE(receiver.count(), std::size_t(10));
        for (std::size_t i = 0; i < 10; ++i)
            QCOMPARE(receiver.all()[i], messages[i]->id);
    }

    void oneFreeSlotIsUsedAfterAShortWhile()
    {
        Node node(withWindow(8));
        FakeReceiver receiver;
        const ReceiverId id = node.attach(receiver);
        for (int i = 0; i < 9; ++i)
            node.send();
        node.run();
        node.acknowledge(id, receiver.all().front());
        node.run();
        QCOMPARE(receiver.count(), std::size_t(8));
        node.pass(10ms);
        QCOMPARE(receiver.count(), std::size_t(9));
    }

    void connectBringsPagesInPriorityOrder()
    {
        Node node(withWindow(64, 5));
        std::vector<MessageId> expected;
        std::vector<MessageId> normal;
        for (int i = 0; i < 6; ++i)
            normal.push_back(node.store(Priority::Normal)->id);
        const MessageId low = node.store(Priority::Low)->id;
        const MessageId high = node.store(Priority::High)->id;
        const MessageId critical = node.store(Priority::Critical)->id;
        expected = {critical, high};
        expected.insert(expected.end(), normal.begin(), normal.end());
        expected.push_back(low);

        FakeReceiver receiver;
        node.attach(receiver);
        QCOMPARE(receiver.all(), expected);
        QCOMPARE(receiver.pageSizes(), (std::vector<std::size_t>{5, 4}));
    }

    void higherPriorityGoesFirstWhenTheWindowWasFull()
    {
        Node node(withWindow(2));
        FakeReceiver receiver;
        const ReceiverId id = node.attach(receiver);
        const auto first = node.send();
        const auto second = node.send();
        node.send(Priority::Low);
        const auto critical = node.send(Priority::Critical);
        node.run();
        QCOMPARE(receiver.count(), std::size_t(2));
        node.acknowledge(id, first->id);
        node.run();
        QCOMPARE(receiver.all(), (std::vector{first->id, second->id, critical->id}));
    }

    void oneBatchIsPushedInPriorityOrder()
    {
        Node node;
        FakeReceiver receiver;
        node.attach(receiver);
        const std::vector<MessagePointer> batch{node.store(Priority::Low), node.store(Priority::Critical),
                                                node.store(Priority::Normal)};
        node.worker->route(batch);
        QCOMPARE(receiver.all(), (std::vector{batch[1]->id, batch[2]->id, batch[0]->id}));
    }

    void commitDuringThePageReadIsNeitherLostNorDoubled()
    {
        Node node;
        const MessagePointer before = node.store();
        node.storage.holdReads = true;
        FakeReceiver receiver;
        node.attach(receiver);
        QCOMPARE(node.storage.heldReads(), std::size_t(1));
        const MessagePointer during = node.send(); // Not in the page, which looked before.
        node.worker->route({&before, 1}); // In the page, and routed as well.
        node.run();
        QCOMPARE(receiver.count(), std::size_t(0));
        node.storage.releaseReads();
        node.run();
        QCOMPARE(receiver.all(), (std::vector{before->id, during->id}));
    }

    void routeBetweenRegistrationAndAttachIsNotLost()
    {
        Node node;
        FakeReceiver receiver;
        node.worker->attach(phone(), receiver); // Told to the owner at the end of the turn.
        const MessagePointer message = node.send();
        node.run();
        QCOMPARE(receiver.all(), std::vector{message->id});
    }

    void overtakenNewsOfADeliveredMessageIsIgnored()
    {
        Node node;
        FakeReceiver receiver;
        const ReceiverId id = node.attach(receiver);
        const MessagePointer message = node.send();
        node.run();
        node.acknowledge(id, message->id);
        node.run();
        node.worker->route({&message, 1});
        node.run();
        QCOMPARE(receiver.count(), std::size_t(1));
    }

    void acknowledgedMessagesAreLeftOutOfPagesUntilStored()
    {
        Node node(withWindow(2));
        FakeReceiver receiver;
        const ReceiverId id = node.attach(receiver);
        for (int i = 0; i < 4; ++i)
            node.send();
        node.run();
        node.storage.holdWrites = true;
        for (const MessageId &pushed : receiver.all())
            node.acknowledge(id, pushed);
        node.run(); // The slots are free at once; the rows still say Processing.
        QCOMPARE(receiver.count(), std::size_t(4));
        const auto all = receiver.all();
        QCOMPARE(std::set<MessageId>(all.begin(), all.end()).size(), std::size_t(4));
        node.storage.releaseWrites();
    }

    void unstoredAcknowledgementsBoundTheChannel()
    {
        Node node(withWindow(2));
        FakeReceiver receiver;
        const ReceiverId id = node.attach(receiver);
        node.storage.holdWrites = true;
        for (int i = 0; i < 30; ++i)
            node.send();
        for (int i = 0; i < 20; ++i) {
            for (const MessageId &pushed : receiver.all())
                node.acknowledge(id, pushed);
            node.run();
        }
        QVERIFY(receiver.count() <= 2 * RecipientChannel::SettlingFactor);
        receiver.onPush = [&](std::span<const MessagePointer> messages) {
            for (const MessagePointer &message : messages)
                node.acknowledge(id, message->id);
        };
        node.storage.releaseWrites();
        for (int i = 0; i < 20; ++i)
            node.pass(10ms);
        const auto all = receiver.all();
        QCOMPARE(std::set<MessageId>(all.begin(), all.end()).size(), std::size_t(30));
    }

    void everyConnectionGetsTheMessageAndTheFirstAcknowledgementWins()
    {
        Node node;
        FakeReceiver one;
        FakeReceiver other;
        const ReceiverId first = node.attach(one);
        const ReceiverId second = node.attach(other);
        QCOMPARE(node.worker->connectionCount(phone()), 2);
        const MessagePointer message = node.send();
        node.run();
        QCOMPARE(one.count(), std::size_t(1));
        QCOMPARE(other.count(), std::size_t(1));
        Outcome winner;
        Outcome later;
        node.worker->acknowledge(second, {&message->id, 1}, winner.completion());
        node.worker->acknowledge(first, {&message->id, 1}, later.completion());
        node.run();
        QVERIFY(winner.succeeded());
        QVERIFY(later.succeeded());
        QCOMPARE(node.history(message->id), (Statuses{Queued, Processing, Delivered}));
    }

    void aSecondConnectionGetsWhatIsInFlight()
    {
        Node node;
        FakeReceiver dead;
        node.attach(dead);
        const MessagePointer message = node.send();
        node.run();
        FakeReceiver fresh;
        node.attach(fresh);
        QCOMPARE(fresh.all(), std::vector{message->id});
        QCOMPARE(dead.count(), std::size_t(1));
    }

    void aLostLinkOfTwoKeepsTheMessageInFlight()
    {
        Node node;
        FakeReceiver one;
        FakeReceiver other;
        const ReceiverId first = node.attach(one);
        node.attach(other);
        const MessagePointer message = node.send();
        node.run();
        node.worker->detach(first);
        node.run();
        QCOMPARE(node.kept.status(message->id), Processing);
        QCOMPARE(other.count(), std::size_t(1));
    }

    void acknowledgementTimeOutRetriesAndThenGivesUp()
    {
        Node node;
        FakeReceiver receiver;
        node.attach(receiver);
        const MessagePointer message = node.send();
        node.run();
        for (int attempt = 1; attempt <= 2; ++attempt) {
            node.pass(node.options.ackTimeout);
            QCOMPARE(node.kept.status(message->id), Failed);
            QCOMPARE(node.kept.row(message->id)->state.retryCount, quint16(attempt));
            QCOMPARE(*node.kept.row(message->id)->state.dueAt, node.clock.now() + attempt * 1000ms);
            node.sweep();
            QCOMPARE(node.kept.status(message->id), Failed); // Not due yet.
            node.pass(attempt * 1000ms);
            node.sweep();
            QCOMPARE(receiver.count(), std::size_t(attempt + 1));
            QCOMPARE(node.kept.status(message->id), Processing);
        }
        node.pass(node.options.ackTimeout);
        QCOMPARE(node.kept.status(message->id), DeadLetter);
        QVERIFY(node.kept.row(message->id)->message.failureReason.contains("attempt 3 was the last"));
        QCOMPARE(node.metrics.count("hudhud_delivery_dead_lettered_total/attempts-used-up"), 1);
        QCOMPARE(node.metrics.count("hudhud_delivery_ack_timeouts_total"), 3);
        QCOMPARE(node.metrics.level("hudhud_delivery_in_flight"), 0);
    }

    void aTimeOutFreesTheWindow()
    {
        Node node(withWindow(1));
        FakeReceiver receiver;
        node.attach(receiver);
        node.send();
        const MessagePointer next = node.send();
        node.run();
        QCOMPARE(receiver.count(), std::size_t(1));
        node.pass(node.options.ackTimeout);
        QCOMPARE(receiver.all().back(), next->id);
    }

    void aLostLinkPutsMessagesBackWithoutAnAttempt()
    {
        Node node;
        FakeReceiver receiver;
        const ReceiverId id = node.attach(receiver);
        const MessagePointer message = node.send();
        node.run();
        node.worker->detach(id);
        node.run();
        const auto row = node.kept.row(message->id);
        QCOMPARE(row->state.status, Queued);
        QCOMPARE(row->state.retryCount, quint16(0));
        QCOMPARE(row->state.pushCount, quint16(1));
        QCOMPARE(row->events.back().reason, QByteArray("link lost"));
        QCOMPARE(node.metrics.level("hudhud_delivery_channels"), 0);
        QCOMPARE(node.worker->connectionCount(phone()), 0);
        QVERIFY(!node.delivery.directory().owner(phone()));

        FakeReceiver again;
        node.attach(again);
        QCOMPARE(again.all(), std::vector{message->id});
    }

    void aReconnectBeforeThePutBackIsStoredLosesNothing()
    {
        Node node;
        FakeReceiver receiver;
        const ReceiverId id = node.attach(receiver);
        const MessagePointer message = node.send();
        node.run();
        node.storage.holdWrites = true;
        node.worker->detach(id);
        node.run();
        FakeReceiver again;
        node.attach(again);
        QCOMPARE(again.count(), std::size_t(0));
        node.storage.releaseWrites();
        node.run();
        QCOMPARE(again.all(), std::vector{message->id});
        QCOMPARE(node.kept.row(message->id)->state.pushCount, quint16(2));
    }

    void aMessageThatKillsItsReaderIsGivenUp()
    {
        DeliveryOptions options;
        options.deliveryLimit = 3;
        Node node(options);
        const MessagePointer message = node.store();
        for (int i = 0; i < 3; ++i) {
            QCOMPARE(node.kept.status(message->id), Queued);
            FakeReceiver receiver;
            const ReceiverId id = node.attach(receiver);
            QCOMPARE(receiver.count(), std::size_t(1));
            node.worker->detach(id);
            node.run();
        }
        QCOMPARE(node.kept.status(message->id), DeadLetter);
        QCOMPARE(node.metrics.count("hudhud_delivery_dead_lettered_total/delivery-limit"), 1);
    }

    void aSecondCrashingConnectionIsCountedToo()
    {
        DeliveryOptions options;
        options.deliveryLimit = 3;
        Node node(options);
        FakeReceiver passive;
        node.attach(passive);
        const MessagePointer message = node.send();
        for (int i = 0; i < 3; ++i) {
            FakeReceiver crashing;
            const ReceiverId id = node.attach(crashing);
            node.worker->detach(id);
            node.run();
        }
        QCOMPARE(node.kept.status(message->id), DeadLetter);
    }

    void aLateAcknowledgementCounts()
    {
        Node node;
        FakeReceiver receiver;
        const ReceiverId id = node.attach(receiver);
        const MessagePointer message = node.send();
        node.run();
        node.pass(node.options.ackTimeout);
        QCOMPARE(node.kept.status(message->id), Failed);
        Outcome outcome;
        node.worker->acknowledge(id, {&message->id, 1}, outcome.completion());
        node.run();
        QVERIFY(outcome.succeeded());
        QCOMPARE(node.kept.status(message->id), Delivered);
        QCOMPARE(node.kept.row(message->id)->state.retryCount, quint16(1));
        QCOMPARE(node.kept.row(message->id)->state.pushCount, quint16(1));
    }

    void anAcknowledgementAfterReconnectStopsTheSecondPush()
    {
        Node node;
        FakeReceiver receiver;
        const ReceiverId id = node.attach(receiver);
        const MessagePointer message = node.send();
        node.run();
        node.worker->detach(id);
        node.run();
        FakeReceiver again;
        node.storage.holdReads = true;
        const ReceiverId next = node.attach(again);
        node.acknowledge(next, message->id);
        node.run();
        node.storage.releaseReads();
        node.run();
        QCOMPARE(again.count(), std::size_t(0));
        QCOMPARE(node.kept.status(message->id), Delivered);
    }

    void nobodyAcknowledgesOthersMessages()
    {
        Node node;
        FakeReceiver receiver;
        const ReceiverId id = node.attach(receiver);
        const MessagePointer foreign = node.store(node.make(Priority::Normal, phone("967770000000")));
        Outcome stolen;
        node.worker->acknowledge(id, {&foreign->id, 1}, stolen.completion());
        const MessageId unknown = node.ids.next();
        Outcome missing;
        node.worker->acknowledge(id, {&unknown, 1}, missing.completion());
        Outcome rejected;
        node.worker->reject(id, foreign->id, "mine", rejected.completion());
        node.run();
        QVERIFY(stolen.failedWith(ErrorCode::NotFound));
        QVERIFY(missing.failedWith(ErrorCode::NotFound));
        QVERIFY(rejected.failedWith(ErrorCode::NotFound));
        QCOMPARE(node.kept.status(foreign->id), Queued);
    }

    void aBatchOfAcknowledgementsTellsTheFirstError()
    {
        Node node;
        FakeReceiver receiver;
        const ReceiverId id = node.attach(receiver);
        const std::vector<MessageId> ids{node.send()->id, node.ids.next(), node.send()->id};
        node.run();
        Outcome outcome;
        node.worker->acknowledge(id, ids, outcome.completion());
        node.run();
        QVERIFY(outcome.failedWith(ErrorCode::NotFound));
        QCOMPARE(node.kept.status(ids[0]), Delivered);
        QCOMPARE(node.kept.status(ids[2]), Delivered);
    }

    void acknowledgingTwiceIsSuccess()
    {
        Node node;
        FakeReceiver receiver;
        const ReceiverId id = node.attach(receiver);
        const MessagePointer message = node.send();
        node.run();
        for (int i = 0; i < 2; ++i) {
            Outcome outcome;
            node.worker->acknowledge(id, {&message->id, 1}, outcome.completion());
            node.run();
            QVERIFY(outcome.succeeded());
        }
        QCOMPARE(node.history(message->id), (Statuses{Queued, Processing, Delivered}));
    }

    void anAcknowledgementOnAGoneConnectionFails()
    {
        Node node;
        FakeReceiver receiver;
        const ReceiverId id = node.attach(receiver);
        node.worker->detach(id);
        const MessageId message = node.ids.next();
        Outcome outcome;
        node.worker->acknowledge(id, {&message, 1}, outcome.completion());
        QCOMPARE(outcome.calls, 0);
        node.run();
        QVERIFY(outcome.failedWith(ErrorCode::ConnectionLost));
    }

    void rejectDeadLettersWithTheReason()
    {
        Node node;
        FakeReceiver receiver;
        const ReceiverId id = node.attach(receiver);
        const MessagePointer message = node.send();
        node.run();
        Outcome outcome;
        node.worker->reject(id, message->id, QByteArray(499, 'x') + "\xC3\xA4", outcome.completion());
        node.run();
        QVERIFY(outcome.succeeded());
        QCOMPARE(node.kept.status(message->id), DeadLetter);
        QCOMPARE(node.kept.row(message->id)->message.failureReason, QByteArray(499, 'x'));
        QCOMPARE(node.metrics.count("hudhud_delivery_dead_lettered_total/rejected"), 1);
    }

    void expiredMessagesAreNotPushed()
    {
        Node node;
        Message message = node.make();
        message.expiresAt = node.clock.now() + 1s;
        node.store(message);
        node.clock.advance(2s);
        FakeReceiver receiver;
        node.attach(receiver);
        QCOMPARE(receiver.count(), std::size_t(0));
        QCOMPARE(node.kept.status(message.id), DeadLetter);
    }

    void aFailedAcknowledgementComesAgainAfterABackoff()
    {
        Node node;
        FakeReceiver receiver;
        const ReceiverId id = node.attach(receiver);
        const MessagePointer message = node.send();
        node.run();
        node.storage.failWrites = Error(ErrorCode::StorageUnavailable, QStringLiteral("disk"));
        Outcome outcome;
        node.worker->acknowledge(id, {&message->id, 1}, outcome.completion());
        node.run();
        QVERIFY(outcome.failedWith(ErrorCode::StorageUnavailable));
        QCOMPARE(receiver.count(), std::size_t(1)); // Not at once: that would be an endless loop.
        node.storage.failWrites.reset();
        node.pass(1s);
        QCOMPARE(receiver.count(), std::size_t(2));
        node.acknowledge(id, message->id);
        node.run();
        QCOMPARE(node.kept.status(message->id), Delivered);
    }

    void aFailedProcessingMarkIsMadeUpForLater()
    {
        Node node;
        FakeReceiver receiver;
        node.attach(receiver);
        node.storage.failWrites = Error(ErrorCode::BufferFull, QStringLiteral("full"));
        const MessagePointer message = node.send();
        node.run();
        QCOMPARE(node.kept.status(message->id), Queued);
        node.storage.failWrites.reset();
        node.pass(node.options.ackTimeout);
        QCOMPARE(node.history(message->id), (Statuses{Queued, Processing, Failed}));
    }

    void aFailedTimeOutIsLeftToTheLease()
    {
        Node node;
        FakeReceiver receiver;
        const ReceiverId id = node.attach(receiver);
        const MessagePointer message = node.send();
        node.run();
        node.worker->detach(id);
        node.storage.failWrites = Error(ErrorCode::StorageUnavailable, QStringLiteral("disk"));
        node.run();
        QCOMPARE(node.kept.status(message->id), Processing);
        QCOMPARE(node.metrics.level("hudhud_delivery_channels"), 0); // Not stuck.
        node.storage.failWrites.reset();
        node.clock.advance(2 * node.options.lease);
        node.sweep();
        QCOMPARE(node.kept.status(message->id), Queued);
    }

    void aFailedPageReadIsTriedAgain()
    {
        Node node;
        const MessagePointer message = node.store();
        node.storage.failReads = Error(ErrorCode::StorageUnavailable, QStringLiteral("disk"));
        FakeReceiver receiver;
        node.attach(receiver);
        QCOMPARE(node.storage.pendingReads, 1);
        node.pass(500ms);
        QCOMPARE(node.storage.pendingReads, 1);
        node.pass(500ms);
        QCOMPARE(node.storage.pendingReads, 2);
        node.storage.failReads.reset();
        node.pass(2s);
        QCOMPARE(receiver.all(), std::vector{message->id});
    }

    void withdrawTakesWhatWasNotPushed()
    {
        Node node(withWindow(1));
        Outcome offline;
        const MessageId stored = node.store()->id;
        node.worker->withdraw(stored, offline.completion());
        node.run();
        QVERIFY(offline.succeeded());

        FakeReceiver receiver;
        const ReceiverId id = node.attach(receiver);
        const MessagePointer pushed = node.send();
        const MessagePointer waiting = node.send();
        node.run();
        Outcome tooLate;
        Outcome inTime;
        Outcome unknown;
        node.worker->withdraw(pushed->id, tooLate.completion());
        node.worker->withdraw(waiting->id, inTime.completion());
        node.worker->withdraw(node.ids.next(), unknown.completion());
        node.run();
        QVERIFY(tooLate.failedWith(ErrorCode::Conflict));
        QVERIFY(inTime.succeeded());
        QVERIFY(unknown.failedWith(ErrorCode::NotFound));
        node.acknowledge(id, pushed->id);
        node.run();
        QCOMPARE(receiver.count(), std::size_t(1));
    }

    void withdrawConflictsBeforeProcessingIsStored()
    {
        Node node;
        FakeReceiver receiver;
        node.attach(receiver);
        node.storage.holdWrites = true;
        const MessagePointer message = node.send();
        node.run();
        QCOMPARE(node.kept.status(message->id), Queued);
        Outcome outcome;
        node.worker->withdraw(message->id, outcome.completion());
        node.run();
        QVERIFY(outcome.failedWith(ErrorCode::Conflict));
        node.storage.releaseWrites();
    }

    void aWithdrawnMessageIsNotPushedFromAnOlderPage()
    {
        Node node;
        const MessagePointer message = node.store();
        FakeReceiver receiver;
        node.storage.holdReads = true;
        node.attach(receiver);
        Outcome outcome;
        node.worker->withdraw(message->id, outcome.completion());
        node.run();
        node.storage.releaseReads();
        node.run();
        QVERIFY(outcome.calls == 1);
        QCOMPARE(outcome.result.has_value(), receiver.count() == 0);
        QCOMPARE(node.kept.row(message->id).has_value(), receiver.count() == 1);
    }

    void replaceChangesWhatWasNotPushed()
    {
        Node node(withWindow(1));
        Outcome offline;
        const MessageId stored = node.store()->id;
        node.worker->replace(node.replacement(stored, "offline"), offline.completion());
        node.run();
        QVERIFY(offline.succeeded());
        QCOMPARE(node.kept.row(stored)->message.content, QByteArray("offline"));

        std::vector<QByteArray> contents;
        FakeReceiver receiver;
        receiver.onPush = [&](std::span<const MessagePointer> messages) {
            for (const MessagePointer &message : messages)
                contents.push_back(message->content);
        };
        const ReceiverId id = node.attach(receiver);
        const MessagePointer waiting = node.send();
        node.run();
        Outcome tooLate;
        Outcome inTime;
        Outcome unknown;
        node.worker->replace(node.replacement(stored, "too late"), tooLate.completion());
        node.worker->replace(node.replacement(waiting->id, "in time"), inTime.completion());
        node.worker->replace(node.replacement(node.ids.next(), "unknown"), unknown.completion());
        node.run();
        QVERIFY(tooLate.failedWith(ErrorCode::Conflict));
        QVERIFY(inTime.succeeded());
        QVERIFY(unknown.failedWith(ErrorCode::NotFound));
        node.acknowledge(id, stored);
        node.run();
        QCOMPARE(contents, (std::vector<QByteArray>{"offline", "in time"}));
    }

    void aPageThatAReplacementOvertookIsReadAgain()
    {
        Node node;
        const MessagePointer message = node.store();
        std::vector<QByteArray> contents;
        FakeReceiver receiver;
        receiver.onPush = [&](std::span<const MessagePointer> messages) { contents.push_back(messages[0]->content); };
        node.storage.holdReads = true;
        node.attach(receiver); // The page is read, and held.
        node.storage.letReadsThrough();
        Outcome outcome;
        node.worker->replace(node.replacement(message->id, "new"), outcome.completion());
        node.run();
        QVERIFY(outcome.succeeded());
        QVERIFY(contents.empty());
        node.storage.releaseReads();
        node.run();
        QCOMPARE(contents, std::vector<QByteArray>{"new"});
    }

    void anOlderCopyIsNotPushedAfterAReplacement()
    {
        Node node;
        const MessagePointer old = node.store();
        Outcome outcome;
        std::vector<QByteArray> contents;
        FakeReceiver receiver;
        receiver.onPush = [&](std::span<const MessagePointer> messages) { contents.push_back(messages[0]->content); };
        const ReceiverId id = node.attach(receiver);
        node.acknowledge(id, old->id);
        node.run();
        const MessagePointer next = node.store();
        node.worker->replace(node.replacement(next->id, "new"), outcome.completion());
        node.run();
        QVERIFY(outcome.succeeded());
        node.worker->route({&next, 1}); // Was still on its way.
        node.run();
        QCOMPARE(contents, (std::vector<QByteArray>{"hello", "new"}));
    }

    void aPausedReceiverIsNotPushedTo()
    {
        Node node;
        FakeReceiver receiver;
        const ReceiverId id = node.attach(receiver);
        node.worker->setPaused(id, true);
        node.run();
        const MessagePointer message = node.send();
        node.run();
        QCOMPARE(receiver.count(), std::size_t(0));
        QCOMPARE(node.kept.status(message->id), Queued);
        node.worker->setPaused(id, false);
        node.run();
        QCOMPARE(receiver.all(), std::vector{message->id});
    }

    void aReceiverMayPauseInsideAPush()
    {
        Node node;
        FakeReceiver receiver;
        const ReceiverId id = node.attach(receiver);
        receiver.onPush = [&](std::span<const MessagePointer>) { node.worker->setPaused(id, true); };
        node.send();
        node.run();
        node.send();
        node.run();
        QCOMPARE(receiver.count(), std::size_t(1));
    }

    void aResumedReceiverGetsWhatTheOtherGotMeanwhile()
    {
        Node node;
        FakeReceiver one;
        FakeReceiver other;
        node.attach(one);
        const ReceiverId second = node.attach(other);
        const MessagePointer first = node.send();
        node.worker->setPaused(second, true);
        node.run();
        const MessagePointer missed = node.send();
        node.run();
        QCOMPARE(other.all(), std::vector{first->id});
        node.worker->setPaused(second, false);
        node.run();
        QCOMPARE(other.all(), (std::vector{first->id, missed->id}));
        QCOMPARE(one.count(), std::size_t(2));
    }

    void whatOnlyTheLostConnectionGotIsPutBack()
    {
        Node node;
        FakeReceiver one;
        FakeReceiver paused;
        const ReceiverId first = node.attach(one);
        const ReceiverId second = node.attach(paused);
        node.worker->setPaused(second, true);
        node.run();
        const MessagePointer message = node.send();
        node.run();
        node.worker->detach(first);
        node.run();
        QCOMPARE(node.kept.status(message->id), Queued);
        node.worker->setPaused(second, false);
        node.run();
        QCOMPARE(paused.all(), std::vector{message->id});
    }

    void aSlowReaderIsClosed()
    {
        Node node;
        FakeReceiver receiver;
        const ReceiverId id = node.attach(receiver);
        node.worker->setPaused(id, true);
        node.run();
        node.pass(node.options.slowReaderTimeout - 1ms);
        QCOMPARE(receiver.closes(), 0);
        node.pass(1ms);
        QCOMPARE(receiver.closes(), 1);
    }

    void aLeaseThatRanOutInFlightIsRenewed()
    {
        Node node;
        FakeReceiver receiver;
        node.attach(receiver);
        const MessagePointer message = node.send();
        node.run();
        const auto claimed = node.kept.claimDue(node.clock.now() + 24h, 10);
        QCOMPARE(claimed.size(), std::size_t(1));
        node.worker->route(claimed);
        node.run();
        QCOMPARE(receiver.count(), std::size_t(1));
        QCOMPARE(node.kept.status(message->id), Processing);
    }

    void sweeperClaimsAndRoutes()
    {
        DeliveryOptions options;
        options.sweepInterval = 5ms;
        options.sweepBatch = 2;
        Node node(options);
        FakeReceiver receiver;
        std::vector<StatusTransition> stale;
        for (int i = 0; i < 5; ++i) {
            const MessagePointer message = node.store();
            stale.push_back({.id = message->id,
                             .recipient = phone(),
                             .events = {{0, Processing, node.clock.now(), "other", 0, {}}},
                             .retryCount = 0,
                             .pushCount = 1,
                             .dueAt = node.clock.now() + 1h,
                             .failureReason = {}});
        }
        node.kept.apply(stale);
        node.storage.failReads
            = Error(ErrorCode::StorageUnavailable, QStringLiteral("only the sweeper brings them"));
        node.attach(receiver);
        node.storage.failReads.reset();
        FakeStorageClient sweeperStorage(node.kept);
        node.delivery.start(sweeperStorage);
        QTRY_VERIFY(sweeperStorage.claims >= 2);
        QCOMPARE(node.metrics.count("hudhud_delivery_swept_total"), 0);
        node.clock.advance(2h);
        QTRY_COMPARE(node.metrics.count("hudhud_delivery_swept_total"), 5);
        node.worker->checkDeadlinesForTest();
        QTRY_COMPARE(receiver.count(), std::size_t(5));
        sweeperStorage.failWrites = Error(ErrorCode::StorageUnavailable, QStringLiteral("disk"));
        const int before = sweeperStorage.claims;
        QTRY_VERIFY(sweeperStorage.claims >= before + 2); // Goes on after errors.
        node.delivery.stop();
    }

    void sweeperGivesUpWhatHasExpired()
    {
        DeliveryOptions options;
        options.sweepInterval = 5ms;
        Node node(options);
        Message expiring = node.make();
        expiring.expiresAt = node.clock.now() + 1h;
        node.store(expiring);
        FakeStorageClient sweeperStorage(node.kept);
        node.delivery.start(sweeperStorage);
        QTRY_VERIFY(sweeperStorage.claims >= 2);
        QCOMPARE(node.kept.status(expiring.id), Queued);
        node.clock.advance(1h);
        QTRY_COMPARE(node.kept.status(expiring.id), DeadLetter); // Though nobody is connected.
        QTRY_COMPARE(node.metrics.count("hudhud_delivery_dead_lettered_total/expired"), 1);
        QCOMPARE(node.metrics.count("hudhud_delivery_swept_total"), 0);
        node.delivery.stop();
    }

    void purgeGoesOnWhileBatchesAreFull()
    {
        Node node;
        StorageOptions storageOptions;
        storageOptions.purgeInterval = 1h;
        DeliveryExchange exchange(1);
        DeliveryMetrics metrics(node.metrics);
        DeliveryOptions options;
        Sweeper sweeper(options, storageOptions, node.clock, exchange, node.delivery.directory(), metrics,
                        node.delivery.statusChanges());
        storageOptions.purgeInterval = 1ms;
        FakeStorageClient client(node.kept);
        client.purgeAnswers = {1000, 1000, 7};
        sweeper.start(client);
        storageOptions.purgeInterval = 1h;
        QTRY_COMPARE(node.metrics.count("hudhud_delivery_purged_total"), 2007);
        QCOMPARE(client.purges, 3);
        sweeper.stop();
    }

    void restartPutsBackWhatWasInFlight()
    {
        Node node;
        FakeReceiver receiver;
        node.attach(receiver);
        const MessageId id = node.send()->id;
        node.run();
        qint64 recovered = -1;
        node.delivery.recover(node.storage, [&](const Result<qint64> &count) { recovered = *count; });
        node.run();
        QCOMPARE(recovered, 1);
        QCOMPARE(node.kept.status(id), Queued);
        QCOMPARE(node.kept.row(id)->state.retryCount, quint16(0));
    }

    void stopPutsBackInOneBatchAndTellsWhenIdle()
    {
        Node node;
        FakeReceiver receiver;
        const ReceiverId id = node.attach(receiver);
        std::vector<MessagePointer> messages;
        for (int i = 0; i < 10; ++i)
            messages.push_back(node.send());
        node.run();
        node.storage.holdWrites = true;
        int idle = 0;
        node.worker->stop([&] { ++idle; });
        node.run();
        QCOMPARE(idle, 0);
        QCOMPARE(node.storage.heldWrites(), std::size_t(1));
        const MessagePointer late = node.send();
        node.storage.releaseWrites();
        node.run();
        QCOMPARE(idle, 1);
        for (const MessagePointer &message : messages)
            QCOMPARE(node.kept.status(message->id), Queued);
        QCOMPARE(node.kept.status(late->id), Queued);
        QCOMPARE(receiver.count(), std::size_t(10));

        node.acknowledge(id, messages.front()->id); // Still taken.
        node.run();
        QCOMPARE(node.kept.status(messages.front()->id), Delivered);
    }
};

QTEST_GUILESS_MAIN(DeliveryWorkerTest)
#include "delivery_worker_test.moc"
