// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "plugin-api/broadcasts.h"
#include "storage_conformance.h"

namespace hudhud {

/// What every storage plugin has to do for groups and broadcasts. Used like StorageConformance.
class FanOutConformance : public QObject
{
    Q_OBJECT

protected:
    virtual std::unique_ptr<Storage> createStorage(const PluginContext &context) = 0;
    virtual bool keepsData() const { return true; }

private Q_SLOTS:
    void init();
    void cleanup();

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
    void open();
    void close();
    void reopen();
    Broadcast newBroadcast(const QByteArray &group = {});
    Result<qint64> create(const Broadcast &broadcast, const std::vector<Recipient> &recipients, int maximumRunning);
    Broadcast start(const std::vector<Recipient> &recipients);
    std::vector<MessagePointer> expandAll(const MessageId &id, int limit);
    std::vector<Recipient> storedRecipients();

    std::unique_ptr<QTemporaryDir> m_folder;
    HeldClock m_clock;
    std::unique_ptr<MessageIdGenerator> m_ids;
    std::unique_ptr<Storage> m_storage;
    std::unique_ptr<StorageWriter> m_writer;
    std::unique_ptr<StorageReader> m_reader;
};

} // namespace hudhud
