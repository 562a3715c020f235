// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/overview_sampler.h"

#include "admin/api_time.h"

#include <algorithm>

namespace hudhud {

namespace {

using namespace std::chrono_literals;

constexpr auto SampleInterval = 1s;
constexpr auto GrowthInterval = 1min;
constexpr auto GrowthWindow = 10min;

} // namespace

OverviewSampler::OverviewSampler(Parts parts)
    : m_parts(std::move(parts))
{
    m_timer.setInterval(SampleInterval);
    QObject::connect(&m_timer, &QTimer::timeout, &m_timer, [this] { sample(); });
}

void OverviewSampler::start(StorageClient &storage)
{
    m_storage = &storage;
    m_meter.emplace(m_parts.metrics);
    sample();
    m_timer.start();
}

void OverviewSampler::stop()
{
    m_timer.stop();
    m_storage = nullptr;
}

void OverviewSampler::sample()
{
    const OverviewReading reading = m_meter->read(m_parts.clock);
    const double cpuUsage = m_machine.cpuUsage();
    const auto interval = m_parts.isWatched() ? FreshFigures : UnwatchedInterval;
    bool isStale = false;
    {
        const std::scoped_lock lock(m_mutex);
        m_history.add(reading, m_figures ? m_figures->statistics.pending : 0,
                      m_figures ? m_figures->statistics.deadLetters : 0);
        const OverviewSpan span = m_history.latest(5s);
        m_latest = reading;
        m_load.cpuUsage = cpuUsage;
        m_load.memoryUsage = m_machine.memoryUsage();
        m_load.activeConnections = reading.connections;
        m_load.queueDepth = reading.bufferDepth;
        m_load.requestsPerSecond = span.seconds > 0 ? static_cast<double>(span.requests) / span.seconds : 0;
        m_load.lastUpdated = reading.time;
        isStale = m_figuresAt == SteadyTime() || reading.at - m_figuresAt >= interval;
    }
    if (isStale)
        readStore();
    m_parts.sampled();
}

void OverviewSampler::readStore()
{
    if (!m_storage || std::exchange(m_isReading, true))
        return;
    m_storage->read<StoreFigures>(
        [now = m_parts.clock.now()](StorageReader &reader) { return readStoreFigures(reader, now); },
        [this, lifetime = std::weak_ptr(m_lifetime)](Result<StoreFigures> figures) {
            if (lifetime.expired())
                return;
            m_isReading = false;
            take(std::move(figures));
        });
}

void OverviewSampler::take(Result<StoreFigures> figures)
{
    const std::scoped_lock lock(m_mutex);
    m_figuresAt = m_parts.clock.steadyNow();
    m_storeFailure = figures ? QString() : figures.error().message();
    if (!figures)
        return;
    noteGrowthLocked(*figures);
    m_figures = *std::move(figures);
}

void OverviewSampler::noteGrowthLocked(const StoreFigures &figures)
{
    if (!m_growth.empty() && m_figuresAt - m_growth.back().at < GrowthInterval)
        return;
    Growth growth{.at = m_figuresAt, .total = figures.statistics.deadLetters, .groups = {}};
    for (const DeadLetterGroup &group : figures.groups)
        growth.groups.emplace_back(group.signature, group.count);
    m_growth.push_back(std::move(growth));
    while (m_figuresAt - m_growth.front().at > GrowthWindow)
        m_growth.pop_front();
}

bool OverviewSampler::hasFreshFigures() const
{
    const std::scoped_lock lock(m_mutex);
    return m_figures && m_parts.clock.steadyNow() - m_figuresAt < FreshFigures;
}

std::optional<StoreFigures> OverviewSampler::figures() const
{
    const std::scoped_lock lock(m_mutex);
    return m_figures;
}

LoadMetrics OverviewSampler::load() const
{
    const std::scoped_lock lock(m_mutex);
    return m_load;
}

admin::History OverviewSampler::history(bool isCoarse) const
{
    const std::scoped_lock lock(m_mutex);
    const auto &samples = isCoarse ? m_history.tens() : m_history.seconds();
    admin::History history;
    history.resolutionSeconds = isCoarse ? 10 : 1;
    history.samples.assign(samples.begin(), samples.end());
    return history;
}

admin::DeadLetters OverviewSampler::deadLettersLocked() const
{
    admin::DeadLetters letters;
    if (!m_figures)
        return letters;
    letters.total = m_figures->statistics.deadLetters;
    const Growth &oldest = m_growth.front();
    // A span shorter than a minute would make few letters look like many.
    const double minutes = std::max(1.0, std::chrono::duration<double>(m_figuresAt - oldest.at).count() / 60);
    letters.growthPerMinute = static_cast<double>(std::max<qint64>(0, letters.total - oldest.total)) / minutes;
    for (const DeadLetterGroup &group : m_figures->groups) {
        const auto before = std::ranges::find(oldest.groups, group.signature, &std::pair<QByteArray, qint64>::first);
        letters.groups.push_back({.signature = QString::fromUtf8(group.signature),
                                  .count = group.count,
                                  .growth = group.count - (before == oldest.groups.end() ? 0 : before->second)});
    }
    judge(letters, {});
    return letters;
}

admin::Undelivered OverviewSampler::undeliveredLocked() const
{
    admin::Undelivered undelivered;
    if (m_figures) {
        undelivered.total = m_figures->statistics.pending;
        std::optional<Timestamp> oldest;
        for (const QueueStatistics &queue : m_figures->queues) {
            if (queue.oldestCreatedAt && (!oldest || *queue.oldestCreatedAt < *oldest))
                oldest = queue.oldestCreatedAt;
        }
        if (oldest)
            undelivered.oldestSeconds = std::max(0.0, toSeconds(m_parts.clock.now() - *oldest));
        judge(undelivered, {});
    }
    if (!m_storeFailure.isEmpty()) {
        undelivered.health = admin::Health::Red;
        undelivered.reason = QStringLiteral("the store does not answer: ") + m_storeFailure;
    }
    return undelivered;
}

admin::Overview OverviewSampler::overview() const
{
    const std::scoped_lock lock(m_mutex);
    const OverviewSpan span = m_history.latest(Window);
    const auto perSecond = [&span](qint64 count) {
        return span.seconds > 0 ? static_cast<double>(count) / span.seconds : 0;
    };
    admin::Overview overview;
    overview.time = toDateTime(m_parts.clock.now());
    overview.acceptToDelivered.p50Seconds = quantileSeconds(span.deliveryTimes, 0.5);
    overview.acceptToDelivered.p99Seconds = quantileSeconds(span.deliveryTimes, 0.99);
    for (const qint64 count : span.deliveryTimes)
        overview.acceptToDelivered.count += count;
    overview.acceptToDelivered.windowSeconds = span.seconds;
    judge(overview.acceptToDelivered, {});
    overview.rates.acceptedPerSecond = perSecond(span.accepted);
    overview.rates.deliveredPerSecond = perSecond(span.delivered);
    overview.rates.failedPerSecond = perSecond(span.failed);
    overview.rates.deadLettersPerSecond = perSecond(span.deadLettered);
    judge(overview.rates, span.delivered, span.failed, {});
    overview.undelivered = undeliveredLocked();
    for (int priority = PriorityCount - 1; priority >= 0; --priority) {
        const auto name = QLatin1StringView(priorityName(static_cast<Priority>(priority)));
        const qint64 depth = m_figures ? m_figures->queues.at(static_cast<std::size_t>(priority)).depth : 0;
        overview.queues.push_back({.priority = name, .depth = depth});
    }
    overview.deadLetters = deadLettersLocked();
    overview.connections.total = m_latest.connections;
    overview.connections.inFlight = m_latest.inFlight;
    return overview;
}

} // namespace hudhud
