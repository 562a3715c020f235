// SPDX-License-Identifier: GPL-3.0-or-later
#include "deadletters/job_runner.h"

#include <QLoggingCategory>

#include <algorithm>
#include <limits>

namespace hudhud {

Q_LOGGING_CATEGORY(lcJobs, "hudhud.jobs")

namespace {

using namespace std::chrono_literals;

/// A paced job takes what has gathered in this time as one transaction.
constexpr std::chrono::milliseconds PaceInterval = 20ms;
constexpr std::chrono::milliseconds CanaryInterval = 500ms;
constexpr std::chrono::milliseconds StorageBackoff = 1s;

enum class CanaryVerdict : quint8 { Wait, Pass, Stop };

CanaryVerdict judge(const JobCanary &canary, const JobOutcome &outcome, bool isTimeUp)
{
    const auto isTooMany
        = [&](qint64 failed) { return failed * 100 > outcome.moved * canary.maximumFailurePercent; };
    if (isTooMany(outcome.deadAgain))
        return CanaryVerdict::Stop;
    if (outcome.delivered + outcome.deadAgain == outcome.moved)
        return CanaryVerdict::Pass;
    if (!isTimeUp)
        return CanaryVerdict::Wait;
    return isTooMany(outcome.moved - outcome.delivered) ? CanaryVerdict::Stop : CanaryVerdict::Pass;
}

QByteArray canaryText(const JobOutcome &outcome)
{
    return "canary: " + QByteArray::number(outcome.delivered) + " of " + QByteArray::number(outcome.moved)
        + " delivered, " + QByteArray::number(outcome.deadAgain) + " dead again";
}

} // namespace

JobRunner::JobRunner(Parts parts)
    : m_parts(std::move(parts))
    , m_replayed(m_parts.metrics.counter("hudhud_dead_letters_replayed_total", "Dead letters that jobs have queued again."))
    , m_refused(m_parts.metrics.counter("hudhud_dead_letters_refused_total", "Dead letters that jobs have left alone."))
    , m_failures(m_parts.metrics.counter("hudhud_jobs_storage_failures_total",
                                         "Steps of jobs that the store did not take; they are tried again."))
    , m_running(m_parts.metrics.gauge("hudhud_jobs_running", "Jobs over dead letters that are moving."))
{
    m_timer.setSingleShot(true);
    m_timer.setTimerType(Qt::PreciseTimer);
    QObject::connect(&m_timer, &QTimer::timeout, &m_timer, [this] { work(); });
}

void JobRunner::start(StorageClient &client)
{
    m_client = &client;
    m_lifetime = std::make_shared<char>();
    refresh();
}

void JobRunner::stop()
{
    m_lifetime.reset();
    m_timer.stop();
    m_entries.clear();
    m_isRefreshing = false;
    m_client = nullptr;
}

void JobRunner::wake()
{
    QMetaObject::invokeMethod(&m_timer, [this] { refresh(); }, Qt::QueuedConnection);
}

void JobRunner::refresh()
{
    if (!m_client)
        return;
    if (m_isRefreshing) {
        m_needsRefresh = true;
        return;
    }
    m_isRefreshing = true;
    m_client->read<std::vector<Job>>([](StorageReader &reader) { return reader.jobs().running(); },
                                     [this, lifetime = std::weak_ptr(m_lifetime)](Result<std::vector<Job>> jobs) {
                                         if (!lifetime.expired())
                                             refreshed(std::move(jobs));
                                     });
}

void JobRunner::refreshed(Result<std::vector<Job>> jobs)
{
    m_isRefreshing = false;
    if (!jobs) {
        m_failures.add();
        QTimer::singleShot(StorageBackoff, &m_timer, [this] { refresh(); });
        return;
    }
    // The oldest come first; the others wait until one of them has ended.
    if (std::ssize(*jobs) > m_parts.options.maximumRunning)
        jobs->resize(static_cast<std::size_t>(m_parts.options.maximumRunning));
    std::erase_if(m_entries, [&jobs](const auto &entry) {
        return !entry.second.isBusy && std::ranges::find(*jobs, entry.first, &Job::id) == jobs->end();
    });
    for (Job &job : *jobs) {
        const auto [entry, isNew] = m_entries.try_emplace(job.id);
        if (isNew)
            keep(entry->second, std::move(job));
        else
            takeRate(entry->second, job);
    }
    m_running.set(std::ssize(m_entries));
    if (std::exchange(m_needsRefresh, false))
        refresh();
    work();
}

/// What a slice has brought is as new as what was looked up, or newer; only what operators change is taken.
void JobRunner::takeRate(Entry &entry, const Job &job)
{
    if (entry.isBusy || entry.job.rate == job.rate)
        return;
    entry.job.rate = job.rate;
    entry.notBefore = {};
    setPace(entry);
}

void JobRunner::setPace(Entry &entry)
{
    // Only what goes out to phones has to be paced.
    entry.bucket.setRate(entry.job.kind == JobKind::Replay ? entry.job.rate : 0, m_parts.clock.steadyNow());
}

void JobRunner::work()
{
    const SteadyTime now = m_parts.clock.steadyNow();
    for (auto &[id, entry] : m_entries) {
        if (!entry.isBusy && now >= entry.notBefore)
            workOn(entry, now);
    }
    schedule();
}

void JobRunner::workOn(Entry &entry, SteadyTime now)
{
    if (entry.job.isWatchingCanary()) {
        lookAtCanary(entry);
        return;
    }
    const int count = entry.bucket.available(now, m_parts.options.slice);
    if (count == 0) {
        entry.notBefore = now + std::max(entry.bucket.wait(now), PaceInterval);
        return;
    }
    takeSlice(entry, count);
}

void JobRunner::takeSlice(Entry &entry, int count)
{
    entry.isBusy = true;
    entry.bucket.take(count);
    const qint64 id = entry.job.id;
    m_client->write<JobSlice>(
        [id, count, now = m_parts.clock.now()](StorageWriter &writer) { return writer.jobs().advance(id, count, now); },
        [this, id, count, lifetime = std::weak_ptr(m_lifetime)](Result<JobSlice> slice) {
            if (!lifetime.expired())
                tookSlice(id, count, std::move(slice));
        });
}

void JobRunner::tookSlice(qint64 id, int count, Result<JobSlice> slice)
{
    Entry *entry = entryOf(id);
    entry->isBusy = false;
    if (!slice) {
        m_failures.add();
        entry->notBefore = m_parts.clock.steadyNow() + StorageBackoff;
        schedule();
        return;
    }
    const auto moved = std::ssize(slice->replayed);
    m_replayed.add(moved);
    m_refused.add(slice->refused);
    entry->bucket.take(static_cast<int>(moved) - count); // What was not moved has not cost anything.
    m_parts.route(slice->replayed);
    if (slice->job.rate > 0 && slice->job.kind == JobKind::Replay)
        entry->notBefore = m_parts.clock.steadyNow() + PaceInterval;
    keep(*entry, std::move(slice->job));
    work();
}

void JobRunner::lookAtCanary(Entry &entry)
{
    entry.isBusy = true;
    const qint64 id = entry.job.id;
    m_client->read<JobOutcome>(
        [id, count = entry.job.canary.count](StorageReader &reader) { return reader.jobs().outcome(id, count); },
        [this, id, lifetime = std::weak_ptr(m_lifetime)](const Result<JobOutcome> &outcome) {
            if (!lifetime.expired())
                lookedAtCanary(id, outcome);
        });
}

void JobRunner::lookedAtCanary(qint64 id, const Result<JobOutcome> &outcome)
{
    Entry *entry = entryOf(id);
    entry->isBusy = false;
    entry->notBefore = m_parts.clock.steadyNow() + CanaryInterval;
    if (!outcome) {
        m_failures.add();
        schedule();
        return;
    }
    const Timestamp now = m_parts.clock.now();
    const bool isTimeUp = now >= entry->job.canarySince.value_or(now) + entry->job.canary.timeout;
    switch (judge(entry->job.canary, *outcome, isTimeUp)) {
    case CanaryVerdict::Wait:
        schedule();
        return;
    case CanaryVerdict::Pass:
        change(*entry, "job.pass-canary", {.state = {}, .rate = {}, .passesCanary = true, .error = {}});
        return;
    case CanaryVerdict::Stop:
        qCWarning(lcJobs, "job %lld stopped: %s", static_cast<long long>(id), canaryText(*outcome).constData());
        change(*entry, "job.stop",
               {.state = JobState::Stopped, .rate = {}, .passesCanary = false, .error = canaryText(*outcome)});
        return;
    }
}

void JobRunner::change(Entry &entry, const char *action, JobChange change)
{
    entry.isBusy = true;
    AuditRecord audit;
    audit.time = m_parts.clock.now();
    audit.actor = "hudhud";
    audit.action = action;
    audit.detail = "{}";
    audit.count = entry.job.position;
    audit.result = AuditOk;
    const qint64 id = entry.job.id;
    m_client->write<Job>(
        [id, change = std::move(change), audit = std::move(audit)](StorageWriter &writer) {
            return writer.jobs().change(id, change, audit);
        },
        [this, id, lifetime = std::weak_ptr(m_lifetime)](Result<Job> job) {
            if (!lifetime.expired())
                changed(id, std::move(job));
        });
}

void JobRunner::changed(qint64 id, Result<Job> job)
{
    Entry *entry = entryOf(id);
    entry->isBusy = false;
    entry->notBefore = {};
    if (job) {
        keep(*entry, std::move(*job));
    } else if (job.error().code() == ErrorCode::Conflict) {
        // An operator was quicker.
        m_entries.erase(id);
        refresh();
    } else {
        m_failures.add();
        entry->notBefore = m_parts.clock.steadyNow() + StorageBackoff;
    }
    work();
}

/// A job that does not run any more makes room for another.
void JobRunner::keep(Entry &entry, Job job)
{
    entry.job = std::move(job);
    setPace(entry);
    if (entry.job.state == JobState::Running)
        return;
    const qint64 id = entry.job.id;
    qCInfo(lcJobs, "job %lld is %s: %lld done, %lld refused", static_cast<long long>(id),
           jobStateName(entry.job.state).data(), static_cast<long long>(entry.job.done),
           static_cast<long long>(entry.job.refused));
    m_entries.erase(id);
    m_running.set(std::ssize(m_entries));
    refresh();
}

void JobRunner::schedule()
{
    std::optional<SteadyTime> next;
    for (const auto &[id, entry] : m_entries) {
        if (!entry.isBusy)
            next = std::min(next.value_or(entry.notBefore), entry.notBefore);
    }
    if (!next) {
        m_timer.stop();
        return;
    }
    const auto wait = std::chrono::ceil<std::chrono::milliseconds>(*next - m_parts.clock.steadyNow());
    m_timer.start(std::clamp<std::chrono::milliseconds>(wait, 0ms, 1h));
}

/// Of a call that has come back: entries that are busy stay.
JobRunner::Entry *JobRunner::entryOf(qint64 id)
{
    const auto found = m_entries.find(id);
    Q_ASSERT(found != m_entries.end());
    return &found->second;
}

} // namespace hudhud
