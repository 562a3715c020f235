// SPDX-License-Identifier: GPL-3.0-or-later
#include "plugin-api/job_store.h"

namespace hudhud {

namespace {

constexpr std::array<QByteArrayView, 5> StateNames{"running", "paused", "stopped", "completed", "cancelled"};

bool isChangeAllowed(JobState from, JobState to)
{
    switch (to) {
    case JobState::Running:
        return from == JobState::Paused || from == JobState::Stopped;
    case JobState::Paused:
    case JobState::Stopped:
        return from == JobState::Running;
    case JobState::Cancelled:
        return from != JobState::Completed && from != JobState::Cancelled;
    case JobState::Completed:
        break;
    }
    return false;
}

} // namespace

QByteArrayView jobStateName(JobState state)
{
    return StateNames[static_cast<std::size_t>(state)];
}

std::optional<JobState> jobStateFromName(QByteArrayView name)
{
    const auto found = std::ranges::find(StateNames, name);
    if (found == StateNames.end())
        return std::nullopt;
    return static_cast<JobState>(found - StateNames.begin());
}

Result<void> applyJobChange(Job &job, const JobChange &change, Timestamp now)
{
    const auto refuse = [&job](const char *what) {
        return std::unexpected(Error(ErrorCode::Conflict, QStringLiteral("The job is %1 and cannot be %2.")
                                                              .arg(QLatin1StringView(jobStateName(job.state)),
                                                                   QLatin1StringView(what))));
    };
    if (change.state && !isChangeAllowed(job.state, *change.state))
        return refuse(change.state == JobState::Running ? "resumed" : jobStateName(*change.state).data());
    if ((change.rate || change.passesCanary) && job.isFinal())
        return refuse("changed");
    if (change.state) {
        // Who resumes a stopped job has seen the failures.
        job.hasPassedCanary = job.hasPassedCanary || job.state == JobState::Stopped;
        job.state = *change.state;
        if (job.isFinal())
            job.endedAt = now;
    }
    job.hasPassedCanary = job.hasPassedCanary || change.passesCanary;
    if (change.rate)
        job.rate = *change.rate;
    if (!change.error.isEmpty())
        job.lastError = change.error;
    return {};
}

QByteArray replayReason(qint64 job)
{
    return "replayed by job " + QByteArray::number(job);
}

} // namespace hudhud
