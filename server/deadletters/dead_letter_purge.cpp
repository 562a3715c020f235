// SPDX-License-Identifier: GPL-3.0-or-later
#include "deadletters/dead_letter_purge.h"

#include "plugin-api/job_store.h"

namespace hudhud {

namespace {

using namespace std::chrono_literals;

constexpr int RowsPerStep = 1'000;
constexpr int JobsPerStep = 1; ///< Each may have a million items.
constexpr std::chrono::milliseconds StepPause = 20ms;

/// Result: whether there may be more.
Result<bool> purgeStep(StorageWriter &writer, const DeadLetterOptions &options, Timestamp now)
{
    const auto letters = writer.deadLetters().purgeDiscarded(now - options.undoWindow, RowsPerStep);
    if (!letters)
        return std::unexpected(letters.error());
    const auto jobs = writer.jobs().purge(now - options.retainJobs, JobsPerStep);
    if (!jobs)
        return std::unexpected(jobs.error());
    const auto records = writer.audit().purge(now - options.retainAudit, RowsPerStep);
    if (!records)
        return std::unexpected(records.error());
    return *letters == RowsPerStep || *jobs == JobsPerStep || *records == RowsPerStep;
}

} // namespace

DeadLetterPurge::DeadLetterPurge(const DeadLetterOptions &options, const StorageOptions &storage, const Clock &clock)
    : m_options(options)
    , m_storage(storage)
    , m_clock(clock)
{
    m_timer.setSingleShot(true);
    QObject::connect(&m_timer, &QTimer::timeout, &m_timer, [this] { purge(); });
}

void DeadLetterPurge::start(StorageClient &client)
{
    m_client = &client;
    m_lifetime = std::make_shared<char>();
    m_timer.start(m_storage.purgeInterval);
}

void DeadLetterPurge::stop()
{
    m_lifetime.reset();
    m_timer.stop();
    m_client = nullptr;
}

void DeadLetterPurge::purge()
{
    m_client->write<bool>(
        [options = m_options, now = m_clock.now()](StorageWriter &writer) { return purgeStep(writer, options, now); },
        [this, lifetime = std::weak_ptr(m_lifetime)](const Result<bool> &hasMore) {
            if (!lifetime.expired())
                m_timer.start(hasMore.value_or(false) ? StepPause : m_storage.purgeInterval);
        });
}

} // namespace hudhud
