// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/clock.h"
#include "sql/migration_files.h"

namespace hudhud {

class SqliteConnection;

/// Brings the database to the last of `migrations`; a new one goes through all of them. Each step is one
/// exclusive transaction together with its row in schema_migration, so it is done wholly or not at all, and
/// by one process only. Result: how many steps were done. Errors: Unsupported when the database is newer than
/// this program, or when a step that was done has been changed since; what SQLite says otherwise, naming the
/// step.
Result<int> migrate(SqliteConnection &connection, std::span<const Migration> migrations, const Clock &clock);

} // namespace hudhud
