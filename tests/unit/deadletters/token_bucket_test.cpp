// SPDX-License-Identifier: GPL-3.0-or-later
#include "deadletters/token_bucket.h"

#include <QTest>

using namespace hudhud;
using namespace std::chrono_literals;

class TokenBucketTest : public QObject
{
    Q_OBJECT

private:
    /// Takes all it can every `step` for `duration`. Result: how many.
    static int run(TokenBucket &bucket, SteadyTime &now, std::chrono::milliseconds step,
                   std::chrono::milliseconds duration)
    {
        int taken = 0;
        for (const SteadyTime end = now + duration; now < end;) {
            now += step;
            const int count = bucket.available(now, 1'000'000);
            bucket.take(count);
            taken += count;
        }
        return taken;
    }

private Q_SLOTS:
    void keepsTheRate_data()
    {
        QTest::addColumn<int>("rate");
        QTest::addColumn<int>("step");
        for (const int rate : {1, 7, 100, 1'000, 33'333}) {
            for (const int step : {3, 20, 111})
                QTest::addRow("%d per second, every %d ms", rate, step) << rate << step;
        }
    }

    void keepsTheRate()
    {
        QFETCH(int, rate);
        QFETCH(int, step);
        SteadyTime now(1'000s);
        TokenBucket bucket;
        bucket.setRate(rate, now);
        const int taken = run(bucket, now, std::chrono::milliseconds(step), 100s);
        QVERIFY2(taken >= rate * 95 && taken <= rate * 105 + 1, qPrintable(QString::number(taken)));
    }

    void hasNoLimitAtZero()
    {
        TokenBucket bucket;
        bucket.setRate(0, SteadyTime(1s));
        QCOMPARE(bucket.available(SteadyTime(1s), 500), 500);
        bucket.take(500);
        QCOMPARE(bucket.available(SteadyTime(1s), 500), 500);
        QCOMPARE(bucket.wait(SteadyTime(1s)), 0ms);
    }

    void followsAChangedRate()
    {
        SteadyTime now(1'000s);
        TokenBucket bucket;
        bucket.setRate(10, now);
        QVERIFY(run(bucket, now, 10ms, 10s) <= 105);
        bucket.setRate(1'000, now);
        const int faster = run(bucket, now, 10ms, 10s);
        QVERIFY(faster >= 9'500 && faster <= 10'500);
        bucket.setRate(2, now);
        QVERIFY(run(bucket, now, 10ms, 10s) <= 21);
    }

    void makesUpForAShortStallOnly()
    {
        SteadyTime now(1'000s);
        TokenBucket bucket;
        bucket.setRate(1'000, now);
        now += 1h;
        QCOMPARE(bucket.available(now, 1'000'000), 250);
    }

    void tellsWhenTheNextIsThere()
    {
        SteadyTime now(1'000s);
        TokenBucket bucket;
        bucket.setRate(2, now);
        QCOMPARE(bucket.available(now, 10), 1);
        bucket.take(1);
        const auto wait = bucket.wait(now);
        QVERIFY(wait > 490ms && wait <= 501ms);
        QCOMPARE(bucket.available(now + wait, 10), 1);
        now += wait;
        bucket.take(1);
        QCOMPARE(bucket.available(now, 10), 0);
        bucket.take(-1); // Given back.
        QCOMPARE(bucket.available(now, 10), 1);
    }
};

QTEST_APPLESS_MAIN(TokenBucketTest)
#include "token_bucket_test.moc"
