// SPDX-License-Identifier: GPL-3.0-or-later
#include "eventloop/io_thread.h"
#include "eventloop/mailbox.h"

#include <QAbstractEventDispatcher>
#include <QTest>

#include <atomic>
#include <memory>
#include <thread>

using namespace hudhud;

class MailboxTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void deliversABatchPerTurn();
    void takesMoveOnlyItems();
    void emptyBatchWakesNobody();
    void keepsEachProducersOrder();
    void handlerMayPostToItself();
    void handlerMayLeaveTheBatch();
    void doesNotStarveTheLoop();
    void dropsWhatIsLeftAtDestruction();
};

void MailboxTest::deliversABatchPerTurn()
{
    std::vector<std::vector<int>> batches;
    Mailbox<int> mailbox([&](std::vector<int> &&batch) { batches.push_back(std::move(batch)); });
    mailbox.post(1);
    mailbox.post(std::vector{2, 3});
    mailbox.post(4);
    QVERIFY(batches.empty());
    QCoreApplication::processEvents();
    QCOMPARE(batches.size(), 1U);
    QCOMPARE(batches[0], (std::vector{1, 2, 3, 4}));
    mailbox.post(5);
    QCoreApplication::processEvents();
    QCOMPARE(batches.size(), 2U);
    QCOMPARE(batches[1], std::vector{5});
}

void MailboxTest::takesMoveOnlyItems()
{
    int sum = 0;
    Mailbox<std::unique_ptr<int>> mailbox([&](std::vector<std::unique_ptr<int>> &&batch) {
        for (const auto &item : batch)
            sum += *item;
    });
    mailbox.post(std::make_unique<int>(1));
    std::vector<std::unique_ptr<int>> more;
    more.push_back(std::make_unique<int>(2));
    mailbox.post(std::move(more));
    QCoreApplication::processEvents();
    QCOMPARE(sum, 3);
}

void MailboxTest::emptyBatchWakesNobody()
{
    int calls = 0;
    Mailbox<int> mailbox([&](std::vector<int> &&) { ++calls; });
    mailbox.post(std::vector<int>{});
    QCoreApplication::processEvents();
    QCOMPARE(calls, 0);
}

void MailboxTest::keepsEachProducersOrder()
{
    constexpr int Producers = 4;
    constexpr int PerProducer = 50000;
    IoThread thread(0);
    thread.start();
    std::vector<int> next(Producers);
    std::atomic<int> received = 0;
    std::atomic<bool> isInOrder = true;
    std::unique_ptr<Mailbox<int>> mailbox;
    thread.runAndWait([&] {
        mailbox = std::make_unique<Mailbox<int>>([&](std::vector<int> &&batch) {
            for (const int item : batch) {
                if (item % PerProducer != next[item / PerProducer]++)
                    isInOrder = false;
            }
            received += int(batch.size());
        });
    });
    std::vector<std::thread> producers;
    for (int p = 0; p < Producers; ++p) {
        producers.emplace_back([&, p] {
            for (int i = 0; i < PerProducer; i += 2) {
                const int first = p * PerProducer + i;
                if (i % 3 == 0) {
                    mailbox->post(std::vector{first, first + 1});
                } else {
                    mailbox->post(first);
                    mailbox->post(first + 1);
                }
            }
        });
    }
    for (std::thread &producer : producers)
        producer.join();
    QTRY_COMPARE(received.load(), Producers * PerProducer);
    QVERIFY(isInOrder);
    thread.runAndWait([&] { mailbox.reset(); });
}

void MailboxTest::handlerMayPostToItself()
{
    std::vector<int> seen;
    Mailbox<int> *self = nullptr;
    Mailbox<int> mailbox([&](std::vector<int> &&batch) {
        seen.insert(seen.end(), batch.begin(), batch.end());
        if (batch.back() < 5)
            self->post(batch.back() + 1);
    });
    self = &mailbox;
    mailbox.post(1);
    QTRY_COMPARE(seen, (std::vector{1, 2, 3, 4, 5}));
}

void MailboxTest::handlerMayLeaveTheBatch()
{
    int total = 0;
    Mailbox<std::shared_ptr<int>> mailbox(
        [&](std::vector<std::shared_ptr<int>> &&batch) { total += int(batch.size()); });
    const auto item = std::make_shared<int>(1);
    for (int round = 1; round <= 3; ++round) {
        mailbox.post(item);
        QCoreApplication::processEvents();
        QCOMPARE(total, round);
        // Nothing of a handled batch is kept alive.
        QCOMPARE(item.use_count(), 1L);
    }
}

void MailboxTest::doesNotStarveTheLoop()
{
    std::atomic<bool> isStopping = false;
    qint64 received = 0;
    Mailbox<int> mailbox([&](std::vector<int> &&batch) { received += qint64(batch.size()); });
    std::thread producer([&] {
        while (!isStopping)
            mailbox.post(1);
    });
    int posted = 0;
    int turns = 0;
    while (turns < 50) {
        QMetaObject::invokeMethod(
            this, [&] { ++posted; }, Qt::QueuedConnection);
        QCoreApplication::processEvents();
        ++turns;
    }
    isStopping = true;
    producer.join();
    QVERIFY(posted >= 49);
}

void MailboxTest::dropsWhatIsLeftAtDestruction()
{
    const auto item = std::make_shared<int>(1);
    bool isCalled = false;
    {
        Mailbox<std::shared_ptr<int>> mailbox([&](std::vector<std::shared_ptr<int>> &&) { isCalled = true; });
        mailbox.post(item);
        QCOMPARE(item.use_count(), 2L);
    }
    QCoreApplication::processEvents();
    QVERIFY(!isCalled);
    QCOMPARE(item.use_count(), 1L);
}

QTEST_GUILESS_MAIN(MailboxTest)

#include "mailbox_test.moc"
