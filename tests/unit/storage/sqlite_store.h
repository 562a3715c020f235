// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "plugin-api/storage.h"
#include "sql/sqlite_connection.h"

#include <QJsonObject>
#include <QPluginLoader>
#include <QTemporaryDir>

#include <algorithm>
#include <memory>
#include <vector>

namespace hudhud {

/// The sqlite plugin on a file of its own, which tests open, look into and break. Errors end the process: what a test
/// wants to fail it calls itself.
class SqliteStore
{
public:
    ~SqliteStore() { close(); }

    QString path() const { return m_folder.filePath(QStringLiteral("hudhud.db")); }

    Result<void> open(const QJsonObject &settings = {})
    {
        close();
        QPluginLoader loader(QStringLiteral(HUDHUD_PLUGIN_DIR "/hudhud-storage-sqlite"));
        m_storage = qobject_cast<StorageFactory *>(loader.instance())->create();
        PluginContext context;
        context.nodeId = "node-1";
        context.dataDirectory = m_folder.path();
        context.clock = &Clock::system();
        if (auto configured = m_storage->configure(settings, context); !configured)
            return configured;
        if (auto started = m_storage->start(); !started)
            return started;
        auto newWriter = m_storage->createWriter();
        if (!newWriter)
            return std::unexpected(newWriter.error());
        auto newReader = m_storage->createReader();
        if (!newReader)
            return std::unexpected(newReader.error());
        writer = std::move(*newWriter);
        reader = std::move(*newReader);
        return {};
    }
    void close()
    {
        writer.reset();
        reader.reset();
        if (m_storage)
            m_storage->stop(std::chrono::seconds(1));
        m_storage.reset();
    }
    Storage &storage() { return *m_storage; }

    /// SQL on the file behind the store's back.
    Result<void> execute(const QByteArray &sql)
    {
        auto connection = SqliteConnection::open(path(), 5'000);
        return connection ? connection->execute(sql) : std::unexpected(connection.error());
    }
    qint64 number(const QByteArray &sql)
    {
        auto connection = SqliteConnection::open(path(), 5'000);
        return connection->queryNumber(sql).value();
    }

    Message newMessage(const QByteArray &recipient = "967771234567", Priority priority = Priority::Normal)
    {
        Message message;
        message.id = m_ids.next();
        message.recipient = *Recipient::fromString(recipient);
        message.priority = priority;
        message.content = "It has left the warehouse.";
        message.createdAt = Clock::system().now();
        return message;
    }
    bool accept(const std::vector<Message> &messages)
    {
        WriteBatch batch;
        for (const Message &message : messages)
            batch.accepted.push_back(std::make_shared<Message>(message));
        const auto outcome = writer->commit(batch);
        return outcome && std::ranges::all_of(outcome->accepted, [](const auto &item) { return item.has_value(); });
    }
    Result<void> change(const Message &message, std::vector<MessageStatus> statuses,
                        std::optional<Timestamp> dueAt = {})
    {
        StatusTransition transition;
        transition.id = message.id;
        transition.recipient = message.recipient;
        for (const MessageStatus status : statuses)
            transition.events.push_back({0, status, Clock::system().now(), "node-1", 0, {}});
        transition.dueAt = dueAt;
        if (statuses.back() == MessageStatus::DeadLetter)
            transition.deadLetterReason = DeadLetterReason::Rejected;
        WriteBatch batch;
        batch.transitions.push_back(std::move(transition));
        auto outcome = writer->commit(batch);
        return outcome ? outcome->transitions.at(0) : std::unexpected(outcome.error());
    }
    std::vector<MessageId> pending(const Recipient &recipient, int limit = 10'000)
    {
        std::vector<MessageId> ids;
        const auto messages = reader->pending(recipient, limit, Clock::system().now(), {}).value();
        for (const MessagePointer &message : messages)
            ids.push_back(message->id);
        return ids;
    }

    std::unique_ptr<StorageWriter> writer;
    std::unique_ptr<StorageReader> reader;

private:
    QTemporaryDir m_folder;
    MessageIdGenerator m_ids{Clock::system()};
    std::unique_ptr<Storage> m_storage;
};

} // namespace hudhud
