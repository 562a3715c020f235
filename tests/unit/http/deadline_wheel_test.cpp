// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/deadline_wheel.h"

#include <QTest>

#include <functional>
#include <memory>

using namespace hudhud;
using namespace std::chrono_literals;

namespace {

class Entry : public DeadlineEntry
{
public:
    int expirations = 0;
    std::function<void()> whenExpired;

protected:
    void deadlineExpired() override
    {
        ++expirations;
        if (whenExpired)
            whenExpired();
    }
};

} // namespace

class DeadlineWheelTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void expiresOnceInTimeAndNeverEarly();
    void laterDeadlinesSurviveSeveralRounds();
    void replacingAndClearing();
    void entriesMayVanishWhileOthersExpire();
    void catchesUpAfterALongPause();

private:
    const std::chrono::steady_clock::time_point m_start = std::chrono::steady_clock::now() + 1s;
};

void DeadlineWheelTest::expiresOnceInTimeAndNeverEarly()
{
    DeadlineWheel wheel;
    wheel.advance(m_start);
    Entry entry;
    wheel.set(entry, 1000ms);
    wheel.advance(m_start + 999ms);
    QCOMPARE(entry.expirations, 0);
    wheel.advance(m_start + 1000ms + 3 * DeadlineWheel::Tick);
    QCOMPARE(entry.expirations, 1);
    wheel.advance(m_start + 100s);
    QCOMPARE(entry.expirations, 1);
}

void DeadlineWheelTest::laterDeadlinesSurviveSeveralRounds()
{
    DeadlineWheel wheel;
    wheel.advance(m_start);
    Entry entry;
    wheel.set(entry, 200s);
    for (auto time = 1s; time < 200s; time += 1s)
        wheel.advance(m_start + time);
    QCOMPARE(entry.expirations, 0);
    wheel.advance(m_start + 201s);
    QCOMPARE(entry.expirations, 1);
}

void DeadlineWheelTest::replacingAndClearing()
{
    DeadlineWheel wheel;
    wheel.advance(m_start);
    Entry replaced;
    Entry cleared;
    wheel.set(replaced, 1s);
    wheel.set(replaced, 5s);
    wheel.set(cleared, 1s);
    wheel.clear(cleared);
    wheel.advance(m_start + 2s);
    QCOMPARE(replaced.expirations, 0);
    wheel.advance(m_start + 6s);
    QCOMPARE(replaced.expirations, 1);
    QCOMPARE(cleared.expirations, 0);
}

void DeadlineWheelTest::entriesMayVanishWhileOthersExpire()
{
    DeadlineWheel wheel;
    wheel.advance(m_start);
    Entry first;
    auto second = std::make_unique<Entry>();
    wheel.set(first, 1s);
    wheel.set(*second, 1s);
    first.whenExpired = [&] {
        second.reset();
        wheel.set(first, 1s);
    };
    wheel.advance(m_start + 2s);
    QCOMPARE(first.expirations, 1);
    wheel.advance(m_start + 4s);
    QCOMPARE(first.expirations, 2);
}

void DeadlineWheelTest::catchesUpAfterALongPause()
{
    DeadlineWheel wheel;
    wheel.advance(m_start);
    std::vector<std::unique_ptr<Entry>> entries;
    for (int i = 0; i < 100; ++i) {
        entries.push_back(std::make_unique<Entry>());
        wheel.set(*entries.back(), i * 1s);
    }
    wheel.advance(m_start + 3h);
    for (const auto &entry : entries)
        QCOMPARE(entry->expirations, 1);
}

QTEST_APPLESS_MAIN(DeadlineWheelTest)
#include "deadline_wheel_test.moc"
