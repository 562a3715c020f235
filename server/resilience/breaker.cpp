// SPDX-License-Identifier: GPL-3.0-or-later
#include "resilience/breaker.h"

#include <utility>

namespace hudhud {

Breaker::Breaker(QByteArray dependency, const BreakerOptions &options, const Clock &clock, Gauge &stateGauge,
                 CircuitBreakers::Listener listener)
    : m_dependency(std::move(dependency))
    , m_options(options)
    , m_clock(clock)
    , m_stateGauge(stateGauge)
    , m_listener(std::move(listener))
    , m_changedAt(clock.now())
    , m_window(options.window)
{
    m_stateGauge.set(static_cast<qint64>(m_state));
}

std::optional<BreakerPermit> Breaker::tryAcquire()
{
    Change change;
    std::optional<BreakerPermit> permit;
    {
        const std::scoped_lock lock(m_mutex);
        if (m_state == BreakerState::Open && stateLocked() == BreakerState::HalfOpen)
            change = enterLocked(BreakerState::HalfOpen, "the recovery time has passed");
        const bool isAllowed = m_state == BreakerState::Closed
            || (m_state == BreakerState::HalfOpen && m_trialsBegun < m_options.trialCalls);
        if (isAllowed)
            permit = BreakerPermit{m_generation};
        else
            ++m_rejectedCalls;
        if (isAllowed && m_state == BreakerState::HalfOpen)
            ++m_trialsBegun;
    }
    tell(change);
    return permit;
}

void Breaker::recordSuccess(BreakerPermit permit)
{
    Change change;
    {
        const std::scoped_lock lock(m_mutex);
        if (permit.generation != m_generation)
            return;
        m_consecutiveFailures = 0;
        m_window.add(m_clock.steadyNow(), false);
        if (m_state == BreakerState::HalfOpen && ++m_trialsSucceeded >= m_options.trialCalls)
            change = enterLocked(BreakerState::Closed, "the trial calls succeeded");
    }
    tell(change);
}

void Breaker::recordFailure(BreakerPermit permit, const QByteArray &reason)
{
    Change change;
    {
        const std::scoped_lock lock(m_mutex);
        if (permit.generation != m_generation)
            return;
        m_lastFailure = reason;
        ++m_consecutiveFailures;
        m_window.add(m_clock.steadyNow(), true);
        if (m_state == BreakerState::HalfOpen || hasTooManyFailuresLocked())
            change = enterLocked(BreakerState::Open, reason);
    }
    tell(change);
}

void Breaker::trip(const QByteArray &reason)
{
    Change change;
    {
        const std::scoped_lock lock(m_mutex);
        m_lastFailure = reason;
        change = enterLocked(BreakerState::Open, reason);
    }
    tell(change);
}

void Breaker::reset()
{
    Change change;
    {
        const std::scoped_lock lock(m_mutex);
        change = enterLocked(BreakerState::Closed, "reset by hand");
    }
    tell(change);
}

BreakerState Breaker::state() const
{
    const std::scoped_lock lock(m_mutex);
    return stateLocked();
}

BreakerSnapshot Breaker::snapshot() const
{
    const std::scoped_lock lock(m_mutex);
    const FailureWindow::Counts counts = m_window.counts(m_clock.steadyNow());
    return {.dependency = m_dependency,
            .state = stateLocked(),
            .changedAt = m_changedAt,
            .consecutiveFailures = m_consecutiveFailures,
            .windowCalls = counts.calls,
            .windowFailures = counts.failures,
            .rejectedCalls = m_rejectedCalls,
            .openings = m_openings,
            .lastFailure = m_lastFailure};
}

std::chrono::milliseconds Breaker::retryAfter() const
{
    const std::scoped_lock lock(m_mutex);
    if (stateLocked() != BreakerState::Open)
        return std::chrono::milliseconds(0);
    return std::chrono::ceil<std::chrono::milliseconds>(m_openUntil - m_clock.steadyNow());
}

/// Nothing to tell when the state stays the same; the counts begin anew all the same.
Breaker::Change Breaker::enterLocked(BreakerState state, const QByteArray &reason)
{
    const BreakerState before = std::exchange(m_state, state);
    ++m_generation;
    m_trialsBegun = 0;
    m_trialsSucceeded = 0;
    if (state == BreakerState::Open)
        m_openUntil = m_clock.steadyNow() + m_options.recoveryTimeout;
    if (state == BreakerState::Closed) {
        m_consecutiveFailures = 0;
        m_window.clear();
    }
    if (before == state)
        return std::nullopt;
    m_changedAt = m_clock.now();
    m_stateGauge.set(static_cast<qint64>(state));
    m_openings += state == BreakerState::Open ? 1 : 0;
    return BreakerChange{.dependency = m_dependency, .from = before, .to = state, .reason = reason};
}

BreakerState Breaker::stateLocked() const
{
    const bool hasRested = m_state == BreakerState::Open && m_clock.steadyNow() >= m_openUntil;
    return hasRested ? BreakerState::HalfOpen : m_state;
}

bool Breaker::hasTooManyFailuresLocked()
{
    if (m_consecutiveFailures >= m_options.consecutiveFailures)
        return true;
    const FailureWindow::Counts counts = m_window.counts(m_clock.steadyNow());
    return counts.calls >= m_options.minimumCalls
        && static_cast<double>(counts.failures) >= m_options.failureRate * static_cast<double>(counts.calls);
}

void Breaker::tell(const Change &change) const
{
    if (change && m_listener)
        m_listener(*change);
}

} // namespace hudhud
