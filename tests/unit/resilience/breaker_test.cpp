// SPDX-License-Identifier: GPL-3.0-or-later
#include "security/manual_clock.h"
#include "resilience/breaker.h"

#include <QTest>

#include <atomic>
#include <thread>

using namespace hudhud;
using namespace std::chrono_literals;
using enum BreakerState;

class BreakerTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_options = {};
        m_changes.clear();
        make();
    }

    void startsClosedAndLetsCallsThrough()
    {
        for (int i = 0; i < 100; ++i)
            succeed();
        QVERIFY(m_breaker->state() == Closed);
        QCOMPARE(m_breaker->snapshot().windowCalls, 100);
        QCOMPARE(m_breaker->snapshot().rejectedCalls, 0);
        QVERIFY(m_changes.isEmpty());
    }

    void opensAfterFiveFailuresInARow()
    {
        for (int i = 0; i < 4; ++i)
            fail();
        QVERIFY(m_breaker->state() == Closed);
        fail("the disk is gone");
        QVERIFY(m_breaker->state() == Open);
        QVERIFY(!m_breaker->tryAcquire());
        QCOMPARE(m_changes, QByteArrayList{"closed open the disk is gone"});
        const BreakerSnapshot snapshot = m_breaker->snapshot();
        QCOMPARE(snapshot.dependency, QByteArray("disk"));
        QCOMPARE(snapshot.consecutiveFailures, 5);
        QCOMPARE(snapshot.rejectedCalls, 1);
        QCOMPARE(snapshot.openings, 1);
        QCOMPARE(snapshot.lastFailure, QByteArray("the disk is gone"));
        QVERIFY(snapshot.changedAt == m_clock.now());
        QCOMPARE(m_gauge.value(), 1);
    }

    void aSuccessBreaksTheRow()
    {
        m_options.minimumCalls = 1'000;
        make();
        for (int round = 0; round < 10; ++round) {
            for (int i = 0; i < 4; ++i)
                fail();
            succeed();
        }
        QVERIFY(m_breaker->state() == Closed);
    }

    void opensAtHalfOfTheWindow()
    {
        for (int i = 0; i < 9; ++i) {
            fail();
            succeed();
        }
        QVERIFY(m_breaker->state() == Closed);
        succeed();
        QVERIFY(m_breaker->state() == Closed); // 9 of 19: half, but too few calls to judge.
        fail(); // 10 of 20.
        QVERIFY(m_breaker->state() == Open);
    }

    void staysClosedBelowHalfOfTheWindow()
    {
        for (int i = 0; i < 50; ++i) {
            fail();
            succeed();
            succeed();
        }
        QVERIFY(m_breaker->state() == Closed);
    }

    void theWindowSlides()
    {
        for (int i = 0; i < 9; ++i) {
            fail();
            succeed();
        }
        m_clock.advance(11s);
        QCOMPARE(m_breaker->snapshot().windowCalls, 0);
        // Were the old ones still counted, this would be 10 failures of 20.
        fail();
        succeed();
        QVERIFY(m_breaker->state() == Closed);
        QCOMPARE(m_breaker->snapshot().windowFailures, 1);
        m_clock.advance(5s);
        QCOMPARE(m_breaker->snapshot().windowFailures, 1);
    }

    void halfOpensAfterTheRecoveryTime()
    {
        open();
        QVERIFY(m_breaker->retryAfter() == 30s);
        m_clock.advance(30s - 1ms);
        QVERIFY(!m_breaker->tryAcquire());
        QVERIFY(m_breaker->retryAfter() == 1ms);
        m_clock.advance(1ms);
        QVERIFY(m_breaker->state() == HalfOpen);
        QVERIFY(m_breaker->retryAfter() == 0ms);
        QVERIFY(m_breaker->tryAcquire());
        QCOMPARE(m_gauge.value(), 2);
    }

    void halfOpenLetsOnlyTheTrialCallsThrough()
    {
        m_options.trialCalls = 2;
        make();
        open();
        m_clock.advance(30s);
        const auto first = m_breaker->tryAcquire();
        const auto second = m_breaker->tryAcquire();
        QVERIFY(first && second);
        QVERIFY(!m_breaker->tryAcquire());
        m_breaker->recordSuccess(*first);
        QVERIFY(m_breaker->state() == HalfOpen);
        QVERIFY(!m_breaker->tryAcquire());
        m_breaker->recordSuccess(*second);
        QVERIFY(m_breaker->state() == Closed);
        QVERIFY(m_breaker->tryAcquire());
    }

    void aGoodTrialClosesAndForgets()
    {
        open();
        m_clock.advance(30s);
        succeed();
        QVERIFY(m_breaker->state() == Closed);
        QCOMPARE(m_breaker->snapshot().consecutiveFailures, 0);
        QCOMPARE(m_breaker->snapshot().windowFailures, 0);
        QCOMPARE(m_gauge.value(), 0);
        QCOMPARE(m_changes.size(), 3);
        for (int i = 0; i < 4; ++i)
            fail();
        QVERIFY(m_breaker->state() == Closed);
    }

    void aBadTrialOpensForAnotherRest()
    {
        open();
        m_clock.advance(30s);
        fail();
        QVERIFY(m_breaker->state() == Open);
        m_clock.advance(29s);
        QVERIFY(!m_breaker->tryAcquire());
        m_clock.advance(1s);
        QVERIFY(m_breaker->tryAcquire());
        QCOMPARE(m_breaker->snapshot().openings, 2);
    }

    void outcomesOfEarlierCallsDoNotDecideTheTrial()
    {
        const auto old = m_breaker->tryAcquire();
        QVERIFY(old);
        open();
        m_clock.advance(30s);
        const auto trial = m_breaker->tryAcquire();
        QVERIFY(trial);
        m_breaker->recordSuccess(*old);
        QVERIFY(m_breaker->state() == HalfOpen);
        m_breaker->recordFailure(*old, "late");
        QVERIFY(m_breaker->state() == HalfOpen);
        m_breaker->recordSuccess(*trial);
        QVERIFY(m_breaker->state() == Closed);
    }

    void tripOpensAtOnceAndBeginsTheRestAnew()
    {
        m_breaker->trip("hangs");
        QVERIFY(m_breaker->state() == Open);
        QCOMPARE(m_changes, QByteArrayList{"closed open hangs"});
        m_clock.advance(20s);
        m_breaker->trip("hangs");
        QVERIFY(m_breaker->retryAfter() == 30s);
        QCOMPARE(m_changes.size(), 1);
    }

    void resetClosesAtOnce()
    {
        open();
        m_breaker->reset();
        QVERIFY(m_breaker->state() == Closed);
        QVERIFY(m_breaker->tryAcquire());
        QCOMPARE(m_changes.last(), QByteArray("open closed reset by hand"));
        for (int i = 0; i < 4; ++i)
            fail();
        m_breaker->reset();
        for (int i = 0; i < 4; ++i)
            fail();
        QVERIFY(m_breaker->state() == Closed);
    }

    void resetInHalfOpenIgnoresTheTrial()
    {
        open();
        m_clock.advance(30s);
        const auto trial = m_breaker->tryAcquire();
        m_breaker->reset();
        m_breaker->recordFailure(*trial, "late");
        QVERIFY(m_breaker->state() == Closed);
        QCOMPARE(m_breaker->snapshot().consecutiveFailures, 0);
    }

    void severalThreadsNeverPassMoreTrialsThanAllowed()
    {
        m_options.trialCalls = 3;
        m_options.consecutiveFailures = 1;
        make();
        for (int round = 0; round < 200; ++round) {
            m_breaker->trip("round");
            m_clock.advance(30s);
            std::atomic_int passed{0};
            std::vector<std::thread> threads;
            for (int i = 0; i < 4; ++i) {
                threads.emplace_back([&] {
                    for (int call = 0; call < 5; ++call)
                        passed += m_breaker->tryAcquire() ? 1 : 0;
                });
            }
            for (std::thread &thread : threads)
                thread.join();
            QCOMPARE(passed.load(), 3);
        }
    }

    void severalThreadsAreAllCounted()
    {
        m_options.consecutiveFailures = 1'000'000;
        m_options.minimumCalls = 1'000'000;
        make();
        constexpr int PerThread = 5'000;
        std::vector<std::thread> threads;
        for (int i = 0; i < 4; ++i) {
            threads.emplace_back([this, i] {
                for (int call = 0; call < PerThread; ++call)
                    i % 2 == 0 ? fail() : succeed();
            });
        }
        for (std::thread &thread : threads)
            thread.join();
        QCOMPARE(m_breaker->snapshot().windowCalls, 4 * PerThread);
        QCOMPARE(m_breaker->snapshot().windowFailures, 2 * PerThread);
    }

private:
    void make()
    {
        m_breaker = std::make_unique<Breaker>("disk", m_options, m_clock, m_gauge, [this](const BreakerChange &change) {
            m_changes.append(QByteArray(breakerStateName(change.from)) + ' ' + breakerStateName(change.to) + ' '
                             + change.reason);
        });
    }
    void succeed()
    {
        const auto permit = m_breaker->tryAcquire();
        if (permit)
            m_breaker->recordSuccess(*permit);
    }
    void fail(const QByteArray &reason = "failed")
    {
        const auto permit = m_breaker->tryAcquire();
        if (permit)
            m_breaker->recordFailure(*permit, reason);
    }
    void open()
    {
        for (int i = 0; i < 5; ++i)
            fail();
        QVERIFY(m_breaker->state() == Open);
    }

    ManualClock m_clock;
    BreakerOptions m_options;
    Gauge m_gauge;
    std::unique_ptr<Breaker> m_breaker;
    QByteArrayList m_changes;
};

QTEST_GUILESS_MAIN(BreakerTest)
#include "breaker_test.moc"
