// SPDX-License-Identifier: GPL-3.0-or-later
#include "descriptors.h"
#include "dispatcher_kinds.h"

#include <QElapsedTimer>
#include <QEventLoop>
#include <QPointer>
#include <QSocketNotifier>
#include <QTemporaryFile>
#include <QTimer>

#include <atomic>
#include <memory>
#include <netinet/in.h>
#include <vector>

using namespace hudhud;

namespace {

/// A few turns without waiting: enough for everything that is ready.
void runTurns(int turns = 5)
{
    for (int i = 0; i < turns; ++i)
        QCoreApplication::processEvents();
}

/// A notifier that counts.
struct Watch
{
    Watch(int descriptor, QSocketNotifier::Type type)
        : notifier(std::make_unique<QSocketNotifier>(descriptor, type))
    {
        QObject::connect(notifier.get(), &QSocketNotifier::activated, notifier.get(), [this] { ++count; });
    }

    std::unique_ptr<QSocketNotifier> notifier;
    int count = 0;
};

} // namespace

class NotifierTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void firesUntilRead();
    void writeFiresWhileWritable();
    void writeWaitsForRoom();
    void writeSwitchedOnForEachMessage();
    void allTypesOnOneDescriptor();
    void hangUpReachesReader();
    void disabledBeforeTheTurn();
    void disabledWhileFiring();
    void deletedWhileFiring();
    void deletesItselfLater();
    void enabledAgainWhileFiring();
    void closedAndReusedWithinATurn();
    void closedAndReusedWhileFiring();
    void reusedWithoutEnabledNotifier();
    void nestedLoopServesTheOthers();
    void createdWhileFiring();
    void regularFileIsAlwaysReady();
    void manyReadyAtOnceAreServedFairly();
    void movedToAnotherThread();
};

void NotifierTest::firesUntilRead()
{
    const SocketPair pair;
    Watch reader(pair.near.value(), QSocketNotifier::Read);
    runTurns();
    QCOMPARE(reader.count, 0);
    pair.send();
    QTRY_VERIFY(reader.count >= 3);
    pair.drain();
    const int count = reader.count;
    runTurns();
    QCOMPARE(reader.count, count);
    pair.send();
    QTRY_VERIFY(reader.count > count);
}

void NotifierTest::writeFiresWhileWritable()
{
    const SocketPair pair;
    Watch writer(pair.near.value(), QSocketNotifier::Write);
    QTRY_VERIFY(writer.count >= 3);
    writer.notifier->setEnabled(false);
    const int count = writer.count;
    runTurns();
    QCOMPARE(writer.count, count);
}

void NotifierTest::writeWaitsForRoom()
{
    const SocketPair pair;
    Watch reader(pair.near.value(), QSocketNotifier::Read);
    runTurns();
    pair.fill();
    Watch writer(pair.near.value(), QSocketNotifier::Write);
    runTurns();
    QCOMPARE(writer.count, 0);
    pair.drainFar();
    QTRY_VERIFY(writer.count >= 3);
    QCOMPARE(reader.count, 0);
}

void NotifierTest::writeSwitchedOnForEachMessage()
{
    const SocketPair pair;
    Watch reader(pair.near.value(), QSocketNotifier::Read);
    Watch writer(pair.near.value(), QSocketNotifier::Write);
    connect(writer.notifier.get(), &QSocketNotifier::activated, this,
            [&] { writer.notifier->setEnabled(false); });
    for (int message = 1; message <= 100; ++message) {
        writer.notifier->setEnabled(true);
        if (message % 3 == 0) {
            writer.notifier->setEnabled(false);
            writer.notifier->setEnabled(true);
        }
        QTRY_COMPARE(writer.count, message);
        if (message % 10 == 0) {
            pair.send();
            QTRY_VERIFY(reader.count > 0);
            pair.drain();
            reader.count = 0;
        }
    }
    runTurns();
    QCOMPARE(writer.count, 100);
}

void NotifierTest::allTypesOnOneDescriptor()
{
    // Urgent data needs TCP.
    const Descriptor listener(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof address;
    QCOMPARE(::bind(listener.value(), reinterpret_cast<sockaddr *>(&address), length), 0);
    QCOMPARE(::listen(listener.value(), 1), 0);
    QCOMPARE(::getsockname(listener.value(), reinterpret_cast<sockaddr *>(&address), &length), 0);
    const Descriptor client(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    QCOMPARE(::connect(client.value(), reinterpret_cast<sockaddr *>(&address), length), 0);
    const Descriptor server(::accept4(listener.value(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));

    Watch reader(server.value(), QSocketNotifier::Read);
    Watch writer(server.value(), QSocketNotifier::Write);
    Watch exception(server.value(), QSocketNotifier::Exception);
    QTRY_VERIFY(writer.count > 0);
    QCOMPARE(reader.count, 0);
    QCOMPARE(exception.count, 0);

    QCOMPARE(::send(client.value(), "a", 1, 0), 1);
    QTRY_VERIFY(reader.count > 0);
    QCOMPARE(exception.count, 0);

    QCOMPARE(::send(client.value(), "!", 1, MSG_OOB), 1);
    QTRY_VERIFY(exception.count > 0);

    writer.notifier->setEnabled(false);
    reader.notifier->setEnabled(false);
    const int reads = reader.count;
    const int writes = writer.count;
    const int exceptions = exception.count;
    runTurns();
    QCOMPARE(reader.count, reads);
    QCOMPARE(writer.count, writes);
    QVERIFY(exception.count > exceptions);
}

void NotifierTest::hangUpReachesReader()
{
    SocketPair pair;
    Watch reader(pair.near.value(), QSocketNotifier::Read);
    runTurns();
    pair.far.close();
    QTRY_VERIFY(reader.count > 0);
    char byte = 0;
    QCOMPARE(::read(pair.near.value(), &byte, 1), 0);
}

void NotifierTest::disabledBeforeTheTurn()
{
    const SocketPair pair;
    Watch reader(pair.near.value(), QSocketNotifier::Read);
    runTurns();
    pair.send();
    reader.notifier->setEnabled(false);
    runTurns();
    QCOMPARE(reader.count, 0);
    reader.notifier->setEnabled(true);
    QTRY_VERIFY(reader.count > 0);
}

void NotifierTest::disabledWhileFiring()
{
    // Whichever fires first switches all others off, in the same turn.
    std::vector<SocketPair> pairs(20);
    std::vector<std::unique_ptr<Watch>> watches;
    for (const SocketPair &pair : pairs) {
        watches.push_back(std::make_unique<Watch>(pair.near.value(), QSocketNotifier::Read));
        connect(watches.back()->notifier.get(), &QSocketNotifier::activated, this, [&] {
            for (const auto &watch : watches)
                watch->notifier->setEnabled(false);
        });
        pair.send();
    }
    runTurns();
    int total = 0;
    for (const auto &watch : watches)
        total += watch->count;
    QCOMPARE(total, 1);
}

void NotifierTest::deletedWhileFiring()
{
    std::vector<SocketPair> pairs(20);
    std::vector<QSocketNotifier *> notifiers;
    int total = 0;
    for (const SocketPair &pair : pairs) {
        for (const auto type : {QSocketNotifier::Read, QSocketNotifier::Write}) {
            notifiers.push_back(new QSocketNotifier(pair.near.value(), type));
            connect(notifiers.back(), &QSocketNotifier::activated, this, [&, self = notifiers.back()] {
                ++total;
                for (QSocketNotifier *notifier : notifiers) {
                    if (notifier != self)
                        delete notifier;
                }
                self->setEnabled(false);
                self->deleteLater();
                notifiers.clear();
            });
        }
        pair.send();
    }
    runTurns();
    QCOMPARE(total, 1);
}

void NotifierTest::deletesItselfLater()
{
    const SocketPair pair;
    pair.send();
    QPointer<QSocketNotifier> notifier = new QSocketNotifier(pair.near.value(), QSocketNotifier::Read);
    connect(notifier, &QSocketNotifier::activated, notifier, &QObject::deleteLater);
    QTRY_VERIFY(notifier.isNull());
}

void NotifierTest::enabledAgainWhileFiring()
{
    const SocketPair pair;
    Watch reader(pair.near.value(), QSocketNotifier::Read);
    connect(reader.notifier.get(), &QSocketNotifier::activated, this, [&] {
        reader.notifier->setEnabled(false);
        reader.notifier->setEnabled(true);
    });
    pair.send();
    QTRY_VERIFY(reader.count >= 5);
}

void NotifierTest::closedAndReusedWithinATurn()
{
    SocketPair first;
    const int number = first.near.value();
    auto watch = std::make_unique<Watch>(number, QSocketNotifier::Read);
    runTurns();
    for (int round = 0; round < 3; ++round) {
        watch.reset();
        first.near.close();
        SocketPair second;
        QCOMPARE(second.near.value(), number);
        watch = std::make_unique<Watch>(number, QSocketNotifier::Read);
        if (round % 2 == 0)
            runTurns(1);
        second.send();
        QTRY_VERIFY(watch->count > 0);
        first = std::move(second);
    }
}

void NotifierTest::closedAndReusedWhileFiring()
{
    // Both are ready; the handler of one closes the other, whose number a quiet socket takes over.
    std::vector<SocketPair> pairs(2);
    std::vector<std::unique_ptr<Watch>> watches;
    std::unique_ptr<Watch> replacement;
    SocketPair quiet;
    for (std::size_t i = 0; i < 2; ++i) {
        watches.push_back(std::make_unique<Watch>(pairs[i].near.value(), QSocketNotifier::Read));
        connect(watches[i]->notifier.get(), &QSocketNotifier::activated, this, [&, i] {
            if (replacement)
                return;
            const std::size_t other = 1 - i;
            const int number = pairs[other].near.value();
            watches[other].reset();
            QCOMPARE(::dup2(quiet.near.value(), number), number);
            replacement = std::make_unique<Watch>(number, QSocketNotifier::Read);
        });
        pairs[i].send();
    }
    runTurns();
    QVERIFY(replacement);
    QCOMPARE(replacement->count, 0);
    quiet.send();
    QTRY_VERIFY(replacement->count > 0);
}

void NotifierTest::reusedWithoutEnabledNotifier()
{
    SocketPair first;
    const int number = first.near.value();
    Watch watch(number, QSocketNotifier::Read);
    runTurns();
    watch.notifier->setEnabled(false);
    first.near.close();
    const SocketPair second;
    QCOMPARE(second.near.value(), number);
    second.send();
    runTurns();
    QCOMPARE(watch.count, 0);
    watch.notifier->setEnabled(true);
    QTRY_VERIFY(watch.count > 0);
}

void NotifierTest::nestedLoopServesTheOthers()
{
    std::vector<SocketPair> pairs(10);
    std::vector<std::unique_ptr<Watch>> watches;
    int depth = 0;
    int served = 0;
    for (const SocketPair &pair : pairs) {
        watches.push_back(std::make_unique<Watch>(pair.near.value(), QSocketNotifier::Read));
        connect(watches.back()->notifier.get(), &QSocketNotifier::activated, this, [&] {
            pair.drain();
            ++served;
            if (depth > 0)
                return;
            ++depth;
            QEventLoop loop;
            QTimer::singleShot(30, &loop, &QEventLoop::quit);
            loop.exec();
            --depth;
            QCOMPARE(served, 10);
        });
        pair.send();
    }
    QTRY_COMPARE(served, 10);
    runTurns();
    QCOMPARE(served, 10);
}

void NotifierTest::createdWhileFiring()
{
    const SocketPair pair;
    std::vector<SocketPair> others(200);
    std::vector<std::unique_ptr<Watch>> watches;
    Watch first(pair.near.value(), QSocketNotifier::Read);
    connect(first.notifier.get(), &QSocketNotifier::activated, this, [&] {
        pair.drain();
        for (const SocketPair &other : others) {
            other.send();
            watches.push_back(std::make_unique<Watch>(other.near.value(), QSocketNotifier::Read));
        }
    });
    pair.send();
    QTRY_COMPARE(watches.size(), others.size());
    runTurns();
    for (const auto &watch : watches)
        QVERIFY(watch->count > 0);
}

void NotifierTest::regularFileIsAlwaysReady()
{
    QTemporaryFile file;
    QVERIFY(file.open());
    const SocketPair pair;
    Watch reader(file.handle(), QSocketNotifier::Read);
    QTRY_VERIFY(reader.count >= 3);
    reader.notifier->setEnabled(false);
    const int count = reader.count;
    runTurns();
    QCOMPARE(reader.count, count);
}

void NotifierTest::manyReadyAtOnceAreServedFairly()
{
    // More than one wait can bring; none is read, all stay ready.
    std::vector<SocketPair> pairs(3000);
    std::vector<std::unique_ptr<Watch>> watches;
    for (const SocketPair &pair : pairs) {
        pair.send();
        watches.push_back(std::make_unique<Watch>(pair.near.value(), QSocketNotifier::Read));
    }
    runTurns(12);
    for (const auto &watch : watches)
        QVERIFY(watch->count >= 3);
}

void NotifierTest::movedToAnotherThread()
{
    const SocketPair pair;
    QThread thread;
    thread.start();
    auto *notifier = new QSocketNotifier(pair.near.value(), QSocketNotifier::Read);
    runTurns();
    std::atomic<int> there = 0;
    std::atomic<int> here = 0;
    connect(notifier, &QSocketNotifier::activated, notifier, [&] {
        pair.drain();
        ++(QThread::currentThread() == &thread ? there : here);
    });
    connect(&thread, &QThread::finished, notifier, &QObject::deleteLater);
    notifier->moveToThread(&thread);
    pair.send();
    QTRY_VERIFY(there > 0);
    QCOMPARE(here, 0);
    thread.quit();
    QVERIFY(thread.wait(5000));
}

int main(int argc, char **argv)
{
    return runOnEachDispatcher<NotifierTest>(argc, argv);
}

#include "notifier_test.moc"
