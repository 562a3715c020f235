// SPDX-License-Identifier: GPL-3.0-or-later
#include "descriptors.h"
#include "eventloop/epoll_event_dispatcher.h"

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QRegularExpression>
#include <QSignalSpy>
#include <QSocketNotifier>
#include <QTest>
#include <QTimer>

#include <algorithm>
#include <memory>
#include <sys/resource.h>
#include <vector>

using namespace hudhud;

namespace {

void runTurns(int turns = 5)
{
    for (int i = 0; i < turns; ++i)
        QCoreApplication::processEvents();
}

/// Turns of the waiting loop within 50 ms: one or two when it sleeps, thousands when it spins.
int turnsWhileQuiet()
{
    QTimer timer;
    timer.setSingleShot(true);
    QSignalSpy timeout(&timer, &QTimer::timeout);
    timer.start(50);
    int turns = 0;
    while (timeout.isEmpty()) {
        QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents);
        ++turns;
    }
    return turns;
}

} // namespace

/// What only our dispatcher does, or does otherwise than Qt's.
class EpollTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void isInUse();
    void closedWithoutDisablingFallsSilent();
    void closedWithoutDisablingAndReused();
    void closedWithoutDisablingWhileDuplicated();
    void invalidDescriptorIsDisabled();
    void postingToABusyLoopCostsNoSystemCall();
    void twentyThousandDescriptors();
    void twentyThousandTimers();
};

void EpollTest::isInUse()
{
    QVERIFY(qobject_cast<EpollEventDispatcher *>(QAbstractEventDispatcher::instance()));
}

void EpollTest::closedWithoutDisablingFallsSilent()
{
    SocketPair pair;
    QSocketNotifier notifier(pair.near.value(), QSocketNotifier::Read);
    QSignalSpy activated(&notifier, &QSocketNotifier::activated);
    runTurns();
    pair.near.close();
    QVERIFY(turnsWhileQuiet() < 10);
    QCOMPARE(activated.count(), 0);
    notifier.setEnabled(false);
    QVERIFY(turnsWhileQuiet() < 10);
}

void EpollTest::closedWithoutDisablingAndReused()
{
    SocketPair first;
    const int number = first.near.value();
    auto forgotten = std::make_unique<QSocketNotifier>(number, QSocketNotifier::Read);
    runTurns();
    first.near.close();
    const SocketPair second;
    QCOMPARE(second.near.value(), number);
    QTest::ignoreMessage(QtWarningMsg, QRegularExpression(QStringLiteral("a second socket notifier")));
    QSocketNotifier notifier(number, QSocketNotifier::Read);
    QSignalSpy activated(&notifier, &QSocketNotifier::activated);
    second.send();
    QTRY_VERIFY(activated.count() > 0);
    QTest::ignoreMessage(QtWarningMsg, QRegularExpression(QStringLiteral("a second socket notifier")));
    forgotten.reset();
    const int count = int(activated.count());
    QTRY_VERIFY(activated.count() > count);
}

void EpollTest::closedWithoutDisablingWhileDuplicated()
{
    // The duplicate keeps the first file in the epoll set, readable, under a number that is someone else's by
    // now.
    SocketPair first;
    const int number = first.near.value();
    const Descriptor duplicate(::dup(number));
    auto forgotten = std::make_unique<QSocketNotifier>(number, QSocketNotifier::Read);
    runTurns();
    first.send();
    first.near.close();
    const SocketPair second;
    QCOMPARE(second.near.value(), number);
    forgotten.reset();
    QSocketNotifier notifier(number, QSocketNotifier::Read);
    QSignalSpy activated(&notifier, &QSocketNotifier::activated);
    QVERIFY(turnsWhileQuiet() < 10);
    QCOMPARE(activated.count(), 0);
    second.send();
    QTRY_VERIFY(activated.count() > 0);
}

void EpollTest::invalidDescriptorIsDisabled()
{
    SocketPair pair;
    const int number = pair.near.value();
    pair.near.close();
    QSocketNotifier notifier(number, QSocketNotifier::Read);
    QTest::ignoreMessage(QtWarningMsg, QRegularExpression(QStringLiteral("cannot watch descriptor")));
    runTurns();
    QVERIFY(!notifier.isEnabled());
}

void EpollTest::postingToABusyLoopCostsNoSystemCall()
{
    WakeUp wakeUp;
    eventfd_t count = 0;
    wakeUp.wakeUp();
    wakeUp.wakeUp();
    QVERIFY(wakeUp.isPending());
    QVERIFY(::eventfd_read(wakeUp.descriptor(), &count) < 0);
    QVERIFY(!wakeUp.prepareToSleep());
    QVERIFY(wakeUp.awaken());
    QVERIFY(!wakeUp.awaken());

    QVERIFY(wakeUp.prepareToSleep());
    wakeUp.wakeUp();
    wakeUp.wakeUp();
    QCOMPARE(::eventfd_read(wakeUp.descriptor(), &count), 0);
    QCOMPARE(count, eventfd_t(1));
    QVERIFY(wakeUp.awaken());
}

void EpollTest::twentyThousandDescriptors()
{
    rlimit limit{};
    ::getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &limit);
    const int count = int(std::min<rlim_t>(20000, limit.rlim_cur - 100));
    if (count < 20000)
        qInfo("only %d descriptors: the hard limit of open files is %d", count, int(limit.rlim_max));

    std::vector<Descriptor> descriptors;
    std::vector<std::unique_ptr<QSocketNotifier>> notifiers;
    int activations = 0;
    const auto onActivated = [&](QSocketDescriptor descriptor) {
        eventfd_t value = 0;
        ::eventfd_read(int(descriptor), &value);
        ++activations;
    };
    // 16 busy descriptors among `idle` others, time per turn.
    const auto secondsForTurns = [&](int busy) {
        QElapsedTimer elapsed;
        elapsed.start();
        for (int turn = 0; turn < 2000; ++turn) {
            for (int i = 0; i < busy; ++i)
                ::eventfd_write(descriptors[i * 6].value(), 1);
            QCoreApplication::processEvents();
        }
        return double(elapsed.nsecsElapsed()) / 1e9;
    };
    const auto addUpTo = [&](int size) {
        while (int(descriptors.size()) < size) {
            descriptors.emplace_back(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC));
            QVERIFY(descriptors.back().value() >= 0);
            notifiers.push_back(
                std::make_unique<QSocketNotifier>(descriptors.back().value(), QSocketNotifier::Read));
            connect(notifiers.back().get(), &QSocketNotifier::activated, this, onActivated);
        }
        runTurns();
    };

    addUpTo(100);
    const double few = secondsForTurns(16);
    QCOMPARE(activations, 2000 * 16);
    addUpTo(count);
    activations = 0;
    const double many = secondsForTurns(16);
    QCOMPARE(activations, 2000 * 16);
    qInfo("16 busy: %.1f us per turn among 100 descriptors, %.1f among %d", few * 500, many * 500, count);
    QVERIFY2(many < few * 5, "idle descriptors must not cost time");

    activations = 0;
    for (const Descriptor &descriptor : descriptors)
        ::eventfd_write(descriptor.value(), 1);
    QTRY_COMPARE(activations, count);
}

void EpollTest::twentyThousandTimers()
{
    int fired = 0;
    std::vector<std::unique_ptr<QTimer>> timers;
    const auto addUpTo = [&](int size) {
        while (int(timers.size()) < size) {
            timers.push_back(std::make_unique<QTimer>());
            connect(timers.back().get(), &QTimer::timeout, this, [&] { ++fired; });
            timers.back()->start(60000 + size);
        }
    };
    // Idle time-outs are restarted with every request.
    const auto secondsForRestarts = [&] {
        QElapsedTimer elapsed;
        elapsed.start();
        for (int i = 0; i < 20000; ++i)
            timers[std::size_t(i) * 7919 % timers.size()]->start();
        return double(elapsed.nsecsElapsed()) / 1e9;
    };
    addUpTo(100);
    const double few = secondsForRestarts();
    addUpTo(20000);
    const double many = secondsForRestarts();
    qInfo("one restart: %.2f us among 100 timers, %.2f among 20,000", few * 50, many * 50);
    QVERIFY2(many < few * 10, "a restart must not look at all timers");

    for (const auto &timer : timers)
        timer->start(1);
    QTRY_VERIFY(fired >= 20000);
    timers.clear();
}

int main(int argc, char **argv)
{
    QCoreApplication::setEventDispatcher(new EpollEventDispatcher);
    QCoreApplication application(argc, argv);
    EpollTest test;
    return QTest::qExec(&test, argc, argv);
}

#include "epoll_test.moc"
