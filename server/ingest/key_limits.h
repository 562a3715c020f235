// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "config/configuration.h"
#include "core/clock.h"
#include "plugin-api/metrics.h"
#include "plugin-api/send_limits.h"

#include <atomic>
#include <functional>
#include <shared_mutex>
#include <span>
#include <unordered_map>
#include <vector>

namespace hudhud {

/// What an API key has sent in a UTC day.
struct DailyCount
{
    qint64 apiKeyId = 0;
    qint64 day = 0; ///< Days since 1970-01-01.
    qint64 messages = 0;

    friend bool operator==(const DailyCount &, const DailyCount &) = default;
};

/// Rates and daily quotas of API keys. The rate is a token bucket that holds the messages of one second, kept as the
/// time at which everything sent so far is paid for (generic cell rate algorithm); a quota is a number with its day.
/// Each is one atomic, so that threads never wait for each other; keys without a limit cost nothing.
/// Bounds: `maximumLimitedKeys`; keys that have been quiet since yesterday make room. Thread: any.
/// Ownership: what is passed in outlives it.
class KeyLimitTable final : public SendLimits
{
public:
    KeyLimitTable(const IngestOptions &options, const Clock &clock, MetricsRegistry &metrics);

    bool isLimited(const LimitedKey &key) const override;
    std::optional<LimitRefusal> check(const LimitedKey &key) override;
    std::optional<LimitRefusal> take(const LimitedKey &key, qint64 messages) override;
    void giveBack(const LimitedKey &key, qint64 messages) override;
    KeyLimits limitsOf(const LimitedKey &key) override;

    /// What was counted today, of keys that sent anything; ascending by key.
    std::vector<DailyCount> dailyCounts() const;
    /// Adds what an earlier process counted; call it before the first request.
    void restore(std::span<const DailyCount> counts);

private:
    struct Counts
    {
        std::atomic<qint64> paidUntil{0}; ///< Nanoseconds of the steady clock.
        std::atomic<quint64> daily{0};    ///< Day and number, see `packed`.
    };
    struct Rule
    {
        qint64 rate = 0;  ///< Messages per second; 0: no limit.
        qint64 quota = 0; ///< Messages per day; 0: no limit.
        bool isLimited() const { return rate > 0 || quota > 0; }
    };

    Rule ruleOf(const LimitedKey &key) const;
    /// Calls `use` with the key's counts, which stay where they are until it returns; false when there is no room for
    /// another key.
    template <typename Use> bool withCounts(qint64 apiKeyId, Use &&use);
    qint64 steadyNanoseconds() const;
    qint64 today() const;
    void dropQuietKeys();

    std::optional<LimitRefusal> takeRate(Counts &counts, qint64 rate, qint64 messages, bool isTrial);
    std::optional<LimitRefusal> takeQuota(Counts &counts, qint64 quota, qint64 messages, bool isTrial);
    static void giveBackTo(Counts &counts, qint64 messages);
    std::optional<LimitRefusal> apply(const LimitedKey &key, qint64 messages, bool isTrial);

    const IngestOptions m_options;
    const Clock &m_clock;
    Counter &m_rateLimited;
    Counter &m_quotaExceeded;
    mutable std::shared_mutex m_mutex; ///< Guards the table, not the counts in it.
    std::unordered_map<qint64, Counts> m_counts;
};

} // namespace hudhud
