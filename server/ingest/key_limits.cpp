// SPDX-License-Identifier: GPL-3.0-or-later
#include "ingest/key_limits.h"

#include <algorithm>
#include <mutex>

namespace hudhud {

namespace {

using namespace std::chrono_literals;

constexpr qint64 Second = 1'000'000'000;
constexpr std::chrono::seconds Day = 24h;
/// `daily` holds the number of messages in these bits and the day above them.
constexpr int NumberBits = 40;
constexpr quint64 NumberMask = (1ULL << NumberBits) - 1;

quint64 packed(qint64 day, qint64 messages)
{
    return (static_cast<quint64>(day) << NumberBits) | (static_cast<quint64>(messages) & NumberMask);
}

qint64 dayOf(quint64 daily)
{
    return static_cast<qint64>(daily >> NumberBits);
}

/// What was sent today. A clock that was set back does not give a day's quota again.
qint64 sentOn(quint64 daily, qint64 today)
{
    return dayOf(daily) < today ? 0 : static_cast<qint64>(daily & NumberMask);
}

std::chrono::seconds wholeSeconds(qint64 nanoseconds)
{
    return std::chrono::ceil<std::chrono::seconds>(std::chrono::nanoseconds(std::max<qint64>(nanoseconds, 0)));
}

std::chrono::seconds untilMidnight(Timestamp now)
{
    const auto sinceMidnight = now.time_since_epoch() % Day;
    return std::chrono::ceil<std::chrono::seconds>(Day - sinceMidnight);
}

LimitRefusal rateRefusal(qint64 rate, qint64 nanoseconds)
{
    return {.error = Error(ErrorCode::RateLimited,
                           QStringLiteral("This API key may send %1 messages in a second (messages_per_second) and has "
                                          "sent more. Send the request again after the time in Retry-After.")
                               .arg(rate)),
            .retryAfter = std::max(wholeSeconds(nanoseconds), 1s)};
}

LimitRefusal quotaRefusal(qint64 quota, qint64 sent, Timestamp now)
{
    return {.error = Error(ErrorCode::QuotaExceeded,
                           QStringLiteral("This API key may send %1 messages in a day (messages_per_day, UTC) and has "
                                          "sent %2 of them; this request does not fit. Send less, or send it again after "
                                          "the time in Retry-After.")
                               .arg(quota)
                               .arg(sent)),
            .retryAfter = untilMidnight(now)};
}

LimitRefusal tableFull()
{
    return {.error = Error(ErrorCode::BufferFull,
                           QStringLiteral("More API keys with limits are in use than can be counted "
                                          "(ingest.maximum_limited_keys). Send the request again later."))};
}

} // namespace

KeyLimitTable::KeyLimitTable(const IngestOptions &options, const Clock &clock, MetricsRegistry &metrics)
    : m_options(options)
    , m_clock(clock)
    , m_rateLimited(metrics.counter("hudhud_ingest_rate_limited_total",
                                    "Requests refused because their API key sent too many messages in a second."))
    , m_quotaExceeded(metrics.counter("hudhud_ingest_quota_exceeded_total",
                                      "Requests refused because the daily quota of their API key was used up."))
{
}

bool KeyLimitTable::isLimited(const LimitedKey &key) const
{
    return ruleOf(key).isLimited();
}

std::optional<LimitRefusal> KeyLimitTable::check(const LimitedKey &key)
{
    return apply(key, 1, true);
}

std::optional<LimitRefusal> KeyLimitTable::take(const LimitedKey &key, qint64 messages)
{
    return apply(key, messages, false);
}

std::optional<LimitRefusal> KeyLimitTable::apply(const LimitedKey &key, qint64 messages, bool isTrial)
{
    const Rule rule = ruleOf(key);
    if (!rule.isLimited())
        return std::nullopt;
    std::optional<LimitRefusal> refusal;
    const bool isCounted = withCounts(key.apiKeyId, [&](Counts &counts) {
        if (rule.quota > 0)
            refusal = takeQuota(counts, rule.quota, messages, isTrial);
        if (refusal || rule.rate == 0)
            return;
        refusal = takeRate(counts, rule.rate, messages, isTrial);
        if (refusal && rule.quota > 0 && !isTrial)
            giveBackTo(counts, messages);
    });
    return isCounted ? refusal : tableFull();
}

std::optional<LimitRefusal> KeyLimitTable::takeRate(Counts &counts, qint64 rate, qint64 messages, bool isTrial)
{
    const qint64 interval = Second / rate;
    const qint64 now = steadyNanoseconds();
    qint64 paidUntil = counts.paidUntil.load(std::memory_order_relaxed);
    for (;;) {
        const qint64 from = std::max(paidUntil, now);
        // What is larger than the whole bucket passes when the bucket is full, and is paid off afterwards.
        const qint64 ahead = from - now + std::min(messages, rate) * interval;
        if (ahead > Second) {
            m_rateLimited.add();
            return rateRefusal(rate, ahead - Second);
        }
        if (isTrial
            || counts.paidUntil.compare_exchange_weak(paidUntil, from + messages * interval,
                                                      std::memory_order_relaxed))
            return std::nullopt;
    }
}

std::optional<LimitRefusal> KeyLimitTable::takeQuota(Counts &counts, qint64 quota, qint64 messages, bool isTrial)
{
    const qint64 day = today();
    quint64 daily = counts.daily.load(std::memory_order_relaxed);
    for (;;) {
        const qint64 sent = sentOn(daily, day);
        if (sent + messages > quota) {
            m_quotaExceeded.add();
            return quotaRefusal(quota, sent, m_clock.now());
        }
        if (isTrial
            || counts.daily.compare_exchange_weak(daily, packed(std::max(day, dayOf(daily)), sent + messages),
                                                  std::memory_order_relaxed))
            return std::nullopt;
    }
}

void KeyLimitTable::giveBack(const LimitedKey &key, qint64 messages)
{
    if (ruleOf(key).quota == 0)
        return;
    withCounts(key.apiKeyId, [messages](Counts &counts) { giveBackTo(counts, messages); });
}

void KeyLimitTable::giveBackTo(Counts &counts, qint64 messages)
{
    quint64 daily = counts.daily.load(std::memory_order_relaxed);
    qint64 left = 0;
    do {
        // What was taken before midnight is not there any more.
        left = std::max<qint64>(static_cast<qint64>(daily & NumberMask) - messages, 0);
    } while (!counts.daily.compare_exchange_weak(daily, packed(dayOf(daily), left), std::memory_order_relaxed));
}

KeyLimits KeyLimitTable::limitsOf(const LimitedKey &key)
{
    const Rule rule = ruleOf(key);
    KeyLimits limits;
    if (!rule.isLimited())
        return limits;
    withCounts(key.apiKeyId, [&](const Counts &counts) {
        if (rule.rate > 0) {
            const qint64 owed = std::max<qint64>(counts.paidUntil.load(std::memory_order_relaxed) - steadyNanoseconds(), 0);
            const qint64 remaining = (Second - std::min(owed, Second)) / (Second / rule.rate);
            limits.rate = LimitState{.limit = rule.rate,
                                     .remaining = std::min(remaining, rule.rate),
                                     .window = 1s,
                                     .resetAfter = wholeSeconds(owed)};
        }
        if (rule.quota > 0) {
            const qint64 sent = sentOn(counts.daily.load(std::memory_order_relaxed), today());
            limits.quota = LimitState{.limit = rule.quota,
                                      .remaining = std::max<qint64>(rule.quota - sent, 0),
                                      .window = Day,
                                      .resetAfter = untilMidnight(m_clock.now())};
        }
    });
    return limits;
}

std::vector<DailyCount> KeyLimitTable::dailyCounts() const
{
    const qint64 day = today();
    std::vector<DailyCount> all;
    {
        const std::shared_lock lock(m_mutex);
        for (const auto &[apiKeyId, counts] : m_counts) {
            if (const qint64 sent = sentOn(counts.daily.load(std::memory_order_relaxed), day); sent > 0)
                all.push_back({.apiKeyId = apiKeyId, .day = day, .messages = sent});
        }
    }
    std::ranges::sort(all, {}, &DailyCount::apiKeyId);
    return all;
}

void KeyLimitTable::restore(std::span<const DailyCount> counts)
{
    for (const DailyCount &count : counts) {
        withCounts(count.apiKeyId, [&](Counts &kept) {
            kept.daily.store(packed(count.day, count.messages), std::memory_order_relaxed);
        });
    }
}

KeyLimitTable::Rule KeyLimitTable::ruleOf(const LimitedKey &key) const
{
    return {.rate = key.messagesPerSecond > 0 ? key.messagesPerSecond : m_options.messagesPerSecond,
            .quota = key.messagesPerDay > 0 ? key.messagesPerDay : m_options.messagesPerDay};
}

template <typename Use> bool KeyLimitTable::withCounts(qint64 apiKeyId, Use &&use)
{
    {
        const std::shared_lock lock(m_mutex);
        if (const auto found = m_counts.find(apiKeyId); found != m_counts.end()) {
            use(found->second);
            return true;
        }
    }
    const std::lock_guard lock(m_mutex);
    if (m_counts.size() >= static_cast<std::size_t>(m_options.maximumLimitedKeys) && !m_counts.contains(apiKeyId))
        dropQuietKeys();
    if (m_counts.size() >= static_cast<std::size_t>(m_options.maximumLimitedKeys) && !m_counts.contains(apiKeyId))
        return false;
    use(m_counts[apiKeyId]);
    return true;
}

void KeyLimitTable::dropQuietKeys()
{
    const qint64 now = steadyNanoseconds();
    const qint64 day = today();
    std::erase_if(m_counts, [&](const auto &entry) {
        return entry.second.paidUntil.load(std::memory_order_relaxed) <= now
            && sentOn(entry.second.daily.load(std::memory_order_relaxed), day) == 0;
    });
}

qint64 KeyLimitTable::steadyNanoseconds() const
{
    return std::chrono::duration_cast<std::chrono::nanoseconds>(m_clock.steadyNow().time_since_epoch()).count();
}

qint64 KeyLimitTable::today() const
{
    return std::chrono::floor<std::chrono::days>(m_clock.now()).time_since_epoch().count();
}

} // namespace hudhud
