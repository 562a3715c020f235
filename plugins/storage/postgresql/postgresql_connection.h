// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "postgresql_failure.h"
#include "postgresql_options.h"
#include "rows.h"
#include "sql_values.h"

#include <QSqlDatabase>
#include <QSqlQuery>

#include <map>
#include <memory>
#include <string_view>

namespace hudhud {

/// One connection with its prepared statements. Lost, it is opened again when it is next needed: at once the first time,
/// then with a growing pause in which every call fails fast. Thread: the one that made it.
class PostgresqlConnection
{
public:
    explicit PostgresqlConnection(const PostgresqlOptions &options);
    ~PostgresqlConnection();
    PostgresqlConnection(const PostgresqlConnection &) = delete;
    PostgresqlConnection &operator=(const PostgresqlConnection &) = delete;

    /// Opens it unless it is open. Errors: StorageUnavailable.
    Result<void> open();

    /// Runs sql/queries/<name>.sql. Outside a transaction it has to be a look that changes nothing: when the connection is
    /// lost it is asked again over a new one.
    template <typename... Values> Result<Rows> run(const char *name, const Values &...values)
    {
        return runQuery(name, {toParameter(values)...});
    }
    /// Runs SQL of our own making without parameters, several statements together if need be.
    Result<void> execute(const QString &sql);

    /// Begins a transaction that notes itself in writer_commit, and opens the connection if need be.
    Result<void> begin();
    /// On success it is durable. Errors: Timeout when nobody can tell whether it was committed.
    Result<void> commit();
    void rollBack();
    /// Of the latest error.
    FailureKind lastFailure() const { return m_lastFailure; }

private:
    Result<Rows> runQuery(const char *name, const QVariantList &values);
    Result<Rows> runOnce(const char *name, const QVariantList &values);
    Result<QSqlQuery *> prepared(const char *name);
    Result<void> connect();
    void close();
    Error failed(const QSqlError &error);
    /// Whether the transaction whose commit was not answered took place.
    Result<void> findOutcome();
    Result<bool> wasCommitted();

    const PostgresqlOptions m_options;
    const QString m_writer; ///< In table writer_commit.
    QString m_token;        ///< Of the latest transaction.
    QString m_name;         ///< QSqlDatabase's; empty while closed.
    QSqlDatabase m_database;
    /// A stable address for each: rows refer to them.
    struct Statement
    {
        QString text;
        QSqlQuery query;
    };
    std::map<std::string_view, Statement> m_statements;
    bool m_isInTransaction = false;
    FailureKind m_lastFailure = FailureKind::Refused;
    std::chrono::milliseconds m_pause{0};
    std::chrono::steady_clock::time_point m_nextAttempt{};
};

} // namespace hudhud
