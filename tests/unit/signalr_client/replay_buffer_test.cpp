// SPDX-License-Identifier: GPL-3.0-or-later
#include "signalr/client/replay_buffer.h"

#include <QTest>

namespace hudhud::client {

class ReplayBufferTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void numbersFromOne();
    void keepsUntilAcknowledged();
    void refusesAcknowledgementsOfTheFuture();
    void isBounded();
    void dropsWhatComesAgain();
    void refusesGaps();
};

void ReplayBufferTest::numbersFromOne()
{
    ReplayBuffer buffer(100);
    QCOMPARE(buffer.firstNumber(), 1);
    buffer.append("a");
    buffer.append("b");
    QCOMPARE(buffer.firstNumber(), 1);
}

void ReplayBufferTest::keepsUntilAcknowledged()
{
    ReplayBuffer buffer(100);
    for (const char *message : {"a", "bb", "ccc"})
        buffer.append(message);
    QVERIFY(buffer.acknowledge(2));
    QCOMPARE(buffer.firstNumber(), 3);
    QCOMPARE(buffer.messages().size(), 1);
    QCOMPARE(buffer.bytes(), 3);
    QVERIFY(buffer.acknowledge(1)); // Late and harmless.
    QVERIFY(buffer.acknowledge(3));
    QCOMPARE(buffer.firstNumber(), 4);
    QCOMPARE(buffer.bytes(), 0);
}

void ReplayBufferTest::refusesAcknowledgementsOfTheFuture()
{
    ReplayBuffer buffer(100);
    buffer.append("a");
    QVERIFY(!buffer.acknowledge(2));
    QCOMPARE(buffer.messages().size(), 1);
}

void ReplayBufferTest::isBounded()
{
    ReplayBuffer buffer(10);
    QVERIFY(buffer.hasRoomFor(1000)); // Alone, anything fits.
    buffer.append("123456");
    QVERIFY(buffer.hasRoomFor(4));
    QVERIFY(!buffer.hasRoomFor(5));
    QVERIFY(buffer.acknowledge(1));
    QVERIFY(buffer.hasRoomFor(5));
}

void ReplayBufferTest::dropsWhatComesAgain()
{
    ReplayBuffer buffer(100);
    for (int i = 0; i < 3; ++i)
        QVERIFY(buffer.receive());
    QCOMPARE(buffer.lastReceived(), 3);
    QVERIFY(buffer.resumeReceivingAt(2));
    QVERIFY(!buffer.receive());
    QVERIFY(!buffer.receive());
    QVERIFY(buffer.receive());
    QCOMPARE(buffer.lastReceived(), 4);
}

void ReplayBufferTest::refusesGaps()
{
    ReplayBuffer buffer(100);
    QVERIFY(buffer.receive());
    QVERIFY(!buffer.resumeReceivingAt(3));
    QVERIFY(!buffer.resumeReceivingAt(0));
    QVERIFY(buffer.resumeReceivingAt(2));
}

} // namespace hudhud::client

QTEST_GUILESS_MAIN(hudhud::client::ReplayBufferTest)
#include "replay_buffer_test.moc"
