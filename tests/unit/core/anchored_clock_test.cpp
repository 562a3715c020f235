// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/anchored_clock.h"

#include <QTest>

using namespace hudhud;
using namespace std::chrono_literals;

namespace {

/// Wall and steady time of a machine whose clock can be set.
class MachineClock final : public Clock
{
public:
    Timestamp now() const override { return m_wall; }
    SteadyTime steadyNow() const override { return m_steady; }
    void pass(std::chrono::milliseconds time)
    {
        m_wall += time;
        m_steady += time;
    }
    void set(std::chrono::milliseconds forward) { m_wall += forward; }

private:
    Timestamp m_wall{std::chrono::milliseconds(1'800'000'000'000)};
    SteadyTime m_steady{1h};
};

} // namespace

class AnchoredClockTest : public QObject
{
    Q_OBJECT

private:
    MachineClock m_machine;

    /// Lets time pass as the server does.
    void pass(AnchoredClock &clock, std::chrono::seconds time)
    {
        for (auto passed = 0s; passed < time; ++passed) {
            m_machine.pass(AnchoredClock::FollowInterval);
            clock.follow();
        }
    }

private Q_SLOTS:
    void init() { m_machine = MachineClock(); }

    void runsWithTheMachine()
    {
        AnchoredClock clock(m_machine);
        QVERIFY(clock.now() == m_machine.now());
        m_machine.pass(1234ms);
        QVERIFY(clock.now() == m_machine.now());
        pass(clock, 100s);
        QVERIFY(clock.now() == m_machine.now());
        QVERIFY(clock.steadyNow() == m_machine.steadyNow());
    }

    void followsASmallDifferenceInSteps()
    {
        AnchoredClock clock(m_machine);
        m_machine.set(250ms);
        const Timestamp before = clock.now();
        pass(clock, 1s);
        QVERIFY(clock.now() == before + 1100ms);
        pass(clock, 2s);
        QVERIFY(clock.now() == m_machine.now());
        m_machine.set(-250ms);
        pass(clock, 3s);
        QVERIFY(clock.now() == m_machine.now());
    }

    void aJumpAheadThatComesBackIsNotSeen()
    {
        AnchoredClock clock(m_machine);
        const Timestamp start = clock.now();
        m_machine.set(24h);
        pass(clock, 59s);
        QVERIFY(clock.now() == start + 59s);
        m_machine.set(-24h);
        pass(clock, 1s);
        QVERIFY(clock.now() == start + 60s);
        m_machine.set(24h); // A grace of its own.
        pass(clock, 59s);
        QVERIFY(clock.now() == start + 119s);
    }

    void aJumpAheadThatLastsIsTaken()
    {
        AnchoredClock clock(m_machine);
        m_machine.set(24h);
        pass(clock, 61s);
        QVERIFY(clock.now() == m_machine.now());
        pass(clock, 10s);
        QVERIFY(clock.now() == m_machine.now());
    }

    void aJumpBackOnlySlowsItDown()
    {
        AnchoredClock clock(m_machine);
        const Timestamp start = clock.now();
        m_machine.set(-24h);
        pass(clock, 1000s);
        QVERIFY(clock.now() == start + 900s);
        m_machine.set(24h - 100s); // Mended by hand.
        pass(clock, 1s);
        QVERIFY(clock.now() == m_machine.now());
        QVERIFY(clock.now() == start + 901s);
    }
};

QTEST_APPLESS_MAIN(AnchoredClockTest)
#include "anchored_clock_test.moc"
