// SPDX-License-Identifier: GPL-3.0-or-later
#include "storage/consistency_service.h"

#include "logging/log_line.h"

#include <QLoggingCategory>

namespace hudhud {

Q_LOGGING_CATEGORY(lcConsistencyService, "hudhud.storage.consistency")

Result<void> ConsistencyService::run(ConsistencyScope scope, bool repairs)
{
    {
        const std::scoped_lock lock(m_mutex);
        if (m_state.isRunning) {
            return std::unexpected(Error(
                ErrorCode::Conflict, QStringLiteral("The store is being checked already; wait until that has ended.")));
        }
        m_state = {};
        m_state.isRunning = true;
        m_state.scope = scope;
        m_state.repairs = repairs;
        m_state.startedAt = m_clock.now();
    }
    ConsistencyRunOptions options;
    options.scope = scope;
    options.repairs = repairs;
    QMetaObject::invokeMethod(this, [this, options] { begin(options); });
    return {};
}

ConsistencyState ConsistencyService::state() const
{
    const std::scoped_lock lock(m_mutex);
    return m_state;
}

void ConsistencyService::begin(const ConsistencyRunOptions &options)
{
    runConsistencyCheck(*m_client, options, m_clock,
                        [this, lifetime = std::weak_ptr(m_lifetime)](Result<ConsistencyReport> report) {
                            if (!lifetime.expired())
                                ended(std::move(report));
                        });
}

void ConsistencyService::ended(Result<ConsistencyReport> &&report)
{
    if (!report)
        qCWarning(lcConsistencyService) << "the check of the store ended early"
                                        << LogField("reason", report.error().message());
    else if (report->total() > 0)
        qCWarning(lcConsistencyService) << "the store contradicted itself" << LogField("findings", report->total())
                                        << LogField("repaired", report->repaired);
    const std::scoped_lock lock(m_mutex);
    m_state.isRunning = false;
    m_state.endedAt = m_clock.now();
    if (report)
        m_state.report = std::move(*report);
    else
        m_state.error = std::move(report.error());
}

} // namespace hudhud
