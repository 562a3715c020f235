// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "storage_suite.h"

namespace hudhud {

/// What every storage plugin has to do. A plugin's test derives from it, overrides `createStorage` and runs
/// as a Qt test.
class StorageConformance : public StorageSuite
{
    Q_OBJECT

private Q_SLOTS:
    void returnsEveryFieldUnchanged();
    void storesQueuedWithTheFirstEvent();
    void refusesAnIdThatExists();
    void oneRefusedItemDoesNotFailTheOthers();
    void followsTheStateMachine_data();
    void followsTheStateMachine();
    void appliesSeveralEventsAtOnce();
    void leavesOutStaleEvents();
    void stayingIsSuccessAndStoresNothing();
    void refusesChangesForAnotherRecipient();
    void refusesChangesOfUnknownMessages();
    void appliesAChangeInTheCommitThatAccepts();
    void replaysDeadLetters();
    void withdrawsOnlyQueuedMessages();
    void givesPendingByPriorityThenAge();
    void leavesOutExcludedWithoutCounting();
    void holdsFailedBackUntilDue();
    void tellsForWhomMessagesWait();
    void tellsSimilarRecipientsApart();
    void claimsWhatIsDueOldestFirst();
    void recoversOnlyItsOwnMessages();
    void purgesInSteps();
    void listsNewestFirstWithCursor();
    void countsWhatItHolds();
    void keepsApiKeys();
    void remembersTheHighestId();
    void readersSeeWholeCommits();
    void survivesReopening();
    void findsNothingInASoundStore();
    void behavesLikeTheModel();

private:
    Message accept(const char *recipient = "967771234567", Priority priority = Priority::Normal);
    Result<void> change(const Message &message, std::vector<MessageStatus> statuses,
                        std::optional<Timestamp> dueAt = {}, const char *node = "node-1");
    std::vector<MessageId> pendingIds(const Recipient &recipient, int limit = 100,
                                      const std::vector<MessageId> &excluded = {});
};

} // namespace hudhud
