// SPDX-License-Identifier: GPL-3.0-or-later
#include "postgresql_failure.h"

#include <QSqlError>

#include <algorithm>
#include <array>

namespace hudhud {

namespace {

struct State
{
    const char *prefix; ///< Of the SQLSTATE.
    FailureKind kind;
    ErrorCode code;
    const char *meaning;
};

/// The first that fits.
constexpr std::array States{
    State{"40001", FailureKind::Collision, ErrorCode::StorageUnavailable, "Another transaction changed the same rows."},
    State{"40P01", FailureKind::Collision, ErrorCode::StorageUnavailable, "A deadlock with another transaction."},
    State{"55P03", FailureKind::Collision, ErrorCode::StorageUnavailable,
          "A lock was not free within storage.postgresql.lock_timeout."},
    State{"08", FailureKind::Broken, ErrorCode::StorageUnavailable, "The connection to PostgreSQL was lost."},
    State{"57P", FailureKind::Broken, ErrorCode::StorageUnavailable, "PostgreSQL is stopping or starting."},
    State{"25P03", FailureKind::Broken, ErrorCode::StorageUnavailable,
          "The node hung in the middle of a transaction, which PostgreSQL has ended."},
    State{"25006", FailureKind::Broken, ErrorCode::StorageUnavailable, "The PostgreSQL server takes no writes."},
    State{"26000", FailureKind::Broken, ErrorCode::StorageUnavailable,
          "A prepared statement is gone: behind PgBouncer in transaction mode set storage.postgresql.prepared_statements = "
          "false."},
    State{"42P05", FailureKind::Broken, ErrorCode::StorageUnavailable,
          "A prepared statement is there already: behind PgBouncer in transaction mode set "
          "storage.postgresql.prepared_statements = false."},
    State{"57014", FailureKind::Refused, ErrorCode::StorageUnavailable,
          "A statement took longer than storage.postgresql.statement_timeout."},
    State{"53100", FailureKind::Refused, ErrorCode::StorageFull, "The disk of PostgreSQL is full."},
    State{"53", FailureKind::Refused, ErrorCode::StorageUnavailable, "PostgreSQL is short of memory or connections."},
    State{"XX001", FailureKind::Refused, ErrorCode::StorageCorrupt, "PostgreSQL found damaged data."},
    State{"XX002", FailureKind::Refused, ErrorCode::StorageCorrupt, "PostgreSQL found a damaged index."},
    State{"58", FailureKind::Refused, ErrorCode::StorageUnavailable, "PostgreSQL could not read or write a file."},
    State{"23505", FailureKind::Refused, ErrorCode::Conflict, "It exists already."},
    State{"42501", FailureKind::Refused, ErrorCode::StorageUnavailable,
          "The PostgreSQL user lacks a right; see docs/postgresql.md for those that are needed."},
};

} // namespace

Failure failureOf(const QSqlError &error)
{
    const QByteArray state = error.nativeErrorCode().toLatin1();
    // Without one, the server has not answered at all.
    if (state.isEmpty()) {
        return {FailureKind::Broken,
                Error(ErrorCode::StorageUnavailable, QStringLiteral("The connection to PostgreSQL was lost."))};
    }
    const auto known = std::ranges::find_if(States, [&state](const State &row) { return state.startsWith(row.prefix); });
    if (known == States.end()) {
        return {FailureKind::Refused,
                Error(ErrorCode::Internal, QStringLiteral("PostgreSQL refused a statement (SQLSTATE %1).")
                                               .arg(QString::fromLatin1(state)))};
    }
    const Error explained(known->code, QStringLiteral("%1 (SQLSTATE %2)")
                                           .arg(QLatin1StringView(known->meaning), QString::fromLatin1(state)));
    return {known->kind,
            known->kind == FailureKind::Collision ? explained.withClass(ErrorClass::Transient) : explained};
}

} // namespace hudhud
