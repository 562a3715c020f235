// SPDX-License-Identifier: GPL-3.0-or-later
#include "eventloop/io_thread.h"

#include <QAbstractEventDispatcher>
#include <QTest>
#include <QTimer>

#include <algorithm>
#include <atomic>
#include <memory>
#include <thread>
#include <vector>

using namespace hudhud;

class IoThreadTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void runsTasksInOrderOnItsThread();
    void usesTheProjectsEventLoop();
    void runsEverythingPostedBeforeStop();
    void postedBeforeStartWaits();
    void postedAfterStopIsDropped();
    void startsAgain();
    void stopsManyTimes();
    void postsFromManyThreads();
    void objectsLiveThere();
};

void IoThreadTest::runsTasksInOrderOnItsThread()
{
    IoThread thread(3);
    QCOMPARE(thread.index(), 3);
    thread.start();
    std::vector<int> order;
    for (int i = 0; i < 100; ++i) {
        thread.post([&, i] {
            if (thread.isCurrent())
                order.push_back(i);
        });
    }
    QString name;
    thread.runAndWait([&] { name = QThread::currentThread()->objectName(); });
    QCOMPARE(name, QStringLiteral("io-3"));
    QVERIFY(!thread.isCurrent());
    QCOMPARE(order.size(), 100U);
    QVERIFY(std::ranges::is_sorted(order));
}

void IoThreadTest::usesTheProjectsEventLoop()
{
#ifndef HUDHUD_HAS_EPOLL
    QSKIP("no epoll on this platform");
#endif
    IoThread thread(0);
    thread.start();
    QByteArray name;
    thread.runAndWait([&] { name = QAbstractEventDispatcher::instance()->metaObject()->className(); });
    QCOMPARE(name, QByteArray("hudhud::EpollEventDispatcher"));
}

void IoThreadTest::runsEverythingPostedBeforeStop()
{
    int count = 0;
    IoThread thread(0);
    thread.start();
    for (int i = 0; i < 1000; ++i)
        thread.post([&] { ++count; });
    thread.stop();
    QCOMPARE(count, 1000);
}

void IoThreadTest::postedBeforeStartWaits()
{
    int count = 0;
    IoThread thread(0);
    thread.post([&] { ++count; });
    QCOMPARE(count, 0);
    thread.start();
    thread.stop();
    QCOMPARE(count, 1);
}

void IoThreadTest::postedAfterStopIsDropped()
{
    auto token = std::make_shared<int>(0);
    {
        IoThread thread(0);
        thread.start();
        thread.stop();
        thread.post([token] { ++*token; });
    }
    QCOMPARE(*token, 0);
    QCOMPARE(token.use_count(), 1L);
}

void IoThreadTest::startsAgain()
{
    int count = 0;
    IoThread thread(0);
    for (int round = 1; round <= 3; ++round) {
        thread.start();
        thread.start();
        thread.runAndWait([&] { ++count; });
        thread.stop();
        QCOMPARE(count, round);
    }
}

void IoThreadTest::stopsManyTimes()
{
    IoThread thread(0);
    thread.stop();
    thread.start();
    thread.stop();
    thread.stop();
}

void IoThreadTest::postsFromManyThreads()
{
    int count = 0; // Only the I/O thread touches it.
    IoThread thread(0);
    thread.start();
    std::vector<std::thread> posters;
    for (int t = 0; t < 4; ++t) {
        posters.emplace_back([&] {
            for (int i = 0; i < 2000; ++i)
                thread.post([&] { ++count; });
        });
    }
    for (std::thread &poster : posters)
        poster.join();
    thread.stop();
    QCOMPARE(count, 8000);
}

void IoThreadTest::objectsLiveThere()
{
    IoThread thread(0);
    thread.start();
    std::unique_ptr<QTimer> timer;
    std::atomic<int> count = 0;
    thread.runAndWait([&] {
        timer = std::make_unique<QTimer>();
        connect(timer.get(), &QTimer::timeout, timer.get(), [&] { count += thread.isCurrent(); });
        timer->start(1);
    });
    QTRY_VERIFY(count >= 3);
    thread.runAndWait([&] { timer.reset(); });
}

QTEST_GUILESS_MAIN(IoThreadTest)

#include "io_thread_test.moc"
