// SPDX-License-Identifier: GPL-3.0-or-later
#include "sqlite_storage.h"

#include "queue_writer.h"
#include "sql/migration.h"
#include "sqlite_queries.h"
#include "sqlite_reader.h"
#include "sqlite_writer.h"

#include <algorithm>

namespace hudhud {

namespace {

constexpr qint64 PageSize = 4096;

Error explained(const Error &error, const QString &path)
{
    if (error.code() != ErrorCode::StorageCorrupt)
        return error.withContext(QStringLiteral("database \"%1\"").arg(path));
    return {ErrorCode::StorageCorrupt,
            QStringLiteral(
                "The database \"%1\" is damaged or no database at all; restore it from a backup or move it "
                "away (%2).")
                .arg(path, error.message())};
}

Result<void> checkWhole(SqliteConnection &connection)
{
    auto check = SqliteStatement::prepare(connection, "PRAGMA quick_check(1)");
    if (!check)
        return std::unexpected(check.error());
    const auto row = check->step();
    if (!row)
        return std::unexpected(row.error());
    if (*row && check->bytes(0) != QByteArrayView("ok"))
        return std::unexpected(Error(ErrorCode::StorageCorrupt, QString::fromUtf8(check->byteArray(0))));
    return {};
}

} // namespace

Result<void> SqliteStorage::configure(const QJsonObject &settings, const PluginContext &context)
{
    const auto value = [&settings](const char *key) { return settings.value(QLatin1StringView(key)); };
    m_context = context;
    m_options.path = value("path").toString();
    if (m_options.path.isEmpty())
        m_options.path = context.dataDirectory + QStringLiteral("/hudhud.db");
    m_options.isFullySynchronous = value("synchronous").toString() != QLatin1StringView("normal");
    m_options.readers = value("readers").toInt(2);
    m_options.cacheBytes = value("cache_size").toInteger(64 * 1024 * 1024);
    m_options.mappedBytes = value("mmap_size").toInteger();
    m_options.checkpointBytes = value("checkpoint_size").toInteger(16 * 1024 * 1024);
    m_options.maximumBytes = value("maximum_size").toInteger();
    m_options.busyTimeout = value("busy_timeout").toInt(5'000);
    m_options.queueTail = value("queue_tail").toInteger(131'072);
    m_options.idempotencyTail = value("idempotency_tail").toInteger(262'144);
    m_options.checksOnStart = value("check_on_start").toBool();
    return {};
}

Result<void> SqliteStorage::start()
{
    if (auto opened = open(); !opened) {
        stop(std::chrono::milliseconds(0));
        return std::unexpected(explained(opened.error(), m_options.path));
    }
    return {};
}

Result<void> SqliteStorage::open()
{
    auto connection = connect(m_options.cacheBytes / 4);
    if (!connection)
        return std::unexpected(connection.error());
    m_connection = std::make_unique<SqliteConnection>(std::move(*connection));
    if (auto prepared = prepareFile(*m_connection); !prepared)
        return prepared;
    if (auto loaded = m_nodes.load(*m_connection); !loaded)
        return loaded;
    // Also touches the root of every table, which a damaged file does not survive.
    if (auto highest = highestId(); !highest)
        return std::unexpected(highest.error());
    m_tail = std::make_unique<QueueTail>();
    if (auto restored = QueueWriter::restore(*m_connection, *m_tail); !restored)
        return restored;
    auto background = connect(m_options.cacheBytes / 4);
    if (!background)
        return std::unexpected(background.error());
    return m_checkpointer.start(std::move(*background),
                                static_cast<int>(m_options.checkpointBytes / PageSize));
}

Result<void> SqliteStorage::prepareFile(SqliteConnection &connection)
{
    if (auto mode = connection.execute("PRAGMA journal_mode = WAL"); !mode)
        return mode;
    if (m_options.checksOnStart) {
        if (auto checked = checkWhole(connection); !checked)
            return checked;
    }
    const auto migrations = readMigrations(QString::fromLatin1(MigrationFolder));
    if (!migrations)
        return std::unexpected(migrations.error());
    const auto steps = migrate(connection, *migrations, *m_context.clock);
    if (!steps)
        return std::unexpected(steps.error());
    return {};
}

Result<SqliteConnection> SqliteStorage::connect(qint64 cacheBytes) const
{
    auto connection = SqliteConnection::open(m_options.path, m_options.busyTimeout);
    if (!connection)
        return connection;
    QByteArray settings = "PRAGMA page_size = " + QByteArray::number(PageSize)
        + "; PRAGMA synchronous = " + (m_options.isFullySynchronous ? "FULL" : "NORMAL")
        + "; PRAGMA cache_size = -" + QByteArray::number(cacheBytes / 1024)
        + "; PRAGMA mmap_size = " + QByteArray::number(m_options.mappedBytes)
        + "; PRAGMA temp_store = MEMORY; PRAGMA wal_autocheckpoint = 0";
    if (m_options.maximumBytes > 0)
        settings += "; PRAGMA max_page_count = " + QByteArray::number(m_options.maximumBytes / PageSize);
    if (auto set = connection->execute(settings); !set)
        return std::unexpected(set.error());
    return connection;
}

void SqliteStorage::stop(std::chrono::milliseconds)
{
    m_checkpointer.stop();
    // The last connection to close carries the log over and removes it.
    m_connection.reset();
}

StorageConcurrency SqliteStorage::concurrency() const
{
    return {.writers = 1, .readers = m_options.readers};
}

Result<std::unique_ptr<StorageWriter>> SqliteStorage::createWriter()
{
    auto connection = connect(m_options.cacheBytes);
    if (!connection)
        return std::unexpected(explained(connection.error(), m_options.path));
    return SqliteWriter::create(std::move(*connection), m_nodes, m_checkpointer,
                                QueueWriter(*m_tail, m_options.queueTail),
                                SqliteIdempotency(IdempotencyIndex(m_options.idempotencyTail)), m_context.nodeId,
                                *m_context.clock);
}

Result<std::unique_ptr<StorageReader>> SqliteStorage::createReader()
{
    auto connection = connect(m_options.cacheBytes / 4);
    if (!connection)
        return std::unexpected(explained(connection.error(), m_options.path));
    return SqliteReader::create(std::move(*connection), m_nodes, *m_tail);
}

Result<MessageId> SqliteStorage::highestId()
{
    auto select = prepareQuery(*m_connection, "select_highest");
    if (!select)
        return std::unexpected(select.error());
    const auto row = select->step();
    if (!row)
        return std::unexpected(row.error());
    return *row ? MessageId::fromBytes(select->bytes(0)).value_or(MessageId()) : MessageId();
}

} // namespace hudhud
