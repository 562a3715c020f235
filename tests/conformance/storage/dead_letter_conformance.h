// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "plugin-api/job_store.h"
#include "storage_suite.h"

namespace hudhud {

/// What every storage plugin has to do with dead letters, jobs and the audit. Used like StorageConformance.
class DeadLetterConformance : public StorageSuite
{
    Q_OBJECT

private Q_SLOTS:
    void keepsWhatIsKnownOfADeath();
    void filters_data();
    void filters();
    void findsOneByIdWhetherDiscardedOrNot();
    void pagesNeitherRepeatNorHide();
    void groupsByNormalisedError();
    void replaysInSlicesAndKeepsTheHistory();
    void freezesTheSelectionWhenTheJobIsCreated();
    void takesSingleMessages();
    void refusesWithReasons();
    void previewsWhatAJobWouldDo();
    void refusesEmptyUnknownAndTooLargeSelections();
    void holdsInFrontOfTheRestWhileTheCanaryIsWatched();
    void tellsWhatBecameOfAReplay();
    void changesJobsByTheirStates();
    void aPausedJobDoesNotMove();
    void jobsSurviveReopening();
    void discardsRestoresAndPurges();
    void purgingAMessageForgetsItsDeath();
    void editingStoresTheCopyAndDiscardsTheOriginal();
    void refusesToEditWhatIsNoDeadLetter();
    void listsAndPurgesJobs();
    void keepsTheAudit();

private:
    Message accept(const Message &draft = {});
    /// Lets a message die with one failed attempt for each of `attempts`.
    void die(const Message &message, DeadLetterReason reason = DeadLetterReason::AttemptsUsedUp,
             const QByteArray &failure = "no answer", quint16 attempts = 1,
             ErrorClass errorClass = ErrorClass::Transient);
    Message dead(DeadLetterReason reason = DeadLetterReason::AttemptsUsedUp, const QByteArray &failure = "no answer");
    void deliver(const Message &message);
    Result<void> apply(const StatusTransition &transition);
    std::vector<MessageId> listed(const DeadLetterFilter &filter, int limit = 100);
    Result<Job> createJob(JobRequest request);
    Job runningJob(JobRequest request);
    /// Runs a new job to its end.
    Job done(JobRequest request);
    AuditRecord audit(const char *action = "test") const;
};

} // namespace hudhud
