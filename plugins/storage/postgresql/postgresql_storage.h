// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "postgresql_writer.h"

#include <QObject>

namespace hudhud {

/// A PostgreSQL database that several nodes may share. Each writer and reader has a connection of its own.
class PostgresqlStorage final : public Storage
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
    Result<void> prepareDatabase();

    PostgresqlShared m_shared;
    std::unique_ptr<PostgresqlConnection> m_connection; ///< Main thread's.
};

class PostgresqlStorageFactory final : public QObject, public StorageFactory
{
    Q_OBJECT
    Q_PLUGIN_METADATA(IID HudhudStorageFactory_iid FILE "metadata.json")
    Q_INTERFACES(hudhud::StorageFactory)

public:
    std::unique_ptr<Storage> create() override { return std::make_unique<PostgresqlStorage>(); }
};

} // namespace hudhud
