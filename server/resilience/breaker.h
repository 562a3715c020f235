// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "config/configuration.h"
#include "plugin-api/circuit_breaker.h"
#include "plugin-api/metrics.h"
#include "resilience/failure_window.h"

#include <mutex>

namespace hudhud {

/// The state machine of one breaker. Opens after a number of failures in a row, or when the share of failures in a
/// sliding window is too high; after a rest it lets trial calls through: all of them well closes it, one failure opens
/// it again. Thread: any. Lock: its own, held to count; listeners are called without it.
class Breaker final : public CircuitBreaker
{
public:
    /// `stateGauge` shows the state; `listener` may be empty. Ownership: clock and gauge outlive the breaker.
    Breaker(QByteArray dependency, const BreakerOptions &options, const Clock &clock, Gauge &stateGauge,
            CircuitBreakers::Listener listener = {});

    std::optional<BreakerPermit> tryAcquire() override;
    void recordSuccess(BreakerPermit permit) override;
    void recordFailure(BreakerPermit permit, const QByteArray &reason) override;
    void trip(const QByteArray &reason) override;
    void reset() override;
    BreakerState state() const override;
    BreakerSnapshot snapshot() const override;
    std::chrono::milliseconds retryAfter() const override;

private:
    using Change = std::optional<BreakerChange>;

    Change enterLocked(BreakerState state, const QByteArray &reason);
    BreakerState stateLocked() const;
    bool hasTooManyFailuresLocked();
    void tell(const Change &change) const;

    const QByteArray m_dependency;
    const BreakerOptions m_options;
    const Clock &m_clock;
    Gauge &m_stateGauge;
    const CircuitBreakers::Listener m_listener;

    mutable std::mutex m_mutex; ///< Guards the rest.
    BreakerState m_state = BreakerState::Closed;
    quint64 m_generation = 1; ///< Grows with every change of state.
    Timestamp m_changedAt;
    SteadyTime m_openUntil{};
    int m_consecutiveFailures = 0;
    int m_trialsBegun = 0;
    int m_trialsSucceeded = 0;
    FailureWindow m_window;
    qint64 m_rejectedCalls = 0;
    qint64 m_openings = 0;
    QByteArray m_lastFailure;
};

} // namespace hudhud
