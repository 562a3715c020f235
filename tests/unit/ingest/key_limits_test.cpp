// SPDX-License-Identifier: GPL-3.0-or-later
#include "ingest/key_limits.h"

#include "ingest/held_clock.h"
#include "ingest/plain_metrics.h"

#include <QTest>

#include <array>
#include <numeric>
#include <thread>

using namespace hudhud;
using namespace std::chrono_literals;

namespace {

struct Bench
{
    explicit Bench(int perSecond = 0, qint64 perDay = 0, int keys = 100)
        : table(options(perSecond, perDay, keys), clock, metrics)
    {
    }
    static IngestOptions options(int perSecond, qint64 perDay, int keys)
    {
        IngestOptions result;
        result.messagesPerSecond = perSecond;
        result.messagesPerDay = perDay;
        result.maximumLimitedKeys = keys;
        return result;
    }
    /// How many single messages pass now.
    int passing(const LimitedKey &key, int tries)
    {
        int passed = 0;
        for (int i = 0; i < tries; ++i)
            passed += table.take(key, 1) ? 0 : 1;
        return passed;
    }

    fakes::HeldClock clock;
    fakes::PlainMetrics metrics;
    KeyLimitTable table;
};

} // namespace

class KeyLimitsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aKeyWithoutLimitsIsNotCounted()
    {
        Bench bench;
        QVERIFY(!bench.table.isLimited({.apiKeyId = 1}));
        QCOMPARE(bench.passing({.apiKeyId = 1}, 10'000), 10'000);
        const KeyLimits limits = bench.table.limitsOf({.apiKeyId = 1});
        QVERIFY(!limits.rate && !limits.quota);
        QVERIFY(bench.table.dailyCounts().empty());
    }

    void theBucketHoldsOneSecondAndFillsSteadily_data()
    {
        QTest::addColumn<int>("rate");
        for (const int rate : {1, 3, 7, 50, 1'000, 1'000'000})
            QTest::addRow("%d/s", rate) << rate;
    }
    void theBucketHoldsOneSecondAndFillsSteadily()
    {
        QFETCH(int, rate);
        Bench bench;
        const LimitedKey key{.apiKeyId = 1, .messagesPerSecond = rate};
        QVERIFY(!bench.table.take(key, rate));
        QVERIFY(bench.table.take(key, 1).has_value());
        bench.clock.steady += 10s;
        int passed = 0;
        for (int i = 0; i < 5; ++i) {
            const qint64 left = bench.table.limitsOf(key).rate->remaining;
            QCOMPARE(left, qint64(rate));
            for (qint64 taken = 0; taken < left; ++passed, ++taken)
                QVERIFY(!bench.table.take(key, 1));
            QVERIFY(bench.table.take(key, 1).has_value());
            bench.clock.steady += 1s;
        }
        QCOMPARE(passed, 5 * rate);
    }

    void aRefusalTellsWhenToComeAgain()
    {
        Bench bench;
        const LimitedKey key{.apiKeyId = 1, .messagesPerSecond = 10};
        QCOMPARE(bench.passing(key, 100), 10);
        const auto refusal = bench.table.take(key, 1);
        QVERIFY(refusal && refusal->error.code() == ErrorCode::RateLimited);
        QVERIFY(refusal->retryAfter == 1s);
        QVERIFY(bench.table.check(key).has_value());
        bench.clock.steady += 100ms;
        QVERIFY(!bench.table.check(key));
        QVERIFY(!bench.table.check(key));
        QCOMPARE(bench.passing(key, 100), 1);
        QVERIFY(bench.metrics.counters["hudhud_ingest_rate_limited_total"].value() > 0);
    }

    void whatIsLargerThanTheBucketIsPaidOffAfterwards()
    {
        Bench bench;
        const LimitedKey key{.apiKeyId = 1, .messagesPerSecond = 100};
        QVERIFY(!bench.table.take(key, 1'000));
        const auto refusal = bench.table.take(key, 1);
        QVERIFY(refusal);
        QVERIFY(refusal->retryAfter == 10s);
        QVERIFY(bench.table.limitsOf(key).rate->remaining == 0);
        QVERIFY(bench.table.limitsOf(key).rate->resetAfter == 10s);
        bench.clock.steady += 9s + 10ms;
        QVERIFY(!bench.table.take(key, 1));
        QVERIFY(bench.table.take(key, 1'000).has_value());
        bench.clock.steady += 1s;
        QVERIFY(!bench.table.take(key, 1'000));
    }

    void aKeysOwnLimitsGoBeforeTheDefaults()
    {
        Bench bench(5, 20);
        QCOMPARE(bench.passing({.apiKeyId = 1}, 100), 5);
        QCOMPARE(bench.passing({.apiKeyId = 2, .messagesPerSecond = 7}, 100), 7);
        QCOMPARE(bench.passing({.apiKeyId = 3, .messagesPerSecond = 100, .messagesPerDay = 30}, 100), 30);
        QVERIFY(bench.table.isLimited({.apiKeyId = 4}));
    }

    void theQuotaIsOfTheDayInUtc()
    {
        Bench bench;
        bench.clock.wall = Timestamp(std::chrono::sys_days(std::chrono::year{2026} / 9 / 21)) + 23h + 59min;
        const LimitedKey key{.apiKeyId = 1, .messagesPerDay = 10};
        QVERIFY(!bench.table.take(key, 8));
        const auto refusal = bench.table.take(key, 3);
        QVERIFY(refusal && refusal->error.code() == ErrorCode::QuotaExceeded);
        QVERIFY(refusal->retryAfter == 60s);
        QVERIFY(!bench.table.take(key, 2));
        QCOMPARE(bench.table.limitsOf(key).quota->remaining, 0);
        bench.clock.wall += 60s;
        QCOMPARE(bench.table.limitsOf(key).quota->remaining, 10);
        QVERIFY(!bench.table.take(key, 10));
        bench.clock.wall -= 60s; // A clock that is set back gives no second quota.
        QVERIFY(bench.table.take(key, 1).has_value());
    }

    void whatTheRateRefusesDoesNotCountForTheDay()
    {
        Bench bench;
        const LimitedKey key{.apiKeyId = 1, .messagesPerSecond = 5, .messagesPerDay = 100};
        QCOMPARE(bench.passing(key, 50), 5);
        QCOMPARE(bench.table.limitsOf(key).quota->remaining, 95);
        bench.table.giveBack(key, 2);
        QCOMPARE(bench.table.limitsOf(key).quota->remaining, 97);
        bench.table.giveBack(key, 1'000);
        QCOMPARE(bench.table.limitsOf(key).quota->remaining, 100);
    }

    void countsOutliveTheTable()
    {
        Bench first;
        const LimitedKey key{.apiKeyId = 9, .messagesPerDay = 10};
        QVERIFY(!first.table.take(key, 4));
        Bench second;
        second.table.restore(first.table.dailyCounts());
        QCOMPARE(second.table.limitsOf(key).quota->remaining, 6);
        Bench nextDay;
        nextDay.clock.wall += 24h;
        nextDay.table.restore(first.table.dailyCounts());
        QCOMPARE(nextDay.table.limitsOf(key).quota->remaining, 10);
        QVERIFY(nextDay.table.dailyCounts().empty());
    }

    void theTableIsBounded()
    {
        Bench bench(10, 0, 2);
        QVERIFY(!bench.table.take({.apiKeyId = 1}, 1));
        QVERIFY(!bench.table.take({.apiKeyId = 2}, 1));
        const auto refusal = bench.table.take({.apiKeyId = 3}, 1);
        QVERIFY(refusal && refusal->error.code() == ErrorCode::BufferFull);
        QVERIFY(!bench.table.take({.apiKeyId = 1}, 1));
        bench.clock.steady += 10s; // Their buckets are full again: nothing is forgotten with them.
        QVERIFY(!bench.table.take({.apiKeyId = 3}, 1));
    }

    void threadsShareTheCounts()
    {
        Bench bench;
        const LimitedKey key{.apiKeyId = 1, .messagesPerSecond = 1'000, .messagesPerDay = 700};
        std::array<int, 4> passed{};
        {
            std::vector<std::jthread> threads;
            for (int &count : passed)
                threads.emplace_back([&bench, &count, key] { count = bench.passing(key, 1'000); });
        }
        QCOMPARE(std::accumulate(passed.begin(), passed.end(), 0), 700);
        QCOMPARE(bench.table.dailyCounts(), (std::vector<DailyCount>{
                                                {.apiKeyId = 1,
                                                 .day = std::chrono::floor<std::chrono::days>(bench.clock.wall)
                                                            .time_since_epoch()
                                                            .count(),
                                                 .messages = 700}}));
    }
};

QTEST_APPLESS_MAIN(KeyLimitsTest)
#include "key_limits_test.moc"
