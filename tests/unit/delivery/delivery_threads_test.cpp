// SPDX-License-Identifier: GPL-3.0-or-later
// Two I/O threads: connections of one recipient on both, and traffic between them.
#include "delivery/delivery.h"
#include "delivery_fakes.h"
#include "eventloop/io_thread.h"

#include <QTest>

#include <set>

using namespace hudhud;
using namespace std::chrono_literals;

namespace {

Recipient phone(int number)
{
    return *Recipient::fromString(QByteArray::number(967'770'000'000 + number));
}

struct TwoThreads
{
    TwoThreads()
    {
        for (int i = 0; i < 2; ++i) {
            Side &side = sides[static_cast<std::size_t>(i)];
            side.thread = std::make_unique<IoThread>(i);
            side.thread->start();
            on(i, [&] {
                side.storage = std::make_unique<FakeStorageClient>(kept);
                side.worker = delivery.createWorker(i, *side.storage);
            });
        }
    }
    ~TwoThreads()
    {
        for (int i = 0; i < 2; ++i) {
            Side &side = sides[static_cast<std::size_t>(i)];
            on(i, [&] {
                side.worker.reset();
                side.storage.reset();
            });
        }
        for (Side &side : sides)
            side.thread->stop();
    }

    void on(int thread, std::move_only_function<void()> task)
    {
        sides[static_cast<std::size_t>(thread)].thread->runAndWait(std::move(task));
    }
    DeliveryWorker &worker(int thread) { return *sides[static_cast<std::size_t>(thread)].worker; }
    ReceiverId attach(int thread, const Recipient &recipient, Receiver &receiver)
    {
        ReceiverId id = 0;
        on(thread, [&] { id = worker(thread).attach(recipient, receiver); });
        return id;
    }
    void detach(int thread, ReceiverId id)
    {
        on(thread, [&] { worker(thread).detach(id); });
    }
    MessagePointer send(int thread, const Recipient &recipient)
    {
        auto message = std::make_shared<Message>();
        message->id = ids.next();
        message->recipient = recipient;
        message->createdAt = clock.now();
        kept.insert(*message);
        const MessagePointer stored = message;
        on(thread, [&] { worker(thread).route({&stored, 1}); });
        return stored;
    }

    struct Side
    {
        std::unique_ptr<IoThread> thread;
        std::unique_ptr<FakeStorageClient> storage;
        std::unique_ptr<DeliveryWorker> worker;
    };

    DeliveryOptions options;
    StorageOptions storageOptions;
    HeldClock clock;
    MessageIdGenerator ids{clock};
    FakeMetrics metrics;
    FakeRetryPolicy policy{3};
    FakeStore kept;
    Delivery delivery{{.delivery = options,
                       .storage = storageOptions,
                       .retryPolicy = policy,
                       .clock = clock,
                       .metrics = metrics,
                       .nodeId = "node-1",
                       .ioThreads = 2}};
    std::array<Side, 2> sides;
};

using enum MessageStatus;

} // namespace

class DeliveryThreadsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aMessageAcceptedOnOneThreadReachesAPhoneOnTheOther()
    {
        TwoThreads node;
        FakeReceiver receiver;
        const ReceiverId id = node.attach(1, phone(1), receiver);
        const MessagePointer message = node.send(0, phone(1));
        QTRY_COMPARE(receiver.all(), std::vector{message->id});
        std::atomic<int> completed = 0;
        node.on(1, [&] {
            node.worker(1).acknowledge(id, {&message->id, 1},
                                       [&](const Result<void> &result) { completed = result ? 1 : -1; });
        });
        QTRY_COMPARE(completed.load(), 1);
        QCOMPARE(node.kept.status(message->id), Delivered);
        node.detach(1, id);
    }

    void everyThreadsConnectionGetsItAndTheFirstAcknowledgementWins()
    {
        TwoThreads node;
        FakeReceiver owner;
        FakeReceiver remote;
        const ReceiverId first = node.attach(0, phone(1), owner);
        const ReceiverId second = node.attach(1, phone(1), remote);
        QCOMPARE(node.delivery.directory().owner(phone(1)), std::optional(0));
        const MessagePointer message = node.send(1, phone(1));
        QTRY_COMPARE(owner.count(), std::size_t(1));
        QTRY_COMPARE(remote.count(), std::size_t(1));
        std::atomic<int> good = 0;
        const auto count = [&](const Result<void> &result) { good += result ? 1 : 100; };
        node.on(1, [&] {
            node.worker(1).acknowledge(second, {&message->id, 1},
                                       [&, thread = QThread::currentThread()](auto result) {
                                           QCOMPARE(QThread::currentThread(), thread);
                                           count(result);
                                       });
        });
        node.on(0, [&] { node.worker(0).acknowledge(first, {&message->id, 1}, count); });
        QTRY_COMPARE(good.load(), 2);
        QCOMPARE(node.kept.row(message->id)->events.size(), std::size_t(3));
        node.detach(0, first);
        node.detach(1, second);
        QTRY_COMPARE(node.metrics.level("hudhud_delivery_channels"), 0);
    }

    void theOwnerStaysWhileAnotherThreadHasAConnection()
    {
        TwoThreads node;
        FakeReceiver first;
        FakeReceiver second;
        const ReceiverId leaving = node.attach(0, phone(1), first);
        const ReceiverId staying = node.attach(1, phone(1), second);
        const MessagePointer before = node.send(0, phone(1));
        QTRY_COMPARE(second.count(), std::size_t(1));
        node.detach(0, leaving);
        QCOMPARE(node.delivery.directory().owner(phone(1)), std::optional(0));
        const MessagePointer after = node.send(0, phone(1));
        QTRY_COMPARE(second.all(), (std::vector{before->id, after->id}));
        node.on(1, [&] {
            const std::vector ids{before->id, after->id};
            node.worker(1).acknowledge(staying, ids, {});
        });
        QTRY_COMPARE(node.kept.status(after->id), Delivered);

        node.detach(1, staying);
        QTRY_VERIFY(!node.delivery.directory().owner(phone(1)));
        FakeReceiver again;
        const ReceiverId next = node.attach(1, phone(1), again);
        QCOMPARE(node.delivery.directory().owner(phone(1)), std::optional(1));
        const MessagePointer last = node.send(0, phone(1));
        QTRY_COMPARE(again.all(), std::vector{last->id});
        node.detach(1, next);
    }

    void theLastRemoteConnectionPutsMessagesBack()
    {
        TwoThreads node;
        FakeReceiver first;
        FakeReceiver second;
        const ReceiverId one = node.attach(0, phone(1), first);
        const ReceiverId other = node.attach(1, phone(1), second);
        const MessagePointer message = node.send(0, phone(1));
        QTRY_COMPARE(second.count(), std::size_t(1));
        node.detach(0, one);
        QTRY_COMPARE(node.kept.status(message->id), Processing);
        node.detach(1, other);
        QTRY_COMPARE(node.kept.status(message->id), Queued);
    }

    void withdrawAsksTheOwner()
    {
        TwoThreads node;
        FakeReceiver receiver;
        const ReceiverId id = node.attach(0, phone(1), receiver);
        const MessagePointer message = node.send(0, phone(1));
        QTRY_COMPARE(receiver.count(), std::size_t(1));
        std::atomic<int> conflicts = 0;
        node.on(1, [&] {
            node.worker(1).withdraw(message->id, [&](const Result<void> &result) {
                conflicts += !result && result.error().code() == ErrorCode::Conflict ? 1 : 100;
            });
        });
        QTRY_COMPARE(conflicts.load(), 1);
        node.detach(0, id);
    }

    void replaceAsksTheOwner()
    {
        TwoThreads node;
        FakeReceiver receiver;
        const ReceiverId id = node.attach(0, phone(1), receiver);
        const MessagePointer message = node.send(0, phone(1));
        QTRY_COMPARE(receiver.count(), std::size_t(1));
        std::atomic<int> conflicts = 0;
        node.on(1, [&] {
            node.worker(1).replace({message->id, message, message->createdAt}, [&](const Result<void> &result) {
                conflicts += !result && result.error().code() == ErrorCode::Conflict ? 1 : 100;
            });
        });
        QTRY_COMPARE(conflicts.load(), 1);
        node.detach(0, id);
    }

    /// Phones come and go on both threads while messages arrive on both: none may be lost or stuck, and
    /// nothing may be left in memory.
    void nothingIsLostWhenPhonesMoveBetweenThreads()
    {
        constexpr int Phones = 5;
        TwoThreads node;
        std::vector<MessageId> sent;
        for (int round = 0; round < 40; ++round) {
            std::vector<std::unique_ptr<FakeReceiver>> receivers;
            std::vector<std::pair<int, ReceiverId>> attached;
            for (int i = 0; i < Phones * 2; ++i) {
                const int thread = (round + i) % 2;
                auto &receiver = receivers.emplace_back(std::make_unique<FakeReceiver>());
                node.on(thread, [&, target = receiver.get()] {
                    DeliveryWorker &worker = node.worker(thread);
                    const ReceiverId id = worker.attach(phone(i % Phones), *target);
                    attached.emplace_back(thread, id);
                    if ((round + i) % 3 == 0)
                        return; // Does not acknowledge.
                    target->onPush = [&worker, id](std::span<const MessagePointer> messages) {
                        for (const MessagePointer &message : messages)
                            worker.acknowledge(id, {&message->id, 1}, {});
                    };
                });
                sent.push_back(node.send((round + i / 2) % 2, phone(i % Phones))->id);
                sent.push_back(node.send((round + i / 3) % 2, phone((i + 1) % Phones))->id);
            }
            for (const auto &[thread, id] : attached)
                node.detach(thread, id);
        }
        // Gone receivers must not be called any more.
        QTRY_COMPARE(node.metrics.level("hudhud_delivery_channels"), 0);
        QCOMPARE(node.metrics.level("hudhud_delivery_in_flight"), 0);
        QCOMPARE(node.metrics.level("hudhud_delivery_connections"), 0);

        std::array<FakeReceiver, Phones> last;
        std::vector<ReceiverId> ids;
        for (int i = 0; i < Phones; ++i) {
            FakeReceiver &receiver = last[static_cast<std::size_t>(i)];
            node.on(i % 2, [&] {
                DeliveryWorker &worker = node.worker(i % 2);
                const ReceiverId id = worker.attach(phone(i), receiver);
                receiver.onPush = [&worker, id](std::span<const MessagePointer> messages) {
                    for (const MessagePointer &message : messages)
                        worker.acknowledge(id, {&message->id, 1}, {});
                };
                ids.push_back(id);
            });
        }
        for (const MessageId &id : sent)
            QTRY_VERIFY(node.kept.status(id) == Delivered || node.kept.status(id) == DeadLetter);
        for (const MessageId &id : sent) {
            const auto row = node.kept.row(id);
            QVERIFY(row->state.status == Delivered || row->state.pushCount >= node.options.deliveryLimit);
        }
        for (int i = 0; i < Phones; ++i)
            node.detach(i % 2, ids[static_cast<std::size_t>(i)]);
        QTRY_COMPARE(node.metrics.level("hudhud_delivery_channels"), 0);
    }
};

QTEST_GUILESS_MAIN(DeliveryThreadsTest)
#include "delivery_threads_test.moc"
