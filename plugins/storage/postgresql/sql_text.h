// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/error.h"

#include <QString>

namespace hudhud {

inline constexpr char MigrationFolder[] = ":/hudhud/storage-postgresql/sql/migrations";

/// sql/queries/<name>.sql without its comments, with the text of sql/queries/<part>.sql in place of each "@part@".
/// Thread: any.
Result<QString> queryText(const QString &name);

/// `sql` with literals in place of its numbered parameters ("$1").
QString withLiterals(const QString &sql, const QStringList &literals);

} // namespace hudhud
