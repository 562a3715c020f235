// SPDX-License-Identifier: GPL-3.0-or-later
#include "resilience/breaker_registry.h"

#include "logging/log_line.h"

#include <QLoggingCategory>

namespace hudhud {

Q_LOGGING_CATEGORY(lcBreaker, "hudhud.breaker")

namespace {

Gauge &stateGauge(MetricsRegistry &metrics, const QByteArray &dependency)
{
    return metrics.gauge("hudhud_breaker_state", "State of a dependency's breaker: 0 closed, 1 open, 2 half-open.",
                         {{"dependency", dependency}});
}

Counter &transitionCounter(MetricsRegistry &metrics, const QByteArray &dependency, BreakerState state)
{
    return metrics.counter("hudhud_breaker_transitions_total", "How often a breaker came into a state.",
                           {{"dependency", dependency}, {"state", breakerStateName(state)}});
}

} // namespace

BreakerRegistry::BreakerRegistry(const BreakerOptions &options, MetricsRegistry &metrics, const Clock &clock)
    : m_options(options)
    , m_metrics(metrics)
    , m_clock(clock)
{
}

CircuitBreaker &BreakerRegistry::of(const QByteArray &dependency)
{
    const std::scoped_lock lock(m_mutex);
    std::unique_ptr<Breaker> &breaker = m_breakers[dependency];
    if (!breaker) {
        breaker = std::make_unique<Breaker>(dependency, m_options, m_clock, stateGauge(m_metrics, dependency),
                                            [this](const BreakerChange &change) { changed(change); });
    }
    return *breaker;
}

std::vector<BreakerSnapshot> BreakerRegistry::list() const
{
    const std::scoped_lock lock(m_mutex);
    std::vector<BreakerSnapshot> snapshots;
    for (const auto &[dependency, breaker] : m_breakers)
        snapshots.push_back(breaker->snapshot());
    return snapshots;
}

Result<void> BreakerRegistry::reset(const QByteArray &dependency)
{
    Breaker *breaker = nullptr;
    {
        const std::scoped_lock lock(m_mutex);
        const auto found = m_breakers.find(dependency);
        if (found == m_breakers.end())
            return std::unexpected(Error(ErrorCode::NotFound,
                                         QStringLiteral("There is no breaker \"%1\"; the list of breakers names them.")
                                             .arg(QString::fromUtf8(dependency))));
        breaker = found->second.get();
    }
    breaker->reset();
    return {};
}

void BreakerRegistry::onStateChanged(Listener listener)
{
    m_listeners.push_back(std::move(listener));
}

void BreakerRegistry::changed(const BreakerChange &change)
{
    transitionCounter(m_metrics, change.dependency, change.to).add();
    const bool isAlarm = change.to == BreakerState::Open;
    (isAlarm ? QMessageLogger().critical(lcBreaker) : QMessageLogger().info(lcBreaker))
        << "breaker changed" << LogField("dependency", change.dependency)
        << LogField("from", QByteArray(breakerStateName(change.from)))
        << LogField("to", QByteArray(breakerStateName(change.to))) << LogField("reason", change.reason);
    for (const Listener &listener : m_listeners)
        listener(change);
}

} // namespace hudhud
