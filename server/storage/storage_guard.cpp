// SPDX-License-Identifier: GPL-3.0-or-later
#include "storage/storage_guard.h"

#include "logging/log_line.h"

#include <QLoggingCategory>

namespace hudhud {

Q_LOGGING_CATEGORY(lcStorage, "hudhud.storage")

namespace {

/// Whether the store is to blame, not the caller and not the time.
bool isFailureOfStore(const Error &error)
{
    return error.errorClass() == ErrorClass::System || error.code() == ErrorCode::Timeout;
}

QByteArray conditionMetric(const char *name)
{
    return QByteArray("hudhud_storage_") + name;
}

} // namespace

StorageGuard::StorageGuard(CircuitBreakers &breakers, const QByteArray &dependency, MetricsRegistry &metrics)
    : m_dependency(dependency)
    , m_breaker(breakers.of(dependency))
    , m_rejectedCalls(metrics.counter("hudhud_storage_rejected_calls_total",
                                      "Commits and reads that failed fast because the breaker was open.",
                                      {{"dependency", dependency}}))
    , m_readOnly(metrics.gauge(conditionMetric("read_only"), "1 after a failed sync, until the store is reopened.",
                               {{"dependency", dependency}}))
    , m_damaged(metrics.gauge(conditionMetric("damaged"), "1 while the store says that its files are damaged.",
                              {{"dependency", dependency}}))
    , m_full(metrics.gauge(conditionMetric("full"), "1 while the disk of the store is full.",
                           {{"dependency", dependency}}))
    , m_hanging(metrics.gauge(conditionMetric("hanging"), "1 while a call to the store does not come back.",
                              {{"dependency", dependency}}))
{
}

Result<BreakerPermit> StorageGuard::enter()
{
    if (const auto permit = m_breaker.tryAcquire())
        return *permit;
    m_rejectedCalls.add();
    return std::unexpected(Error(ErrorCode::StorageUnavailable,
                                 QStringLiteral("The store has failed repeatedly and is being given a rest; nothing was "
                                                "stored. Send the request again after the time in Retry-After.")));
}

void StorageGuard::leave(BreakerPermit permit, const Error *failure)
{
    if (!failure || !isFailureOfStore(*failure)) {
        m_breaker.recordSuccess(permit);
        if (m_condition.load(std::memory_order_relaxed) != Condition::Working)
            enterCondition(Condition::Working, {});
        return;
    }
    const QByteArray reason = failure->message().toUtf8();
    m_breaker.recordFailure(permit, reason);
    if (failure->code() == ErrorCode::StorageReadOnly)
        enterCondition(Condition::ReadOnly, reason);
    else if (failure->code() == ErrorCode::StorageCorrupt)
        enterCondition(Condition::Damaged, reason);
    else if (failure->code() == ErrorCode::StorageFull)
        enterCondition(Condition::Full, reason);
    else if (m_condition.load(std::memory_order_relaxed) == Condition::Hanging)
        enterCondition(Condition::Working, {}); // It came back, if only to fail; the breaker has the rest.
}

void StorageGuard::noteHang()
{
    const QByteArray reason = "a call has not come back within its time limit";
    m_breaker.trip(reason);
    enterCondition(Condition::Hanging, reason);
}

std::optional<QByteArray> StorageGuard::unusableReason() const
{
    switch (m_condition.load()) {
    case Condition::ReadOnly:
        return "the store is read-only after a failed sync; restart the server to open it again";
    case Condition::Damaged:
        return "the files of the store are damaged; see the log, and restore them from a backup";
    case Condition::Full:
        return "the disk of the store is full; make room";
    case Condition::Hanging:
        return "the store hangs: " + m_dependency + " does not come back";
    case Condition::Working:
        break;
    }
    const BreakerState state = m_breaker.state();
    if (state == BreakerState::Closed)
        return std::nullopt;
    return "the breaker of " + m_dependency + " is " + breakerStateName(state) + ": "
        + m_breaker.snapshot().lastFailure;
}

void StorageGuard::enterCondition(Condition condition, const QByteArray &reason)
{
    if (m_condition.exchange(condition) == condition)
        return;
    m_readOnly.set(condition == Condition::ReadOnly);
    m_damaged.set(condition == Condition::Damaged);
    m_full.set(condition == Condition::Full);
    m_hanging.set(condition == Condition::Hanging);
    if (condition == Condition::Working)
        qCInfo(lcStorage) << "the store works again" << LogField("dependency", m_dependency);
    else
        qCCritical(lcStorage) << "the store cannot be used" << LogField("dependency", m_dependency)
                              << LogField("reason", reason);
}

} // namespace hudhud
