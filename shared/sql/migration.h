// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/clock.h"
#include "core/error.h"

#include <QByteArray>
#include <QString>

#include <span>
#include <vector>

namespace hudhud {

class SqliteConnection;

/// One numbered step of a schema. Once released it never changes: its checksum is stored and compared.
struct Migration
{
    int number = 0; ///< 1, 2, 3, ...
    QByteArray name; ///< "0001_initial"
    QByteArray sql;
};

/// Reads a query or migration from a resource or file. Errors: Internal.
Result<QByteArray> readSql(const QString &path);

/// Reads all "<number>_<what>.sql" of a folder, in order. Errors: Internal, naming the gap, the duplicate or
/// the file whose name is wrong.
Result<std::vector<Migration>> readMigrations(const QString &folder);

/// Brings the database to the last of `migrations`; a new one goes through all of them. Each step is one
/// exclusive transaction together with its row in schema_migration, so it is done wholly or not at all, and
/// by one process only. Result: how many steps were done. Errors: Unsupported when the database is newer than
/// this program, or when a step that was done has been changed since; what SQLite says otherwise, naming the
/// step.
Result<int> migrate(SqliteConnection &connection, std::span<const Migration> migrations, const Clock &clock);

} // namespace hudhud
