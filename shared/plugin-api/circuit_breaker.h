// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/clock.h"
#include "core/error.h"

#include <QByteArray>

#include <chrono>
#include <functional>
#include <optional>
#include <vector>

namespace hudhud {

/// Shown in metrics as its number: never renumber.
enum class BreakerState : quint8 {
    Closed = 0,   ///< Calls go through.
    Open = 1,     ///< Calls fail fast; the dependency is given a rest.
    HalfOpen = 2, ///< A few trial calls go through; they decide.
};

/// "closed", "open", "half-open".
const char *breakerStateName(BreakerState state);

/// The right to make one call. Ends with exactly one `recordSuccess` or `recordFailure`.
struct BreakerPermit
{
    quint64 generation = 0; ///< Outcomes of calls that began before the latest change of state do not count.
};

/// A breaker as operators see it.
struct BreakerSnapshot
{
    QByteArray dependency;
    BreakerState state = BreakerState::Closed;
    Timestamp changedAt{}; ///< When it came into this state.
    int consecutiveFailures = 0;
    qint64 windowCalls = 0; ///< Within the sliding window.
    qint64 windowFailures = 0;
    qint64 rejectedCalls = 0; ///< Failed fast, ever.
    qint64 openings = 0;      ///< Ever.
    QByteArray lastFailure;   ///< One line; empty while there was none.
};

/// Stands before one dependency: lets calls through while it works, and none while it does not, so that callers are
/// answered at once and the dependency can recover. Belongs on the way of batches and requests, never of single
/// messages. Thread: any; a short lock per call.
class CircuitBreaker
{
public:
    virtual ~CircuitBreaker() = default;
    /// Nothing: fail fast.
    virtual std::optional<BreakerPermit> tryAcquire() = 0;
    /// The dependency works. Refusals that are the caller's fault are successes here.
    virtual void recordSuccess(BreakerPermit permit) = 0;
    /// The dependency does not work; `reason` is one line for operators.
    virtual void recordFailure(BreakerPermit permit, const QByteArray &reason) = 0;
    /// Opens at once: the dependency is known to hang, and no further call has to find that out.
    virtual void trip(const QByteArray &reason) = 0;
    /// Closes at once and forgets what was counted.
    virtual void reset() = 0;
    /// HalfOpen as soon as a trial call would be let through.
    virtual BreakerState state() const = 0;
    virtual BreakerSnapshot snapshot() const = 0;
    /// How long until a trial call is let through; 0 unless open.
    virtual std::chrono::milliseconds retryAfter() const = 0;
};

struct BreakerChange
{
    QByteArray dependency;
    BreakerState from = BreakerState::Closed;
    BreakerState to = BreakerState::Closed;
    QByteArray reason; ///< Why, one line.
};

/// All breakers of the node by the name of what they guard: "storage-write", "storage-read", "webhook". Thread: any.
class CircuitBreakers
{
public:
    using Listener = std::function<void(const BreakerChange &change)>;

    virtual ~CircuitBreakers() = default;
    /// The breaker of that name, made when it is first asked for; lives as long as this object.
    virtual CircuitBreaker &of(const QByteArray &dependency) = 0;
    /// By name.
    virtual std::vector<BreakerSnapshot> list() const = 0;
    /// Closes one by hand. Errors: NotFound.
    virtual Result<void> reset(const QByteArray &dependency) = 0;
    /// `listener` is called on the thread that caused a change, after it, and must not block. Before the first call.
    virtual void onStateChanged(Listener listener) = 0;
};

} // namespace hudhud
