// SPDX-License-Identifier: GPL-3.0-or-later
#include "descriptors.h"
#include "dispatcher_kinds.h"

#include <QElapsedTimer>
#include <QEventLoop>
#include <QPointer>
#include <QSignalSpy>
#include <QSocketNotifier>
#include <QTimer>

#include <atomic>
#include <functional>
#include <memory>
#include <thread>
#include <utility>
#include <vector>

using namespace hudhud;
using namespace std::chrono_literals;

namespace {

QAbstractEventDispatcher *dispatcher()
{
    return QAbstractEventDispatcher::instance();
}

bool isGlib()
{
    return dispatcher()->inherits("QEventDispatcherGlib");
}

class NumberEvent : public QEvent
{
public:
    explicit NumberEvent(int number)
        : QEvent(QEvent::User)
        , value(number)
    {
    }
    const int value;
};

class Receiver : public QObject
{
public:
    std::vector<int> numbers;
    std::function<void(int)> onNumber = [](int) {};

    bool event(QEvent *event) override
    {
        if (event->type() != QEvent::User)
            return QObject::event(event);
        const int number = static_cast<NumberEvent *>(event)->value;
        numbers.push_back(number);
        onNumber(number);
        return true;
    }
    void post(int number, int priority = Qt::NormalEventPriority)
    {
        QCoreApplication::postEvent(this, new NumberEvent(number), priority);
    }
};

} // namespace

class ProcessEventsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void nothingToDoReturnsFalse();
    void excludeSocketNotifiers();
    void excludeSocketNotifiersWhileWaiting();
    void excludeTimers();
    void excludeUserInputChangesNothing();
    void waitForMoreEventsWaitsForTimer();
    void waitForMoreEventsWaitsForNotifier();
    void postedEventsKeepTheirOrder();
    void eventsPostedByHandlersWaitForTheNextTurn();
    void deferredDeleteWaitsForItsLoop();
    void wakeUpEndsTheWait();
    void interruptEndsTheWait();
    void exitFromAnotherThread();
    void postsFromManyThreads();
    void pingPongBetweenThreads();
    void awakeAndAboutToBlock();
    void postedInAboutToBlockIsNotSleptOver();
    void nestedLoopsUnwindInOrder();
};

void ProcessEventsTest::nothingToDoReturnsFalse()
{
    while (dispatcher()->processEvents(QEventLoop::AllEvents)) {}
    QVERIFY(!dispatcher()->processEvents(QEventLoop::AllEvents));
    dispatcher()->wakeUp();
    QVERIFY(dispatcher()->processEvents(QEventLoop::AllEvents));
    QVERIFY(!dispatcher()->processEvents(QEventLoop::AllEvents));
}

void ProcessEventsTest::excludeSocketNotifiers()
{
    if (isGlib())
        QSKIP("the GLib dispatcher does not keep this promise");
    const SocketPair pair;
    QSocketNotifier notifier(pair.near.value(), QSocketNotifier::Read);
    QSignalSpy activated(&notifier, &QSocketNotifier::activated);
    QTimer timer;
    QSignalSpy timeout(&timer, &QTimer::timeout);
    timer.start(0);
    pair.send();
    for (int i = 0; i < 5; ++i)
        QCoreApplication::processEvents(QEventLoop::ExcludeSocketNotifiers);
    QCOMPARE(activated.count(), 0);
    QVERIFY(timeout.count() > 0);
    QTRY_VERIFY(activated.count() > 0);
}

void ProcessEventsTest::excludeSocketNotifiersWhileWaiting()
{
    if (isGlib())
        QSKIP("the GLib dispatcher does not keep this promise");
    const SocketPair pair;
    QSocketNotifier notifier(pair.near.value(), QSocketNotifier::Read);
    QSignalSpy activated(&notifier, &QSocketNotifier::activated);
    Receiver receiver;
    // A turn sends the posted events first and then waits for more, unless it is woken.
    receiver.onNumber = [](int) { dispatcher()->wakeUp(); };
    pair.send();
    for (int round = 1; round <= 3; ++round) {
        std::thread poster([&] {
            std::this_thread::sleep_for(20ms);
            receiver.post(round);
        });
        QElapsedTimer elapsed;
        elapsed.start();
        while (int(receiver.numbers.size()) < round)
            QCoreApplication::processEvents(QEventLoop::ExcludeSocketNotifiers
                                            | QEventLoop::WaitForMoreEvents);
        QVERIFY(elapsed.elapsed() >= 15);
        poster.join();
    }
    QCOMPARE(activated.count(), 0);
    QTRY_VERIFY(activated.count() > 0);
}

void ProcessEventsTest::excludeTimers()
{
    QTimer timer;
    QSignalSpy timeout(&timer, &QTimer::timeout);
    timer.start(0);
    Receiver receiver;
    receiver.post(1);
    for (int i = 0; i < 5; ++i)
        QCoreApplication::processEvents(QEventLoop::X11ExcludeTimers);
    QCOMPARE(receiver.numbers.size(), 1U);
    QCOMPARE(timeout.count(), 0);
    QTRY_VERIFY(timeout.count() > 0);
}

void ProcessEventsTest::excludeUserInputChangesNothing()
{
    const SocketPair pair;
    QSocketNotifier notifier(pair.near.value(), QSocketNotifier::Read);
    QSignalSpy activated(&notifier, &QSocketNotifier::activated);
    QTimer timer;
    QSignalSpy timeout(&timer, &QTimer::timeout);
    timer.start(0);
    Receiver receiver;
    receiver.post(1);
    pair.send();
    for (int i = 0; i < 5; ++i)
        QCoreApplication::processEvents(QEventLoop::ExcludeUserInputEvents);
    QVERIFY(activated.count() > 0);
    QVERIFY(timeout.count() > 0);
    QCOMPARE(receiver.numbers.size(), 1U);
}

void ProcessEventsTest::waitForMoreEventsWaitsForTimer()
{
    while (dispatcher()->processEvents(QEventLoop::AllEvents)) {}
    QTimer timer;
    QSignalSpy timeout(&timer, &QTimer::timeout);
    timer.setTimerType(Qt::PreciseTimer);
    timer.start(40);
    QElapsedTimer elapsed;
    elapsed.start();
    int turns = 0;
    while (timeout.isEmpty()) {
        QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents);
        ++turns;
    }
    QVERIFY(elapsed.elapsed() >= 39);
    // It slept instead of spinning.
    QVERIFY2(turns < 10, qPrintable(QString::number(turns)));
}

void ProcessEventsTest::waitForMoreEventsWaitsForNotifier()
{
    const SocketPair pair;
    QSocketNotifier notifier(pair.near.value(), QSocketNotifier::Read);
    QSignalSpy activated(&notifier, &QSocketNotifier::activated);
    std::thread sender([&] {
        std::this_thread::sleep_for(20ms);
        pair.send();
    });
    int turns = 0;
    while (activated.isEmpty()) {
        QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents);
        ++turns;
    }
    sender.join();
    QVERIFY2(turns < 10, qPrintable(QString::number(turns)));
}

void ProcessEventsTest::postedEventsKeepTheirOrder()
{
    Receiver receiver;
    receiver.post(3);
    receiver.post(5, Qt::LowEventPriority);
    receiver.post(1, Qt::HighEventPriority);
    receiver.post(4);
    receiver.post(2, Qt::HighEventPriority);
    QCoreApplication::processEvents();
    QCOMPARE(receiver.numbers, (std::vector<int>{1, 2, 3, 4, 5}));
}

void ProcessEventsTest::eventsPostedByHandlersWaitForTheNextTurn()
{
    Receiver receiver;
    receiver.onNumber = [&](int number) { receiver.post(number + 1); };
    QTimer timer;
    QSignalSpy timeout(&timer, &QTimer::timeout);
    timer.start(0);
    receiver.post(1);
    // An endless chain of posts starves neither timers nor the caller.
    QTRY_VERIFY(receiver.numbers.size() >= 10 && timeout.count() >= 3);
    for (std::size_t i = 0; i < receiver.numbers.size(); ++i)
        QCOMPARE(receiver.numbers[i], int(i) + 1);
    receiver.onNumber = [](int) {};
}

void ProcessEventsTest::deferredDeleteWaitsForItsLoop()
{
    QPointer<QObject> object = new QObject;
    bool diedInside = false;
    bool nestedRan = false;
    QEventLoop outer;
    QTimer::singleShot(0, this, [&] {
        object->deleteLater();
        QEventLoop inner;
        QTimer::singleShot(20, &inner, &QEventLoop::quit);
        inner.exec();
        diedInside = object.isNull();
        nestedRan = true;
    });
    QTimer::singleShot(60, &outer, &QEventLoop::quit);
    outer.exec();
    QVERIFY(nestedRan);
    QVERIFY(!diedInside);
    QTRY_VERIFY(object.isNull());
}

void ProcessEventsTest::wakeUpEndsTheWait()
{
    for (int round = 0; round < 20; ++round) {
        QAbstractEventDispatcher *loop = dispatcher();
        std::atomic<bool> isWoken = false;
        std::thread waker([&] {
            std::this_thread::sleep_for(1ms);
            isWoken = true;
            loop->wakeUp();
        });
        while (!isWoken)
            loop->processEvents(QEventLoop::WaitForMoreEvents);
        waker.join();
    }
}

void ProcessEventsTest::interruptEndsTheWait()
{
    QAbstractEventDispatcher *loop = dispatcher();
    for (int round = 0; round < 20; ++round) {
        std::atomic<bool> isInterrupted = false;
        std::thread interrupter([&] {
            std::this_thread::sleep_for(1ms);
            isInterrupted = true;
            loop->interrupt();
        });
        while (!isInterrupted)
            loop->processEvents(QEventLoop::WaitForMoreEvents);
        interrupter.join();
    }
}

void ProcessEventsTest::exitFromAnotherThread()
{
    // The exit may come just before the loop waits: it must not be slept over.
    for (int round = 0; round < 500; ++round) {
        QEventLoop loop;
        std::thread stopper([&, round] {
            for (int spin = 0; spin < round % 50 * 40; ++spin)
                std::atomic_signal_fence(std::memory_order_seq_cst);
            QMetaObject::invokeMethod(
                &loop, [&] { loop.exit(7); }, Qt::QueuedConnection);
        });
        QCOMPARE(loop.exec(), 7);
        stopper.join();
    }
    for (int round = 0; round < 500; ++round) {
        QThread thread;
        if (auto own = createEventDispatcher();
            own && qstrcmp(dispatcher()->metaObject()->className(), own->metaObject()->className()) == 0)
            thread.setEventDispatcher(own.release());
        thread.start();
        thread.quit();
        QVERIFY(thread.wait(10000));
    }
}

void ProcessEventsTest::postsFromManyThreads()
{
    constexpr int Threads = 4;
    constexpr int PerThread = 5000;
    Receiver receiver;
    std::vector<std::thread> threads;
    for (int t = 0; t < Threads; ++t) {
        threads.emplace_back([&receiver, t] {
            for (int i = 0; i < PerThread; ++i)
                receiver.post(t * PerThread + i);
        });
    }
    QTRY_COMPARE_WITH_TIMEOUT(receiver.numbers.size(), std::size_t(Threads * PerThread), 20000);
    for (std::thread &thread : threads)
        thread.join();
    std::vector<int> next(Threads);
    for (const int number : receiver.numbers)
        QCOMPARE(number % PerThread, next[number / PerThread]++);
    QCOMPARE(next, std::vector<int>(Threads, PerThread));
}

void ProcessEventsTest::pingPongBetweenThreads()
{
    QThread thread;
    if (auto own = createEventDispatcher();
        own && qstrcmp(dispatcher()->metaObject()->className(), own->metaObject()->className()) == 0)
        thread.setEventDispatcher(own.release());
    Receiver there;
    Receiver here;
    there.onNumber = [&](int number) { here.post(number); };
    QEventLoop loop;
    here.onNumber = [&](int number) {
        if (number < 5000)
            there.post(number + 1);
        else
            loop.quit();
    };
    there.moveToThread(&thread);
    thread.start();
    there.post(1);
    // A lost wake-up would hang here.
    QTimer::singleShot(20000, &loop, &QEventLoop::quit);
    loop.exec();
    QCOMPARE(here.numbers.size(), 5000U);
    thread.quit();
    QVERIFY(thread.wait(5000));
}

void ProcessEventsTest::awakeAndAboutToBlock()
{
    QSignalSpy awake(dispatcher(), &QAbstractEventDispatcher::awake);
    QSignalSpy aboutToBlock(dispatcher(), &QAbstractEventDispatcher::aboutToBlock);
    while (dispatcher()->processEvents(QEventLoop::AllEvents)) {}
    QVERIFY(awake.count() > 0);
    QCOMPARE(aboutToBlock.count(), 0);
    QEventLoop loop;
    QTimer::singleShot(20, &loop, &QEventLoop::quit);
    loop.exec();
    QVERIFY(aboutToBlock.count() > 0);
}

void ProcessEventsTest::postedInAboutToBlockIsNotSleptOver()
{
    Receiver receiver;
    bool isPosted = false;
    connect(dispatcher(), &QAbstractEventDispatcher::aboutToBlock, &receiver, [&] {
        if (!std::exchange(isPosted, true))
            receiver.post(1);
    });
    QElapsedTimer elapsed;
    elapsed.start();
    QEventLoop loop;
    receiver.onNumber = [&](int) { loop.quit(); };
    QTimer::singleShot(3000, &loop, &QEventLoop::quit);
    loop.exec();
    QCOMPARE(receiver.numbers.size(), 1U);
    QVERIFY(elapsed.elapsed() < 2000);
}

void ProcessEventsTest::nestedLoopsUnwindInOrder()
{
    std::vector<int> left;
    std::vector<QEventLoop *> loops;
    std::function<void()> enter = [&] {
        QEventLoop loop;
        loops.push_back(&loop);
        const int depth = int(loops.size());
        if (depth < 5) {
            QTimer::singleShot(0, this, [&] { enter(); });
        } else {
            // The outermost is told first and still has to wait for the inner ones.
            for (QEventLoop *other : loops)
                QTimer::singleShot(0, other, &QEventLoop::quit);
        }
        loop.exec();
        left.push_back(depth);
    };
    enter();
    QCOMPARE(left, (std::vector<int>{5, 4, 3, 2, 1}));
}

int main(int argc, char **argv)
{
    return runOnEachDispatcher<ProcessEventsTest>(argc, argv);
}

#include "process_events_test.moc"
