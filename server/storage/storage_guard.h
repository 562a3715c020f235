// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "plugin-api/circuit_breaker.h"
#include "plugin-api/metrics.h"

#include <atomic>
#include <optional>

namespace hudhud {

/// Stands before the store, once for writes and once for reads: asks the breaker, tells it how calls ended, and knows
/// why the store cannot be used. Thread: any.
class StorageGuard
{
public:
    /// `dependency`: the breaker's name. Ownership: the breakers and the metrics outlive the guard.
    StorageGuard(CircuitBreakers &breakers, const QByteArray &dependency, MetricsRegistry &metrics);

    /// Before a call. Errors: StorageUnavailable while the breaker does not let it through.
    Result<BreakerPermit> enter();
    /// After it, with the error that the store gave, or null.
    void leave(BreakerPermit permit, const Error *failure);
    /// A call has not come back for longer than the limit.
    void noteHang();

    /// Nothing while the store can be used, else why not (one line).
    std::optional<QByteArray> unusableReason() const;

private:
    enum class Condition : quint8 { Working, ReadOnly, Damaged, Full, Hanging };

    void enterCondition(Condition condition, const QByteArray &reason);

    const QByteArray m_dependency;
    CircuitBreaker &m_breaker;
    Counter &m_rejectedCalls;
    Gauge &m_readOnly;
    Gauge &m_damaged;
    Gauge &m_full;
    Gauge &m_hanging;
    std::atomic<Condition> m_condition{Condition::Working};
};

} // namespace hudhud
