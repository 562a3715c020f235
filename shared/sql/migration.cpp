// SPDX-License-Identifier: GPL-3.0-or-later
#include "sql/migration.h"

#include "sql/sqlite_connection.h"
#include "sql/sqlite_statement.h"
#include "sql/sqlite_transaction.h"

#include <QLoggingCategory>

Q_LOGGING_CATEGORY(lcMigration, "hudhud.sql.migration")

namespace hudhud {

namespace {

/// Result: the number of steps done so far, all of them still as they were.
Result<int> checkDone(SqliteConnection &connection, std::span<const Migration> migrations)
{
    auto rows = SqliteStatement::prepare(
        connection, "SELECT number, name, checksum FROM schema_migration ORDER BY number");
    if (!rows)
        return std::unexpected(rows.error());
    int done = 0;
    for (;;) {
        const auto row = rows->step();
        if (!row)
            return std::unexpected(row.error());
        if (!*row)
            return done;
        const qint64 number = rows->number(0);
        if (number > std::ssize(migrations))
            return std::unexpected(schemaTooNew(number, migrations.size()));
        const Migration &known = migrations[static_cast<std::size_t>(done)];
        if (number != known.number || rows->bytes(2) != checksumOf(known))
            return std::unexpected(migrationDiffers(rows->byteArray(1), known.name));
        ++done;
    }
}

/// Result: false if there was nothing left to do.
Result<bool> doNextStep(SqliteConnection &connection, std::span<const Migration> migrations,
                        const Clock &clock)
{
    // Looked up under the lock: another process may be migrating too.
    auto transaction = SqliteTransaction::begin(connection, SqliteTransaction::Lock::Exclusive);
    if (!transaction)
        return std::unexpected(transaction.error());
    if (auto created
        = connection.execute("CREATE TABLE IF NOT EXISTS schema_migration (number INTEGER PRIMARY KEY, "
                             "name TEXT NOT NULL, checksum BLOB NOT NULL, applied_at INTEGER NOT NULL)");
        !created)
        return std::unexpected(created.error());
    const auto done = checkDone(connection, migrations);
    if (!done)
        return std::unexpected(done.error());
    if (*done == std::ssize(migrations))
        return false;

    const Migration &step = migrations[static_cast<std::size_t>(*done)];
    qCInfo(lcMigration, "migrating step=%s", step.name.constData());
    const auto named = [&step](const Error &error) {
        return std::unexpected(
            error.withContext(QStringLiteral("migration %1").arg(QString::fromUtf8(step.name))));
    };
    if (auto run = connection.execute(step.sql); !run)
        return named(run.error());
    auto insert
        = SqliteStatement::prepare(connection, "INSERT INTO schema_migration VALUES (?1, ?2, ?3, ?4)");
    if (!insert)
        return named(insert.error());
    const QByteArray checksum = checksumOf(step);
    insert->bind(1, qint64(step.number));
    insert->bindText(2, step.name);
    insert->bindBlob(3, checksum);
    insert->bind(4, clock.now());
    if (auto inserted = insert->run(); !inserted)
        return named(inserted.error());
    if (auto committed = transaction->commit(); !committed)
        return named(committed.error());
    return true;
}

} // namespace

Result<int> migrate(SqliteConnection &connection, std::span<const Migration> migrations, const Clock &clock)
{
    if (auto checked = checkNumbers(migrations); !checked)
        return std::unexpected(checked.error());
    int count = 0;
    for (;;) {
        const auto hasStepped = doNextStep(connection, migrations, clock);
        if (!hasStepped)
            return std::unexpected(hasStepped.error());
        if (!*hasStepped)
            return count;
        ++count;
    }
}

} // namespace hudhud
