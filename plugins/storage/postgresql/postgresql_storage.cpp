// SPDX-License-Identifier: GPL-3.0-or-later
#include "postgresql_storage.h"

#include "postgresql_migration.h"
#include "postgresql_reader.h"
#include "sql_text.h"

namespace hudhud {

Result<void> PostgresqlStorage::configure(const QJsonObject &settings, const PluginContext &context)
{
    auto options = PostgresqlOptions::fromSettings(settings);
    if (!options)
        return std::unexpected(options.error());
    m_shared.options = std::move(*options);
    m_shared.options.applicationName = QStringLiteral("hudhud ") + QString::fromUtf8(context.nodeId);
    m_shared.node = context.nodeId;
    m_shared.clock = context.clock;
    return {};
}

Result<void> PostgresqlStorage::start()
{
    m_connection = std::make_unique<PostgresqlConnection>(m_shared.options);
    if (auto prepared = prepareDatabase(); !prepared) {
        stop(std::chrono::milliseconds(0));
        return std::unexpected(prepared.error().withContext(m_shared.options.place()));
    }
    return {};
}

Result<void> PostgresqlStorage::prepareDatabase()
{
    const auto migrations = readMigrations(QString::fromLatin1(MigrationFolder));
    if (!migrations)
        return std::unexpected(migrations.error());
    if (const auto steps = migrate(*m_connection, *migrations, *m_shared.clock); !steps)
        return std::unexpected(steps.error());
    if (auto learned = m_shared.nodes.learn(*m_connection); !learned)
        return learned;
    const Timestamp now = m_shared.clock->now();
    if (auto cleaned = m_connection->execute(QStringLiteral(
            "DELETE FROM writer_commit WHERE changed_at < now() - interval '7 days'"));
        !cleaned)
        return cleaned;
    return m_shared.partitions.ensure(*m_connection, DayPartitions::dayOf(now));
}

void PostgresqlStorage::stop(std::chrono::milliseconds)
{
    m_connection.reset();
}

StorageConcurrency PostgresqlStorage::concurrency() const
{
    return {.writers = m_shared.options.writers, .readers = m_shared.options.readers};
}

Result<std::unique_ptr<StorageWriter>> PostgresqlStorage::createWriter()
{
    return PostgresqlWriter::create(m_shared);
}

Result<std::unique_ptr<StorageReader>> PostgresqlStorage::createReader()
{
    return PostgresqlReader::create(m_shared);
}

Result<MessageId> PostgresqlStorage::highestId()
{
    auto row = m_connection->run("select_highest");
    if (!row)
        return std::unexpected(row.error());
    return row->next() ? row->id(0) : MessageId();
}

} // namespace hudhud
