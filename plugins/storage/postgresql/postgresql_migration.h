// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/clock.h"
#include "postgresql_connection.h"
#include "sql/migration_files.h"

namespace hudhud {

/// Brings the database to the last of `migrations`, all steps that are missing in one transaction under an advisory lock:
/// nodes that start together wait for each other, and the others find nothing to do. Result: how many steps were done.
/// Errors: Unsupported when the database is newer than this program, or when a step that was done has been changed since.
Result<int> migrate(PostgresqlConnection &connection, std::span<const Migration> migrations, const Clock &clock);

} // namespace hudhud
