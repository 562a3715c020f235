// SPDX-License-Identifier: GPL-3.0-or-later
#include "resilience/breaker_registry.h"

#include "logging/log_line.h"

#include <QLoggingCategory>

namespace hudhud {

Q_LOGGING_CATEGORY(lcBreaker, "hudhud.breaker")

BreakerRegistry::BreakerRegistry(const BreakerOptions &options, MetricsRegistry &metrics, const Clock &clock)
    : m_options(options)
    , m_metrics(metrics)
    , m_clock(clock)
{
}

CircuitBreaker &BreakerRegistry::of(const QByteArray &dependency)
{
    const std::scoped_lock lock(m_mutex);
    auto entry = m_breakers.find(dependency);
    if (entry == m_breakers.end())
        entry = m_breakers.emplace(dependency, makeEntry(dependency)).first;
    return *entry->second.breaker;
}

BreakerRegistry::Entry BreakerRegistry::makeEntry(const QByteArray &dependency)
{
    Entry entry;
    for (const BreakerState state : {BreakerState::Closed, BreakerState::Open, BreakerState::HalfOpen}) {
        entry.transitions.at(static_cast<std::size_t>(state))
            = &m_metrics.counter("hudhud_breaker_transitions_total", "How often a breaker came into a state.",
                                 {{"dependency", dependency}, {"state", breakerStateName(state)}});
    }
    Gauge &stateGauge = m_metrics.gauge("hudhud_breaker_state",
                                        "State of a dependency's breaker: 0 closed, 1 open, 2 half-open.",
                                        {{"dependency", dependency}});
    entry.breaker = std::make_unique<Breaker>(
        dependency, m_options, m_clock, stateGauge,
        [this, transitions = entry.transitions](const BreakerChange &change) {
            changed(change, *transitions.at(static_cast<std::size_t>(change.to)));
        });
    return entry;
}

std::vector<BreakerSnapshot> BreakerRegistry::list() const
{
    const std::scoped_lock lock(m_mutex);
    std::vector<BreakerSnapshot> snapshots;
    for (const auto &[dependency, entry] : m_breakers)
        snapshots.push_back(entry.breaker->snapshot());
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
        breaker = found->second.breaker.get();
    }
    breaker->reset();
    return {};
}

void BreakerRegistry::onStateChanged(Listener listener)
{
    m_listeners.push_back(std::move(listener));
}

void BreakerRegistry::changed(const BreakerChange &change, Counter &transitions) const
{
    transitions.add();
    const bool isAlarm = change.to == BreakerState::Open;
    (isAlarm ? QMessageLogger().critical(lcBreaker) : QMessageLogger().info(lcBreaker))
        << "breaker changed" << LogField("dependency", change.dependency)
        << LogField("from", QByteArray(breakerStateName(change.from)))
        << LogField("to", QByteArray(breakerStateName(change.to))) << LogField("reason", change.reason);
    for (const Listener &listener : m_listeners)
        listener(change);
}

} // namespace hudhud
