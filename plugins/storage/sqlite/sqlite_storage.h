// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "checkpointer.h"
#include "node_names.h"
#include "plugin-api/storage.h"
#include "queue_tail.h"
#include "sql/sqlite_connection.h"

#include <QObject>

namespace hudhud {

/// Settings of the plugin; metadata.json describes them.
struct SqliteOptions
{
    QString path;
    bool isFullySynchronous = true;
    int readers = 2;
    qint64 cacheBytes = 0;
    qint64 mappedBytes = 0;
    qint64 checkpointBytes = 0;
    qint64 maximumBytes = 0; ///< 0: no limit.
    int busyTimeout = 0; ///< Milliseconds.
    bool checksOnStart = false;
    qint64 queueTail = 0; ///< Messages.
    qint64 idempotencyTail = 0; ///< Keys.
};

/// One SQLite file in write-ahead mode: one writer, several readers that it never blocks.
class SqliteStorage final : public Storage
{
public:
    Result<void> configure(const QJsonObject &settings, const PluginContext &context) override;
    Result<void> start() override;
    void stop(std::chrono::milliseconds deadline) override;
    StorageConcurrency concurrency() const override;
    Result<std::unique_ptr<StorageWriter>> createWriter() override;
    Result<std::unique_ptr<StorageReader>> createReader() override;
    Result<MessageId> highestId() override;

private:
    Result<void> open();
    Result<void> prepareFile(SqliteConnection &connection);
    Result<SqliteConnection> connect(qint64 cacheBytes) const;

    SqliteOptions m_options;
    PluginContext m_context;
    std::unique_ptr<SqliteConnection> m_connection; ///< Main thread's; keeps the file open.
    NodeNames m_nodes;
    std::unique_ptr<QueueTail> m_tail; ///< While started.
    Checkpointer m_checkpointer;
};

class SqliteStorageFactory final : public QObject, public StorageFactory
{
    Q_OBJECT
    Q_PLUGIN_METADATA(IID HudhudStorageFactory_iid FILE "metadata.json")
    Q_INTERFACES(hudhud::StorageFactory)

public:
    std::unique_ptr<Storage> create() override { return std::make_unique<SqliteStorage>(); }
};

} // namespace hudhud
