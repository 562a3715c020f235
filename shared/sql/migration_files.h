// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/error.h"

#include <QByteArray>
#include <QString>

#include <span>
#include <vector>

namespace hudhud {

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

/// Errors: Internal, naming the gap or the duplicate.
Result<void> checkNumbers(std::span<const Migration> migrations);
/// SHA-256 of its text.
QByteArray checksumOf(const Migration &migration);

// What runners say when they refuse.
Error schemaTooNew(qint64 number, std::size_t known);
Error migrationDiffers(const QByteArray &stored, const QByteArray &known);

} // namespace hudhud
