// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/clock.h"

namespace hudhud {

namespace {

class SystemClock final : public Clock
{
public:
    Timestamp now() const override
    {
        return std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now());
    }
    SteadyTime steadyNow() const override { return std::chrono::steady_clock::now(); }
};

} // namespace

const Clock &Clock::system()
{
    static const SystemClock clock;
    return clock;
}

QByteArray toRfc3339(Timestamp time)
{
    using namespace std::chrono;
    const auto day = floor<days>(time);
    const year_month_day date(day);
    const hh_mm_ss clock(time - day);
    QByteArray text("0000-00-00T00:00:00.000Z");
    const auto put = [out = text.data()](int first, int last, auto value) {
        for (auto rest = static_cast<int>(value); last >= first; rest /= 10)
            out[last--] = static_cast<char>('0' + rest % 10);
    };
    put(0, 3, static_cast<int>(date.year()));
    put(5, 6, static_cast<unsigned>(date.month()));
    put(8, 9, static_cast<unsigned>(date.day()));
    put(11, 12, clock.hours().count());
    put(14, 15, clock.minutes().count());
    put(17, 18, clock.seconds().count());
    put(20, 22, clock.subseconds().count());
    return text;
}

} // namespace hudhud
