// SPDX-License-Identifier: GPL-3.0-or-later
#include "send_allowance.h"

#include <QTest>

namespace hudhud {

using namespace std::chrono_literals;

class SendAllowanceTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void allowsABurstThenTheRate();
    void savesUpNoMoreThanABurst();
    void keepsTheRateOverTime_data();
    void keepsTheRateOverTime();
};

namespace {

const SteadyTime Start{1h};

} // namespace

void SendAllowanceTest::allowsABurstThenTheRate()
{
    SendAllowance allowance(10, 3);
    for (int i = 0; i < 3; ++i)
        QVERIFY(allowance.take(Start) == 0ns);
    QVERIFY(allowance.take(Start) == 100ms);
    QVERIFY(allowance.take(Start + 40ms) == 60ms);
    QVERIFY(allowance.take(Start + 100ms) == 0ns);
    QVERIFY(allowance.take(Start + 100ms) == 100ms);
}

void SendAllowanceTest::savesUpNoMoreThanABurst()
{
    SendAllowance allowance(10, 2);
    QVERIFY(allowance.take(Start) == 0ns);
    QVERIFY(allowance.take(Start + 1h) == 0ns);
    QVERIFY(allowance.take(Start + 1h) == 0ns);
    QVERIFY(allowance.take(Start + 1h) > 0ns);
}

void SendAllowanceTest::keepsTheRateOverTime_data()
{
    QTest::addColumn<int>("perSecond");
    QTest::newRow("one") << 1;
    QTest::newRow("seven") << 7;
    QTest::newRow("a thousand") << 1'000;
}

/// Whoever waits as long as he is told gets through, and no faster than the rate.
void SendAllowanceTest::keepsTheRateOverTime()
{
    QFETCH(const int, perSecond);
    SendAllowance allowance(perSecond, 1);
    SteadyTime now = Start;
    for (int i = 0; i <= perSecond * 10; ++i) {
        now += allowance.take(now);
        if (i > 0)
            QVERIFY(allowance.take(now) == 0ns);
        else
            QVERIFY(now == Start);
    }
    const auto elapsed = now - Start;
    QVERIFY(elapsed > 9'990ms && elapsed <= 10s);
}

} // namespace hudhud

QTEST_GUILESS_MAIN(hudhud::SendAllowanceTest)
#include "send_allowance_test.moc"
