// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/message_id.h"
#include "ingest/held_clock.h"
#include "plugin-api/job_store.h"
#include "storage/storage_client.h"

#include <QPluginLoader>
#include <QTemporaryDir>
#include <QTest>

#include <array>
#include <deque>

namespace hudhud::fakes {

/// Runs what it is asked for on this thread, in order, when told to: between two steps a test may do anything.
class SteppedStorageClient final : public StorageClient
{
public:
    SteppedStorageClient(StorageWriter &writer, StorageReader &reader)
        : m_writer(writer)
        , m_reader(reader)
    {
    }

    /// Result: false if there was nothing to do.
    bool step()
    {
        if (m_calls.empty())
            return false;
        auto call = std::move(m_calls.front());
        m_calls.pop_front();
        call();
        return true;
    }
    void drain()
    {
        while (step()) { }
    }
    bool isIdle() const { return m_calls.empty(); }
    /// The next write is refused so.
    void failNextWrite(ErrorCode code) { m_failure = Error(code, QStringLiteral("scripted")); }

    void persist(std::vector<MessagePointer>, Completion<std::vector<Result<void>>>) override { unexpected(); }
    void transition(std::vector<StatusTransition>, Urgency, Completion<std::vector<Result<void>>>) override
    {
        unexpected();
    }
    void persistOnce(std::vector<MessagePointer>, std::optional<IdempotencyClaim>, Completion<PersistOutcome>) override
    {
        unexpected();
    }
    void replace(MessageReplacement, Completion<void>) override { unexpected(); }
    void withdraw(const MessageId &, Completion<void>) override { unexpected(); }
    void claimDue(Timestamp, int, Completion<std::vector<MessagePointer>>) override { unexpected(); }
    void recover(Timestamp, Completion<qint64>) override { unexpected(); }
    void purge(Timestamp, Timestamp, int, Completion<int>) override { unexpected(); }
    void saveApiKey(ApiKeyRecord, Completion<qint64>) override { unexpected(); }
    void find(std::vector<MessageId> wanted, Completion<std::vector<MessagePointer>> completion) override
    {
        read<std::vector<MessagePointer>>([wanted](StorageReader &reader) { return reader.find(wanted); },
                                          std::move(completion));
    }
    void events(const MessageId &, Completion<std::vector<MessageEvent>>) override { unexpected(); }
    void list(const MessageFilter &, Completion<std::vector<MessagePointer>>) override { unexpected(); }
    void pending(const Recipient &, int, Timestamp, std::vector<MessageId>,
                 Completion<std::vector<MessagePointer>>) override
    {
        unexpected();
    }
    void pendingCount(const Recipient &, Completion<qint64>) override { unexpected(); }
    void statistics(Completion<StorageStatistics> completion) override
    {
        read<StorageStatistics>([](StorageReader &reader) { return reader.statistics(); }, std::move(completion));
    }
    void findApiKey(const QByteArray &, Completion<std::optional<ApiKeyRecord>>) override { unexpected(); }
    void apiKeys(Completion<std::vector<ApiKeyRecord>>) override { unexpected(); }

protected:
    void runOnWriter(DeviceTask<StorageWriter> task) override
    {
        m_calls.emplace_back([this, task = std::move(task)]() mutable {
            if (const auto failure = std::exchange(m_failure, std::nullopt))
                task(std::unexpected(*failure))();
            else
                task(&m_writer)();
        });
    }
    void runOnReader(DeviceTask<StorageReader> task) override
    {
        m_calls.emplace_back([this, task = std::move(task)]() mutable { task(&m_reader)(); });
    }

private:
    [[noreturn]] static void unexpected() { qFatal("not expected here"); }

    StorageWriter &m_writer;
    StorageReader &m_reader;
    std::deque<std::move_only_function<void()>> m_calls;
    std::optional<Error> m_failure;
};

/// A storage plugin in a folder of its own, with a client, and messages that die at a word.
class OpenedStore
{
public:
    explicit OpenedStore(const QString &plugin = QStringLiteral("memory"))
        : m_loader(QStringLiteral(HUDHUD_PLUGIN_DIR "/hudhud-storage-%1").arg(plugin))
    {
        open();
    }
    ~OpenedStore() { close(); }

    /// As after a crash: only what is stored is left.
    void reopen()
    {
        close();
        open();
    }
    SteppedStorageClient &client() { return *m_client; }
    StorageWriter &writer() { return *m_writer; }
    StorageReader &reader() { return *m_reader; }

    Message accept(const char *recipient = "967771234567")
    {
        Message message;
        message.id = ids.next();
        message.recipient = *Recipient::fromString(recipient);
        message.subject = "subject";
        message.content = "content";
        message.createdAt = clock.now();
        WriteBatch batch;
        batch.accepted.push_back(std::make_shared<Message>(message));
        require(m_writer->commit(batch)->accepted.at(0).has_value());
        return message;
    }
    void change(const MessageId &id, const char *recipient, MessageStatus status,
                DeadLetterReason reason = DeadLetterReason::AttemptsUsedUp)
    {
        StatusTransition transition;
        transition.id = id;
        transition.recipient = *Recipient::fromString(recipient);
        transition.events = {{0, MessageStatus::Processing, clock.now(), "node-1", 0, {}},
                             {0, status, clock.now(), "node-1", 0, "no answer"}};
        transition.failureReason = "no answer";
        if (status == MessageStatus::DeadLetter)
            transition.deadLetterReason = reason;
        WriteBatch batch;
        batch.transitions.push_back(std::move(transition));
        require(m_writer->commit(batch)->transitions.at(0).has_value());
    }
    MessageId dead(const char *recipient = "967771234567", DeadLetterReason reason = DeadLetterReason::AttemptsUsedUp)
    {
        const Message message = accept(recipient);
        change(message.id, recipient, MessageStatus::DeadLetter, reason);
        return message.id;
    }
    MessagePointer find(const MessageId &id) { return m_reader->find(std::array{id})->at(0); }
    Job job(qint64 id) { return m_reader->jobs().find(id)->value(); }
    qint64 deadCount() { return *m_reader->deadLetters().count({}); }

    HeldClock clock;
    MessageIdGenerator ids{clock};

private:
    static void require(bool isTrue)
    {
        if (!isTrue)
            qFatal("the store refused");
    }
    void open()
    {
        PluginContext context;
        context.name = "storage";
        context.nodeId = "node-1";
        context.dataDirectory = m_folder.path();
        context.clock = &clock;
        auto *factory = qobject_cast<StorageFactory *>(m_loader.instance());
        if (!factory)
            qFatal("%s", qPrintable(m_loader.errorString()));
        m_storage = factory->create();
        require(m_storage->configure({}, context) && m_storage->start());
        m_writer = std::move(*m_storage->createWriter());
        m_reader = std::move(*m_storage->createReader());
        m_client = std::make_unique<SteppedStorageClient>(*m_writer, *m_reader);
    }
    void close()
    {
        m_client.reset();
        m_writer.reset();
        m_reader.reset();
        m_storage->stop(std::chrono::seconds(1));
        m_storage.reset();
    }

    QTemporaryDir m_folder;
    QPluginLoader m_loader;
    std::unique_ptr<Storage> m_storage;
    std::unique_ptr<StorageWriter> m_writer;
    std::unique_ptr<StorageReader> m_reader;
    std::unique_ptr<SteppedStorageClient> m_client;
};

} // namespace hudhud::fakes
