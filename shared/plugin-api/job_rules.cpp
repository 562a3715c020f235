// SPDX-License-Identifier: GPL-3.0-or-later
#include "plugin-api/job_rules.h"

#include "core/error_signature.h"

namespace hudhud {

QByteArray deathSignature(DeadLetterReason reason, const QByteArray &failureReason)
{
    const QByteArray signature = errorSignature(failureReason);
    return signature.isEmpty() ? deadLetterReasonName(reason).toByteArray() : signature;
}

Job newJob(const JobRequest &request)
{
    Job job;
    job.kind = request.kind;
    job.rate = request.rate;
    job.canary = request.canary;
    job.includesPoison = request.includesPoison;
    job.createdBy = request.createdBy;
    job.description = request.description;
    job.reason = request.reason;
    job.createdAt = request.createdAt;
    return job;
}

Result<void> checkSelection(qint64 total, const JobRequest &request)
{
    if (total == 0) {
        return std::unexpected(Error::invalidField(
            QStringLiteral("filter"), QStringLiteral("No dead letter matches the selection; widen the filter.")));
    }
    if (total > request.maximumItems) {
        return std::unexpected(Error::invalidField(
            QStringLiteral("filter"),
            QStringLiteral("More than %1 dead letters match (dead_letters.maximum_selection); narrow the filter.")
                .arg(request.maximumItems)));
    }
    return {};
}

void countItem(Job &job, DeadLetterRefusal refusal)
{
    ++job.position;
    if (refusal == DeadLetterRefusal::None)
        ++job.done;
    else
        ++job.refused;
}

void finishSlice(Job &job, Timestamp now)
{
    if (job.position >= job.total) {
        job.state = JobState::Completed;
        job.endedAt = now;
    } else if (job.isWatchingCanary() && !job.canarySince) {
        job.canarySince = now;
    }
}

StatusTransition replayTransition(const MessageId &id, const Recipient &recipient, qint64 job, Timestamp now,
                                  const QByteArray &node)
{
    StatusTransition transition;
    transition.id = id;
    transition.recipient = recipient;
    transition.events.push_back(MessageEvent{0, MessageStatus::Queued, now, node, 0, replayReason(job)});
    transition.replayJob = job;
    return transition;
}

Error unknownJob(qint64 id)
{
    return {ErrorCode::NotFound, QStringLiteral("There is no job %1; ended jobs are removed after a time.").arg(id)};
}

Error unknownItem(const MessageId &id)
{
    return {ErrorCode::NotFound,
            QStringLiteral("There is no message %1; leave it out.").arg(QString::fromLatin1(id.toString()))};
}

Error editRefused(DeadLetterRefusal refusal)
{
    return {ErrorCode::Conflict, QStringLiteral("The message cannot be edited and sent again: it is %1.")
                                     .arg(QLatin1StringView(deadLetterRefusalName(refusal)))};
}

} // namespace hudhud
