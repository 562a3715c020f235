// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "plugin-api/broadcasts.h"
#include "storage_suite.h"

namespace hudhud {

/// What every storage plugin has to do for groups and broadcasts. Used like StorageConformance.
class FanOutConformance : public StorageSuite
{
    Q_OBJECT

private Q_SLOTS:
    void membersArePagedInOrder();
    void joiningTwiceChangesNothing();
    void aGroupEndsWithItsLastMember();
    void groupLimitsHold();
    void keepsEveryFieldOfABroadcast();
    void expandsAListInSlicesWithoutDoubles();
    void aSliceIsStoredWithItsProgress();
    void expandsAGroupInOrder();
    void refusesAGroupWithoutMembers();
    void storesARequestOnce();
    void messagesTakeThePlaceOfOlderOnes();
    void refusesTooManyRunning();
    void cancellingKeepsWhatIsStored();
    void forgetsEndedBroadcasts();
    void tellsWhatIsRunningOldestFirst();
    void goesOnAfterReopening();

private:
    Broadcast newBroadcast(const QByteArray &group = {});
    Result<qint64> create(const Broadcast &broadcast, const std::vector<Recipient> &recipients, int maximumRunning);
    Broadcast start(const std::vector<Recipient> &recipients);
    std::vector<MessagePointer> expandAll(const MessageId &id, int limit);
    std::vector<Recipient> storedRecipients();
};

} // namespace hudhud
