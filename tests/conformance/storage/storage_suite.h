// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "storage_conformance.h"

namespace hudhud {

/// What the suites of single features share: a store that is opened for each slot, and short ways to use it. A plugin's
/// test overrides the two functions, as for StorageConformance.
class StorageSuite : public QObject
{
    Q_OBJECT

protected:
    static constexpr char Node[] = "node-1";

    virtual std::unique_ptr<Storage> createStorage(const PluginContext &context) = 0;
    virtual bool keepsData() const { return true; }

    void open();
    void close();
    /// Ends and starts a store that keeps its data.
    void reopen();

    static Recipient recipientOf(const char *digits);
    static std::vector<MessageId> idsOf(const std::vector<MessagePointer> &messages);
    static std::optional<ErrorCode> codeOf(const Result<void> &result);
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
        return StorageConformance::loadStorage(m_name, {}, context);
    }
    bool keepsData() const override { return KeepsData; }

private:
    QString m_name;
};

} // namespace hudhud
