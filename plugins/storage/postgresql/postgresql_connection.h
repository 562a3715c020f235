// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "postgresql_failure.h"
#include "postgresql_options.h"
#include "rows.h"
#include "sql_values.h"

#include <QSqlDatabase>
#include <QSqlQuery>

#include <functional>
#include <map>
#include <memory>
#include <string_view>
#include <vector>

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
    /// Within a transaction: the statement goes along with the next one that runs, or with the commit. So do its errors.
    template <typename... Values> Result<void> runLater(const char *name, const Values &...values)
    {
        return queueStatement(name, nullptr, {toParameter(values)...});
    }
    /// `read` gets its rows when it has run: before the call returns with which it went along. If the connection is lost, it may
    /// be called once more, or not at all when the commit turns out to have taken place.
    using RowReader = std::function<void(Rows &)>;
    template <typename... Values> Result<void> readLater(const char *name, RowReader read, const Values &...values)
    {
        return queueStatement(name, std::move(read), {toParameter(values)...});
    }
    /// Runs what was put off.
    Result<void> flush();
    /// Runs SQL of our own making without parameters, several statements together if need be.
    Result<void> execute(const QString &sql);

    /// Begins a transaction that notes itself in writer_commit, and opens the connection if need be. Its first statement
    /// takes the BEGIN along.
    Result<void> begin();
    /// With what was put off. On success it is durable. Errors: Timeout when nobody can tell whether it was committed.
    Result<void> commit();
    void rollBack();
    /// Of the latest error.
    FailureKind lastFailure() const { return m_lastFailure; }

private:
    Result<Rows> runQuery(const char *name, const QVariantList &values);
    Result<Rows> runOnce(const char *name, const QVariantList &values);
    Result<void> executeOnce(const QString &sql);
    Result<void> queueStatement(const char *name, RowReader read, const QVariantList &values);
    struct Statement;
    Result<Statement *> prepared(const char *name);
    QString textOf(const char *name, const Statement &statement, const QVariantList &values) const;
    /// Sends what was put off and `text` together; `query` then has the result of `text`, or of the last one.
    Result<void> send(QSqlQuery &query, const QString &text, const char *name);
    void putOff(const QString &text, const char *name, RowReader read);
    void forgetPutOff();
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
    bool m_hasBegun = false; ///< The server knows of the transaction.
    struct PutOff
    {
        const char *name;
        RowReader read;
    };
    QString m_putOffText; ///< One statement for each of the next.
    std::vector<PutOff> m_putOff;
    std::chrono::steady_clock::time_point m_lastUse{};
    FailureKind m_lastFailure = FailureKind::Refused;
    std::chrono::milliseconds m_pause{0};
    std::chrono::steady_clock::time_point m_nextAttempt{};
};

} // namespace hudhud
