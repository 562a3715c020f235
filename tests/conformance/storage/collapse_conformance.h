// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "storage_suite.h"

namespace hudhud {

/// A newer message takes the place of undelivered older ones of its collapse key.
class CollapseConformance : public StorageSuite
{
    Q_OBJECT

private Q_SLOTS:
    void supersedesWhatIsNotInFlight();
    void leavesOtherKeysAndRecipientsAlone();
    void supersedesWithinOneCommit();
    void seesTheChangesOfItsCommit();
    void leavesFinishedMessagesAlone();
    void survivesReopening();
    void supersedesReplayedMessages();

private:
    Message newOf(const char *collapseKey, const char *recipient = "967771234567");
    Message acceptOf(const char *collapseKey, const char *recipient = "967771234567");
    /// Stores a message; the ids of those that gave way.
    std::vector<MessageId> supersededBy(const Message &message);
};

} // namespace hudhud
