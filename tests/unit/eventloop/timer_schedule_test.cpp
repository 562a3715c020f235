// SPDX-License-Identifier: GPL-3.0-or-later
#include "eventloop/timer_schedule.h"

#include <QTest>

#include <random>

using namespace hudhud;
using namespace std::chrono_literals;
using TimePoint = TimerSchedule::TimePoint;

class TimerScheduleTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void preciseIsExact();
    void coarseStaysWithinFivePercent();
    void coarseTimersFallDueTogether();
    void veryCoarseFallsOnFullSeconds();
    void averagePeriodIsExact();
    void lateTimerSkipsWhatItMissed();
    void hugeIntervalsDoNotOverflow();
};

void TimerScheduleTest::preciseIsExact()
{
    const TimePoint now(12345678901ns);
    TimerSchedule schedule(33ms, Qt::PreciseTimer, now);
    QVERIFY(schedule.due() == now + 33ms);
    schedule.advance(now + 34ms);
    QVERIFY(schedule.due() == now + 66ms);
}

void TimerScheduleTest::coarseStaysWithinFivePercent()
{
    std::mt19937 random(1);
    for (int i = 0; i < 20000; ++i) {
        const std::chrono::milliseconds interval(1 + random() % 19999);
        const TimePoint now(std::chrono::nanoseconds(random()) * 1000);
        const TimerSchedule schedule(interval, Qt::CoarseTimer, now);
        const auto error = std::chrono::abs(schedule.due() - (now + interval));
        QVERIFY2(error <= interval / 20.0, qPrintable(QString::number(interval.count())));
    }
}

void TimerScheduleTest::coarseTimersFallDueTogether()
{
    const TimePoint first(100s + 3ms);
    for (int offset = 0; offset < 15; ++offset) {
        const TimerSchedule schedule(1000ms, Qt::CoarseTimer, first + std::chrono::milliseconds(offset));
        QVERIFY(schedule.due() == TimePoint(101s));
    }
}

void TimerScheduleTest::veryCoarseFallsOnFullSeconds()
{
    std::mt19937 random(2);
    for (int i = 0; i < 2000; ++i) {
        const std::chrono::milliseconds interval(1 + random() % 100000);
        const TimePoint now(std::chrono::nanoseconds(random()) * 1000);
        const TimerSchedule schedule(interval, Qt::VeryCoarseTimer, now);
        QVERIFY(schedule.due().time_since_epoch() % 1s == 0s);
        QVERIFY(schedule.due() > now);
        QVERIFY(std::chrono::abs(schedule.due() - (now + interval)) <= 1s);
    }
}

void TimerScheduleTest::averagePeriodIsExact()
{
    for (const Qt::TimerType type : {Qt::PreciseTimer, Qt::CoarseTimer}) {
        const TimePoint start(777s + 13ms);
        TimerSchedule schedule(130ms, type, start);
        for (int i = 0; i < 999; ++i)
            schedule.advance(schedule.due());
        QVERIFY(std::chrono::abs(schedule.due() - (start + 130ms * 1000)) <= 7ms);
    }
}

void TimerScheduleTest::lateTimerSkipsWhatItMissed()
{
    const TimePoint start(50s);
    TimerSchedule schedule(10ms, Qt::PreciseTimer, start);
    schedule.advance(start + 95ms);
    QVERIFY(schedule.due() == start + 105ms);
}

void TimerScheduleTest::hugeIntervalsDoNotOverflow()
{
    const TimePoint now(50s);
    for (const Qt::TimerType type : {Qt::PreciseTimer, Qt::CoarseTimer, Qt::VeryCoarseTimer}) {
        TimerSchedule schedule(std::chrono::milliseconds::max(), type, now);
        QVERIFY(schedule.due() > now + 24h * 365 * 20);
        schedule.advance(now);
        QVERIFY(schedule.due() > now);
    }
}

QTEST_APPLESS_MAIN(TimerScheduleTest)

#include "timer_schedule_test.moc"
