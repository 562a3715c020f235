// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "plugin-api/storage.h"

#include <QJsonObject>
#include <QTemporaryDir>
#include <QTest>

#include <memory>

namespace hudhud {

/// A clock that tests move.
class HeldClock final : public Clock
{
public:
    Timestamp now() const override { return m_now; }
    SteadyTime steadyNow() const override { return SteadyTime(m_now.time_since_epoch()); }
    void advance(std::chrono::milliseconds by) { m_now += by; }

private:
    Timestamp m_now{std::chrono::milliseconds(1'800'000'000'000)};
};

/// What every storage plugin has to do. A plugin's test derives from it, overrides `createStorage` and runs
/// as a Qt test; every slot starts with an empty store.
class StorageConformance : public QObject
{
    Q_OBJECT

public:
    /// Loads lib/hudhud/plugins/hudhud-storage-<name> and configures it; null and a failed test if that
    /// fails.
    static std::unique_ptr<Storage> loadStorage(const QString &name, const QJsonObject &settings,
                                                const PluginContext &context);

protected:
    /// A configured store that is not started. Called again with the same context after a close: it has to
    /// find the data.
    virtual std::unique_ptr<Storage> createStorage(const PluginContext &context) = 0;
    /// False: the store forgets when it is destroyed, and the suite does not reopen it.
    virtual bool keepsData() const { return true; }

private Q_SLOTS:
    void init();
    void cleanup();

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
    void open();
    void close();
    void reopen();
    Message newMessage(const char *recipient = "967771234567");
    Message accept(const char *recipient = "967771234567", Priority priority = Priority::Normal);
    Result<void> change(const Message &message, std::vector<MessageStatus> statuses,
                        std::optional<Timestamp> dueAt = {}, const char *node = "node-1");
    MessagePointer stored(const MessageId &id);
    std::vector<MessageId> pendingIds(const Recipient &recipient, int limit = 100,
                                      const std::vector<MessageId> &excluded = {});

    std::unique_ptr<QTemporaryDir> m_folder;
    HeldClock m_clock;
    std::unique_ptr<MessageIdGenerator> m_ids;
    std::unique_ptr<Storage> m_storage;
    std::unique_ptr<StorageWriter> m_writer;
    std::unique_ptr<StorageReader> m_reader;
};

} // namespace hudhud
