// SPDX-License-Identifier: GPL-3.0-or-later
#include "storage/consistency_run.h"

#include <QLoggingCategory>

Q_LOGGING_CATEGORY(lcConsistency, "hudhud.storage.consistency")

namespace hudhud {

namespace {

struct StepResult
{
    ConsistencyStep step;
    qint64 repaired = 0;
};

Result<StepResult> checkAndRepair(ConsistencyCheck &store, const ConsistencyRunOptions &options,
                                  const QByteArray &from, Timestamp now)
{
    auto step = store.check(options.scope, from, options.rowsPerStep, now - options.leaseGrace);
    if (!step)
        return std::unexpected(step.error());
    StepResult result{std::move(*step), 0};
    if (!options.repairs)
        return result;
    for (const Inconsistency &finding : result.step.findings) {
        const auto repaired = store.repair(finding, now);
        if (!repaired)
            return std::unexpected(repaired.error());
        result.repaired += *repaired ? 1 : 0;
    }
    return result;
}

/// One pass; lives from step to step in the completions.
class Run : public std::enable_shared_from_this<Run>
{
public:
    Run(StorageClient &client, const ConsistencyRunOptions &options, const Clock &clock,
        Completion<ConsistencyReport> completion)
        : m_client(client)
        , m_options(options)
        , m_clock(clock)
        , m_completion(std::move(completion))
    {
    }

    void next(const QByteArray &from)
    {
        m_client.write<StepResult>(
            [options = m_options, from, now = m_clock.now()](StorageWriter &writer) {
                return checkAndRepair(writer.consistency(), options, from, now);
            },
            [self = shared_from_this()](Result<StepResult> result) { self->take(std::move(result)); });
    }

private:
    void take(Result<StepResult> &&result)
    {
        if (!result) {
            m_completion(std::unexpected(std::move(result.error())));
            return;
        }
        m_report.examined += result->step.examined;
        m_report.repaired += result->repaired;
        for (Inconsistency &finding : result->step.findings) {
            ++m_report.found[static_cast<std::size_t>(finding.kind)];
            if (m_report.findings.size() == m_options.maximumFindings)
                continue;
            qCWarning(lcConsistency, "message=%s kind=%s explanation=\"%s\"", finding.id.toString().constData(),
                      inconsistencyKindName(finding.kind).data(), finding.explanation.constData());
            m_report.findings.push_back(std::move(finding));
        }
        if (result->step.next.isEmpty())
            m_completion(std::move(m_report));
        else
            next(result->step.next);
    }

    StorageClient &m_client;
    const ConsistencyRunOptions m_options;
    const Clock &m_clock;
    Completion<ConsistencyReport> m_completion;
    ConsistencyReport m_report;
};

} // namespace

void runConsistencyCheck(StorageClient &client, const ConsistencyRunOptions &options, const Clock &clock,
                         Completion<ConsistencyReport> completion)
{
    std::make_shared<Run>(client, options, clock, std::move(completion))->next({});
}

} // namespace hudhud
