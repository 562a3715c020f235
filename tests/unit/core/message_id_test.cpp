// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/message_id.h"

#include <QTest>

#include <algorithm>
#include <thread>
#include <vector>

using namespace hudhud;

namespace {

class FixedClock final : public Clock
{
public:
    explicit FixedClock(qint64 milliseconds) : m_now(std::chrono::milliseconds(milliseconds)) { }
    Timestamp now() const override { return m_now; }
    SteadyTime steadyNow() const override { return {}; }
    void set(qint64 milliseconds) { m_now = Timestamp(std::chrono::milliseconds(milliseconds)); }

private:
    Timestamp m_now;
};

} // namespace

class MessageIdTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void textRoundTrip()
    {
        const QByteArray text("018bcfe5-687b-7abc-8def-0123456789ab");
        const auto id = MessageId::fromString(text);
        QVERIFY(id);
        QCOMPARE(id->toString(), text);
        QCOMPARE(MessageId::fromString(text.toUpper()), id);
        QCOMPARE(MessageId::fromBytes(id->view()), id);
    }

    void badTextIsRefused_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::newRow("empty") << QByteArray();
        QTest::newRow("short") << QByteArray("018bcfe5-687b-7abc-8def-0123456789a");
        QTest::newRow("long") << QByteArray("018bcfe5-687b-7abc-8def-0123456789abc");
        QTest::newRow("dash missing") << QByteArray("018bcfe50687b-7abc-8def-0123456789ab");
        QTest::newRow("not hex") << QByteArray("018bcfe5-687b-7abc-8def-0123456789ag");
        QTest::newRow("braces") << QByteArray("{18bcfe5-687b-7abc-8def-0123456789a}");
    }
    void badTextIsRefused()
    {
        QFETCH(QByteArray, text);
        QVERIFY(!MessageId::fromString(text));
    }

    void generatedIdsAreVersion7AndCarryTheTime()
    {
        const FixedClock clock(1'700'000'000'123);
        MessageIdGenerator generator(clock);
        const MessageId id = generator.next();
        QCOMPARE(id.bytes()[6] >> 4, 7);
        QCOMPARE(id.bytes()[8] >> 6, 2);
        QCOMPARE(id.orderKey() >> 12, quint64(1'700'000'000'123));
    }

    void idsIncreaseWhenTheClockStepsBack()
    {
        FixedClock clock(2000);
        MessageIdGenerator generator(clock);
        const MessageId first = generator.next();
        clock.set(1000);
        const MessageId second = generator.next();
        QVERIFY(second.orderKey() > first.orderKey());
    }

    void continuesAfterTheHighestStoredId()
    {
        const FixedClock future(900'000);
        MessageIdGenerator before(future);
        const MessageId stored = before.next();
        const FixedClock past(1000);
        MessageIdGenerator after(past);
        after.continueAfter(stored);
        QCOMPARE(after.next().orderKey(), stored.orderKey() + 1);
    }

    void orderKeysOfAllThreadsDiffer()
    {
        MessageIdGenerator generator(Clock::system());
        constexpr int Threads = 4;
        constexpr int PerThread = 20'000;
        std::vector<quint64> keys(static_cast<std::size_t>(Threads) * PerThread);
        {
            std::vector<std::jthread> threads;
            for (int thread = 0; thread < Threads; ++thread) {
                threads.emplace_back([&, thread] {
                    for (int i = 0; i < PerThread; ++i)
                        keys[static_cast<std::size_t>(thread) * PerThread + i] = generator.next().orderKey();
                });
            }
        }
        std::ranges::sort(keys);
        QVERIFY(std::ranges::adjacent_find(keys) == keys.end());
    }
};

QTEST_APPLESS_MAIN(MessageIdTest)
#include "message_id_test.moc"
