// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "plugin-api/job_store.h"
#include "plugin-api/storage.h"

namespace hudhud {

/// What stores do with jobs and dead letters, so that all of them agree. Thread: any; pure.

/// The signature of the failure, or the reason's name when there is no text.
QByteArray deathSignature(DeadLetterReason reason, const QByteArray &failureReason);

/// A job as it begins: without id and total.
Job newJob(const JobRequest &request);
/// Errors: InvalidField when nothing was selected or too much.
Result<void> checkSelection(qint64 total, const JobRequest &request);
/// Counts the item at `position` and steps over it.
void countItem(Job &job, DeadLetterRefusal refusal);
/// After a slice: notes when the canary was sent, or completes the job.
void finishSlice(Job &job, Timestamp now);
/// DeadLetter to Queued with both counts back to 0; what failed stays in the history.
StatusTransition replayTransition(const MessageId &id, const Recipient &recipient, qint64 job, Timestamp now,
                                  const QByteArray &node);

Error unknownJob(qint64 id);
Error unknownItem(const MessageId &id);
Error editRefused(DeadLetterRefusal refusal);

} // namespace hudhud
