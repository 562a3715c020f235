// SPDX-License-Identifier: GPL-3.0-or-later
#include "dispatcher_kinds.h"

#include <QBasicTimer>
#include <QElapsedTimer>
#include <QEventLoop>
#include <QTimer>

#include <atomic>
#include <functional>
#include <vector>

using namespace hudhud;
using namespace std::chrono_literals;

namespace {

/// How late a loaded machine may be.
constexpr qint64 Slack = 150;
/// A timer that is late every time is wrong; late once in a while is a processor that others use.
constexpr int Tries = 20;

QAbstractEventDispatcher *dispatcher()
{
    return QAbstractEventDispatcher::instance();
}

class TimerObject : public QObject
{
public:
    std::function<void(int)> onTimer = [](int) {};
    std::vector<int> fired;

protected:
    void timerEvent(QTimerEvent *event) override
    {
        fired.push_back(event->timerId());
        onTimer(event->timerId());
    }
};

} // namespace

class TimerTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void accuracy_data();
    void accuracy();
    void repeatsWithoutDrift();
    void missedIntervalsAreSkipped();
    void zeroTimerFiresEveryTurn();
    void zeroTimersDoNotStarveOthers();
    void oneTurnFiresATimerOnce();
    void dueTimersFireInOrder();
    void equalTimersFireInOrderOfStart();
    void startedInHandlerWaitsForTheNextTurn();
    void killedInItsOwnHandler();
    void killedInAnotherHandler();
    void restartedInItsOwnHandler();
    void objectDeletedInHandler();
    void doesNotRecurseInNestedLoop();
    void othersFireInNestedLoop();
    void remainingTime();
    void registeredTimers();
    void unregisterTimersOfOneObject();
    void moveToAnotherThread();
    void manyTimersInRandomOrder();
};

void TimerTest::accuracy_data()
{
    QTest::addColumn<Qt::TimerType>("type");
    QTest::addColumn<int>("interval");
    QTest::addColumn<int>("earliest");
    QTest::addColumn<int>("latest");
    QTest::newRow("precise 1") << Qt::PreciseTimer << 1 << 1 << 2;
    QTest::newRow("precise 35") << Qt::PreciseTimer << 35 << 35 << 36;
    QTest::newRow("coarse 10") << Qt::CoarseTimer << 10 << 10 << 11;
    QTest::newRow("coarse 60") << Qt::CoarseTimer << 60 << 56 << 64;
    QTest::newRow("coarse 200") << Qt::CoarseTimer << 200 << 190 << 211;
    QTest::newRow("very coarse 1000") << Qt::VeryCoarseTimer << 1000 << 499 << 1501;
}

void TimerTest::accuracy()
{
    QFETCH(Qt::TimerType, type);
    QFETCH(int, interval);
    QFETCH(int, earliest);
    QFETCH(int, latest);
    QElapsedTimer elapsed;
    QTimer timer;
    timer.setSingleShot(true);
    timer.setTimerType(type);
    QEventLoop loop;
    connect(&timer, &QTimer::timeout, &loop, &QEventLoop::quit);
    qint64 took = 0;
    int tries = 0;
    do {
        elapsed.start();
        timer.start(interval);
        loop.exec();
        took = elapsed.nsecsElapsed() / 1000;
        QVERIFY2(took >= (earliest - 1) * 1000, qPrintable(QString::number(took)));
    } while (took > (latest + Slack) * 1000 && ++tries < Tries);
    QVERIFY2(tries < Tries, qPrintable(QString::number(took)));
}

void TimerTest::repeatsWithoutDrift()
{
    TimerObject object;
    QElapsedTimer elapsed;
    std::vector<qint64> times;
    object.onTimer = [&](int id) {
        times.push_back(elapsed.elapsed());
        if (times.size() == 20)
            object.killTimer(id);
    };
    int tries = 0;
    do {
        times.clear();
        elapsed.start();
        object.startTimer(15, Qt::PreciseTimer);
        QVERIFY(QTest::qWaitFor([&] { return times.size() == 20; }, 60'000));
        for (std::size_t i = 0; i < times.size(); ++i)
            QVERIFY2(times[i] >= qint64(i + 1) * 15 - 1, qPrintable(QString::number(times[i])));
    } while (times.back() > 300 + Slack && ++tries < Tries);
    QVERIFY2(tries < Tries, qPrintable(QString::number(times.back())));
}

void TimerTest::missedIntervalsAreSkipped()
{
    TimerObject object;
    object.onTimer = [&](int) {
        if (object.fired.size() == 1)
            QThread::msleep(100);
    };
    QElapsedTimer elapsed;
    elapsed.start();
    object.startTimer(10, Qt::PreciseTimer);
    QTRY_VERIFY(object.fired.size() >= 5);
    // 100 ms were lost in the first: a loop that made up for them would be done at once.
    QVERIFY2(elapsed.elapsed() >= 10 + 100 + 2 * 10, qPrintable(QString::number(elapsed.elapsed())));
}

void TimerTest::zeroTimerFiresEveryTurn()
{
    TimerObject object;
    object.startTimer(0);
    for (int turn = 1; turn <= 10; ++turn) {
        QCoreApplication::processEvents();
        QCOMPARE(int(object.fired.size()), turn);
    }
}

void TimerTest::zeroTimersDoNotStarveOthers()
{
    TimerObject zero;
    zero.startTimer(0);
    TimerObject later;
    later.startTimer(5, Qt::PreciseTimer);
    bool isPosted = false;
    QMetaObject::invokeMethod(
        this, [&] { isPosted = true; }, Qt::QueuedConnection);
    QTRY_VERIFY(isPosted && later.fired.size() > 3);
    QVERIFY(zero.fired.size() > later.fired.size());
}

void TimerTest::oneTurnFiresATimerOnce()
{
    TimerObject object;
    object.onTimer = [](int) { QThread::msleep(4); };
    object.startTimer(1, Qt::PreciseTimer);
    QThread::msleep(5);
    QCoreApplication::processEvents();
    QCOMPARE(object.fired.size(), 1U);
}

void TimerTest::dueTimersFireInOrder()
{
    TimerObject object;
    const int third = object.startTimer(9, Qt::PreciseTimer);
    const int first = object.startTimer(3, Qt::PreciseTimer);
    const int second = object.startTimer(6, Qt::PreciseTimer);
    object.onTimer = [&](int id) { object.killTimer(id); };
    QThread::msleep(15);
    QTRY_COMPARE(object.fired.size(), 3U);
    QCOMPARE(object.fired, (std::vector<int>{first, second, third}));
}

void TimerTest::equalTimersFireInOrderOfStart()
{
    TimerObject object;
    std::vector<int> ids;
    for (int i = 0; i < 50; ++i)
        ids.push_back(object.startTimer(0));
    while (object.fired.size() < ids.size())
        QCoreApplication::processEvents();
    QCOMPARE(object.fired, ids);
}

void TimerTest::startedInHandlerWaitsForTheNextTurn()
{
    TimerObject object;
    object.onTimer = [&](int id) {
        object.killTimer(id);
        object.startTimer(0);
    };
    object.startTimer(0);
    for (std::size_t turn = 1; turn <= 5; ++turn) {
        QCoreApplication::processEvents();
        QCOMPARE(object.fired.size(), turn);
    }
}

void TimerTest::killedInItsOwnHandler()
{
    TimerObject object;
    object.onTimer = [&](int id) { object.killTimer(id); };
    object.startTimer(1, Qt::PreciseTimer);
    QTRY_COMPARE(object.fired.size(), 1U);
    QTest::qWait(20);
    QCOMPARE(object.fired.size(), 1U);
    QVERIFY(dispatcher()->registeredTimers(&object).isEmpty());
}

void TimerTest::killedInAnotherHandler()
{
    TimerObject object;
    const int first = object.startTimer(1, Qt::PreciseTimer);
    const int second = object.startTimer(2, Qt::PreciseTimer);
    object.onTimer = [&](int) {
        object.killTimer(second);
        object.killTimer(first);
    };
    QThread::msleep(5);
    QTest::qWait(20);
    QCOMPARE(object.fired, std::vector<int>{first});
}

void TimerTest::restartedInItsOwnHandler()
{
    QTimer timer;
    timer.setTimerType(Qt::PreciseTimer);
    int count = 0;
    connect(&timer, &QTimer::timeout, this, [&] {
        if (++count < 5)
            timer.start(count);
        else
            timer.stop();
    });
    timer.start(1);
    QTRY_COMPARE(count, 5);
    QTest::qWait(20);
    QCOMPARE(count, 5);
}

void TimerTest::objectDeletedInHandler()
{
    auto *victim = new TimerObject;
    victim->startTimer(2, Qt::PreciseTimer);
    victim->startTimer(3, Qt::PreciseTimer);
    victim->onTimer = [](int) { QFAIL("fired after its object was deleted"); };
    TimerObject killer;
    killer.onTimer = [&](int id) {
        killer.killTimer(id);
        delete victim;
    };
    killer.startTimer(1, Qt::PreciseTimer);
    QThread::msleep(8);
    QTest::qWait(20);
    QCOMPARE(killer.fired.size(), 1U);
}

void TimerTest::doesNotRecurseInNestedLoop()
{
    TimerObject object;
    int depth = 0;
    int deepest = 0;
    object.onTimer = [&](int) {
        deepest = std::max(deepest, ++depth);
        QEventLoop loop;
        QTimer::singleShot(30, Qt::PreciseTimer, &loop, &QEventLoop::quit);
        loop.exec();
        --depth;
    };
    object.startTimer(5, Qt::PreciseTimer);
    QTRY_VERIFY(object.fired.size() >= 3);
    QCOMPARE(deepest, 1);
}

void TimerTest::othersFireInNestedLoop()
{
    TimerObject inner;
    TimerObject outer;
    std::size_t firedInside = 0;
    outer.onTimer = [&](int id) {
        outer.killTimer(id);
        inner.startTimer(2, Qt::PreciseTimer);
        QEventLoop loop;
        QTimer::singleShot(40, Qt::PreciseTimer, &loop, &QEventLoop::quit);
        loop.exec();
        firedInside = inner.fired.size();
    };
    outer.startTimer(0);
    QTRY_VERIFY(firedInside >= 3);
}

void TimerTest::remainingTime()
{
    TimerObject object;
    const int id = object.startTimer(1000, Qt::PreciseTimer);
    const int first = dispatcher()->remainingTime(id);
    QVERIFY2(first > 1000 - Slack && first <= 1001, qPrintable(QString::number(first)));
    QThread::msleep(10);
    QVERIFY(dispatcher()->remainingTime(id) <= 991);

    const int overdue = object.startTimer(1, Qt::PreciseTimer);
    QThread::msleep(3);
    QCOMPARE(dispatcher()->remainingTime(overdue), 0);

    int inHandler = -2;
    object.onTimer = [&](int fired) {
        if (fired == overdue)
            inHandler = dispatcher()->remainingTime(fired);
        object.killTimer(fired);
    };
    QTRY_VERIFY(inHandler != -2);
    QVERIFY(inHandler >= 0 && inHandler <= 2);
    QTRY_COMPARE(dispatcher()->remainingTime(overdue), -1);
}

void TimerTest::registeredTimers()
{
    TimerObject object;
    QVERIFY(dispatcher()->registeredTimers(&object).isEmpty());
    const int precise = object.startTimer(70, Qt::PreciseTimer);
    const int coarse = object.startTimer(500, Qt::CoarseTimer);
    const int veryCoarse = object.startTimer(3000, Qt::VeryCoarseTimer);
    const auto timers = dispatcher()->registeredTimers(&object);
    QCOMPARE(timers.size(), 3);
    for (const auto &timer : timers) {
        if (timer.timerId == precise) {
            QCOMPARE(timer.interval, 70);
            QCOMPARE(timer.timerType, Qt::PreciseTimer);
        } else if (timer.timerId == coarse) {
            QCOMPARE(timer.interval, 500);
            QCOMPARE(timer.timerType, Qt::CoarseTimer);
        } else {
            QCOMPARE(timer.timerId, veryCoarse);
            QCOMPARE(timer.interval, 3000);
            QCOMPARE(timer.timerType, Qt::VeryCoarseTimer);
        }
    }
}

void TimerTest::unregisterTimersOfOneObject()
{
    TimerObject object;
    TimerObject other;
    std::vector<int> ids;
    for (int i = 0; i < 5; ++i)
        ids.push_back(dispatcher()->registerTimer(1, Qt::PreciseTimer, &object));
    other.startTimer(1, Qt::PreciseTimer);
    QVERIFY(dispatcher()->unregisterTimer(ids[2]));
    QVERIFY(!dispatcher()->unregisterTimer(ids[2]));
    QCOMPARE(dispatcher()->registeredTimers(&object).size(), 4);
    QVERIFY(dispatcher()->unregisterTimers(&object));
    QTRY_VERIFY(other.fired.size() >= 3);
    QVERIFY(object.fired.empty());
}

void TimerTest::moveToAnotherThread()
{
    QThread thread;
    if (auto own = createEventDispatcher();
        own && qstrcmp(dispatcher()->metaObject()->className(), own->metaObject()->className()) == 0)
        thread.setEventDispatcher(own.release());
    auto *timer = new QTimer;
    timer->setInterval(5);
    timer->start();
    timer->moveToThread(&thread);
    std::atomic<int> count = 0;
    connect(timer, &QTimer::timeout, timer, [&] { count += QThread::currentThread() == &thread; });
    connect(&thread, &QThread::finished, timer, &QObject::deleteLater);
    thread.start();
    QTRY_VERIFY(count >= 3);
    thread.quit();
    QVERIFY(thread.wait(5000));
}

void TimerTest::manyTimersInRandomOrder()
{
    TimerObject object;
    QHash<int, qint64> dueAt;
    QElapsedTimer elapsed;
    elapsed.start();
    quint32 seed = 12345;
    std::vector<int> ids;
    for (int i = 0; i < 5000; ++i) {
        seed = seed * 1664525 + 1013904223;
        const int interval = int(seed >> 16) % 200;
        const qint64 start = elapsed.elapsed();
        ids.push_back(object.startTimer(interval, Qt::PreciseTimer));
        dueAt.insert(ids.back(), start + interval);
        if (i % 3 == 0) {
            const int victim = ids[(seed >> 8) % ids.size()];
            if (dueAt.remove(victim))
                object.killTimer(victim);
        }
    }
    const int expected = int(dueAt.size());
    int early = 0;
    object.onTimer = [&](int id) {
        early += elapsed.elapsed() < dueAt.take(id);
        object.killTimer(id);
    };
    QTRY_VERIFY(dueAt.isEmpty());
    QCOMPARE(int(object.fired.size()), expected);
    QCOMPARE(early, 0);
}

int main(int argc, char **argv)
{
    return runOnEachDispatcher<TimerTest>(argc, argv);
}

#include "timer_test.moc"
