// SPDX-License-Identifier: GPL-3.0-or-later
#include "ingest/message_buffer.h"

#include <QTest>

#include <thread>
#include <vector>

using namespace hudhud;
using namespace std::chrono_literals;

class MessageBufferTest : public QObject
{
    Q_OBJECT

private:
    static IngestOptions options(qint64 messages, qint64 bytes)
    {
        IngestOptions result;
        result.bufferMessages = messages;
        result.bufferBytes = bytes;
        return result;
    }

private Q_SLOTS:
    void reservesUpToTheCapacityAndNotBeyond()
    {
        MessageBuffer buffer(options(10, 1'000));
        QVERIFY(buffer.tryReserve(6, 100));
        QVERIFY(!buffer.tryReserve(5, 100));
        QVERIFY(buffer.tryReserve(4, 100));
        QVERIFY(!buffer.tryReserve(1, 0));
        QCOMPARE(buffer.depth(), 10);
        buffer.release(6, 100, SteadyTime(1s), 1ms);
        QCOMPARE(buffer.depth(), 4);
        QVERIFY(buffer.tryReserve(6, 100));
    }

    void bytesAreBoundedAsWell()
    {
        MessageBuffer buffer(options(1'000, 100));
        QVERIFY(buffer.tryReserve(1, 100));
        QVERIFY(!buffer.tryReserve(1, 1));
        buffer.release(1, 100, SteadyTime(1s), 1ms);
        QVERIFY(buffer.tryReserve(1, 1));
    }

    void nearCapacityBeginsAtEightyPercent()
    {
        MessageBuffer buffer(options(10, 1'000));
        QVERIFY(buffer.tryReserve(7, 0));
        QVERIFY(!buffer.isNearCapacity());
        QVERIFY(buffer.isNearCapacity(0.7));
        QVERIFY(buffer.tryReserve(1, 0));
        QVERIFY(buffer.isNearCapacity());
    }

    void nearCapacityLooksAtBytesToo()
    {
        MessageBuffer buffer(options(1'000, 100));
        QVERIFY(buffer.tryReserve(1, 80));
        QVERIFY(buffer.isNearCapacity());
        QCOMPARE(buffer.metrics(SteadyTime(1s)).utilizationPercentage, 80.0);
    }

    void metricsTellOfTheLastWholeSeconds()
    {
        MessageBuffer buffer(options(100, 1'000'000));
        for (int second = 100; second < 105; ++second) {
            for (int i = 0; i < 20; ++i) {
                QVERIFY(buffer.tryReserve(1, 10));
                buffer.release(1, 10, SteadyTime(std::chrono::seconds(second)), second == 104 ? 6ms : 1ms);
            }
        }
        QVERIFY(buffer.tryReserve(25, 10));
        const BufferMetrics metrics = buffer.metrics(SteadyTime(105s));
        QCOMPARE(metrics.currentDepth, 25);
        QCOMPARE(metrics.currentBytes, 10);
        QCOMPARE(metrics.maxCapacity, 100);
        QCOMPARE(metrics.utilizationPercentage, 25.0);
        QCOMPARE(metrics.messagesPerSecond, 20);
        QCOMPARE(metrics.averageProcessingTime.count(), 2'000);
        QCOMPARE(buffer.metrics(SteadyTime(110s)).messagesPerSecond, 0);
    }

    void slotsAreUsedAgain()
    {
        MessageBuffer buffer(options(100, 1'000'000));
        for (const auto second : {100s, 108s}) {
            QVERIFY(buffer.tryReserve(10, 10));
            buffer.release(10, 10, SteadyTime(second), 1ms);
        }
        QCOMPARE(buffer.metrics(SteadyTime(109s)).messagesPerSecond, 2);
    }

    void neverOverfullUnderContention()
    {
        constexpr qint64 capacity = 8;
        MessageBuffer buffer(options(capacity, 1'000'000));
        std::atomic<qint64> held{0};
        std::atomic<bool> overfull{false};
        {
            std::vector<std::jthread> threads;
            for (int thread = 0; thread < 4; ++thread) {
                threads.emplace_back([&] {
                    for (int i = 0; i < 20'000; ++i) {
                        if (!buffer.tryReserve(3, 1))
                            continue;
                        if (held.fetch_add(3) + 3 > capacity)
                            overfull = true;
                        held.fetch_sub(3);
                        buffer.release(3, 1, SteadyTime(1s), 1us);
                    }
                });
            }
        }
        QVERIFY(!overfull);
        QCOMPARE(buffer.depth(), 0);
    }
};

QTEST_APPLESS_MAIN(MessageBufferTest)
#include "message_buffer_test.moc"
