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

/// What all suites share: an empty store that is opened for each slot, and short ways to use it.
class StorageSuite : public QObject
{
    Q_OBJECT

public:
    /// Loads lib/hudhud/plugins/hudhud-storage-<name> and configures it; null and a failed test if that
    /// fails.
    static std::unique_ptr<Storage> loadStorage(const QString &name, const QJsonObject &settings,
                                                const PluginContext &context);

    static constexpr char Node[] = "node-1";
    static Recipient recipientOf(const char *digits);
    static std::vector<MessageId> idsOf(const std::vector<MessagePointer> &messages);
    template <typename T> static std::optional<ErrorCode> codeOf(const Result<T> &result)
    {
        return result ? std::nullopt : std::optional(result.error().code());
    }

protected:
    /// A configured store that is not started. Called again with the same context after a close: it has to
    /// find the data.
    virtual std::unique_ptr<Storage> createStorage(const PluginContext &context) = 0;
    /// False: the store forgets when it is destroyed, and the suite does not reopen it.
    virtual bool keepsData() const { return true; }

    void open();
    void close();
    /// Ends and starts a store that keeps its data.
    void reopen();

    Message newMessage(const char *recipient = "967771234567");
    void accept(const Message &message);
    Result<void> change(const Message &message, std::vector<MessageStatus> statuses,
                        std::optional<Timestamp> dueAt = {});
    Result<void> withdraw(const MessageId &id);
    MessagePointer stored(const MessageId &id);
    std::vector<MessageId> pendingIds(const char *recipient = "967771234567");
    std::vector<MessagePointer> claimDue(int limit = 100);

    std::unique_ptr<QTemporaryDir> m_folder;
    HeldClock m_clock;
    std::unique_ptr<MessageIdGenerator> m_ids;
    std::unique_ptr<Storage> m_storage;
    std::unique_ptr<StorageWriter> m_writer;
    std::unique_ptr<StorageReader> m_reader;

protected Q_SLOTS:
    void init();
    void cleanup();
};

/// A suite that runs on the plugin of a name.
template <typename Suite, bool KeepsData> class OnPlugin final : public Suite
{
public:
    explicit OnPlugin(QString name)
        : m_name(std::move(name))
    {
    }

protected:
    std::unique_ptr<Storage> createStorage(const PluginContext &context) override
    {
        return StorageSuite::loadStorage(m_name, {}, context);
    }
    bool keepsData() const override { return KeepsData; }

private:
    QString m_name;
};

} // namespace hudhud
