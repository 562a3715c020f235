// SPDX-License-Identifier: GPL-3.0-or-later
#include "postgresql_migration.h"

#include <QLoggingCategory>

Q_LOGGING_CATEGORY(lcPostgresqlMigration, "hudhud.storage.postgresql.migration")

namespace hudhud {

namespace {

/// Waits without a limit for another node that migrates; held until the transaction ends.
constexpr char Prologue[] = "BEGIN; SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = 0; "
                            "SET LOCAL client_min_messages = warning; "
                            "SELECT pg_advisory_xact_lock(7526752013); "
                            "CREATE TABLE IF NOT EXISTS schema_migration (number integer PRIMARY KEY, name text NOT NULL, "
                            "checksum text NOT NULL, applied_at bigint NOT NULL)";

Result<int> checkDone(PostgresqlConnection &connection, std::span<const Migration> migrations)
{
    auto rows = connection.run("select_migrations");
    if (!rows)
        return std::unexpected(rows.error());
    int done = 0;
    while (rows->next()) {
        const qint64 number = rows->number(0);
        if (number > std::ssize(migrations))
            return std::unexpected(schemaTooNew(number, migrations.size()));
        const Migration &known = migrations[static_cast<std::size_t>(done)];
        if (number != known.number || rows->text(2) != checksumOf(known).toHex())
            return std::unexpected(migrationDiffers(rows->text(1), known.name));
        ++done;
    }
    return done;
}

Result<void> doStep(PostgresqlConnection &connection, const Migration &step, const Clock &clock)
{
    qCInfo(lcPostgresqlMigration, "migrating step=%s", step.name.constData());
    if (auto run = connection.execute(QString::fromUtf8(step.sql)); !run)
        return run;
    if (auto noted = connection.run("insert_migration", step.number, Text{step.name}, Text{checksumOf(step).toHex()},
                                    clock.now());
        !noted)
        return std::unexpected(noted.error());
    return {};
}

Result<int> doSteps(PostgresqlConnection &connection, std::span<const Migration> migrations, const Clock &clock)
{
    if (auto begun = connection.execute(QLatin1StringView(Prologue)); !begun)
        return std::unexpected(begun.error());
    const auto done = checkDone(connection, migrations);
    if (!done)
        return done;
    for (const Migration &step : migrations.subspan(static_cast<std::size_t>(*done))) {
        if (auto stepped = doStep(connection, step, clock); !stepped) {
            return std::unexpected(
                stepped.error().withContext(QStringLiteral("migration %1").arg(QString::fromUtf8(step.name))));
        }
    }
    if (auto committed = connection.execute(QStringLiteral("COMMIT")); !committed)
        return std::unexpected(committed.error());
    return static_cast<int>(std::ssize(migrations)) - *done;
}

} // namespace

Result<int> migrate(PostgresqlConnection &connection, std::span<const Migration> migrations, const Clock &clock)
{
    if (auto checked = checkNumbers(migrations); !checked)
        return std::unexpected(checked.error());
    if (auto opened = connection.open(); !opened)
        return std::unexpected(opened.error());
    auto steps = doSteps(connection, migrations, clock);
    if (!steps)
        static_cast<void>(connection.execute(QStringLiteral("ROLLBACK")));
    return steps;
}

} // namespace hudhud
