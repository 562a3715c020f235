// SPDX-License-Identifier: GPL-3.0-or-later
#include "postgresql_connection.h"

#include "sql_text.h"

#include <QLoggingCategory>
#include <QRandomGenerator>
#include <QSqlDriver>
#include <QSqlError>
#include <QSqlField>
#include <QThread>
#include <QUuid>

#include <algorithm>
#include <utility>

Q_LOGGING_CATEGORY(lcPostgresql, "hudhud.storage.postgresql")

namespace hudhud {

using namespace std::chrono_literals;

namespace {

constexpr std::chrono::milliseconds OutcomePause{100};
constexpr std::chrono::seconds IdleTime{1};

QString newUuid()
{
    return QUuid::createUuid().toString(QUuid::WithoutBraces);
}

QString literalOf(const QSqlDriver &driver, const QVariant &value)
{
    QSqlField field(QString(), value.metaType());
    field.setValue(value);
    return driver.formatValue(field);
}

} // namespace

PostgresqlConnection::PostgresqlConnection(const PostgresqlOptions &options)
    : m_options(options)
    , m_writer(newUuid())
{
}

PostgresqlConnection::~PostgresqlConnection()
{
    close();
}

Result<void> PostgresqlConnection::open()
{
    if (!m_name.isEmpty())
        return {};
    if (std::chrono::steady_clock::now() < m_nextAttempt) {
        m_lastFailure = FailureKind::Broken;
        return std::unexpected(Error(ErrorCode::StorageUnavailable,
                                     QStringLiteral("PostgreSQL cannot be reached; the next attempt comes soon.")));
    }
    if (auto connected = connect(); !connected) {
        close();
        m_lastFailure = FailureKind::Broken;
        // Half of it by chance, so that nodes do not come back in step.
        m_pause = std::clamp(m_pause * 2, m_options.reconnectDelay, m_options.maximumReconnectDelay);
        const auto half = static_cast<quint32>(m_pause.count() / 2);
        m_nextAttempt = std::chrono::steady_clock::now() + m_pause / 2
            + std::chrono::milliseconds(QRandomGenerator::global()->bounded(half + 1));
        return connected;
    }
    m_pause = 0ms;
    m_nextAttempt = {};
    return {};
}

Result<void> PostgresqlConnection::connect()
{
    m_name = QStringLiteral("hudhud-") + newUuid();
    m_database = QSqlDatabase::addDatabase(QStringLiteral("QPSQL"), m_name);
    if (!m_database.isValid()) {
        return std::unexpected(Error(ErrorCode::ConfigurationInvalid,
                                     QStringLiteral("Qt's driver for PostgreSQL (QPSQL) is not installed; on Debian it is "
                                                    "the package libqt6sql6-psql.")));
    }
    m_database.setHostName(m_options.host);
    m_database.setPort(m_options.port);
    m_database.setDatabaseName(m_options.database);
    m_database.setUserName(m_options.user);
    m_database.setPassword(m_options.password);
    m_database.setConnectOptions(m_options.connectOptions());
    if (!m_database.open()) {
        const QString reason = m_database.lastError().databaseText().simplified();
        qCWarning(lcPostgresql, "cannot connect place=\"%s\" reason=\"%s\"", qPrintable(m_options.place()),
                  qPrintable(reason));
        return std::unexpected(Error(ErrorCode::StorageUnavailable,
                                     QStringLiteral("Cannot connect to PostgreSQL (%1).").arg(reason)));
    }
    // Behind a pooler the session is not ours to change; each transaction brings its settings along.
    return m_options.usesPreparedStatements ? execute(m_options.sessionSettings(false)) : Result<void>();
}

void PostgresqlConnection::close()
{
    if (m_name.isEmpty())
        return;
    // The connection goes first: it takes its prepared statements along.
    m_database = QSqlDatabase();
    QSqlDatabase::removeDatabase(m_name);
    m_statements.clear();
    m_name.clear();
}

Error PostgresqlConnection::failed(const QSqlError &error)
{
    Failure failure = failureOf(error);
    m_lastFailure = failure.kind;
    if (failure.kind == FailureKind::Broken)
        close();
    if (failure.error.code() == ErrorCode::Internal)
        qCCritical(lcPostgresql, "statement refused sqlstate=%s reason=\"%s\"", qPrintable(error.nativeErrorCode()),
                   qPrintable(error.databaseText().section(QLatin1Char('\n'), 0, 0)));
    return failure.error;
}

Result<void> PostgresqlConnection::execute(const QString &sql)
{
    const bool isFirst = m_isInTransaction && !m_hasBegun;
    auto executed = executeOnce(sql);
    if (executed || m_lastFailure != FailureKind::Broken || !isFirst)
        return executed;
    // Lost while it was idle: nothing was under way.
    if (auto opened = open(); !opened)
        return opened;
    return executeOnce(sql);
}

Result<void> PostgresqlConnection::executeOnce(const QString &sql)
{
    QSqlQuery query(m_database);
    if (auto sent = send(query, sql, "execute"); !sent)
        return sent;
    // Each statement has a result of its own, and only the first has been looked at.
    while (query.nextResult()) { }
    if (query.lastError().isValid())
        return std::unexpected(failed(query.lastError()));
    return {};
}

void PostgresqlConnection::putOff(const QString &text, const char *name, RowReader read)
{
    m_putOffText += text + QLatin1Char(';');
    m_putOff.push_back({name, std::move(read)});
}

void PostgresqlConnection::forgetPutOff()
{
    m_putOffText.clear();
    m_putOff.clear();
}

Result<void> PostgresqlConnection::send(QSqlQuery &query, const QString &text, const char *name)
{
    m_hasBegun = m_isInTransaction;
    const char *current = name;
    bool isDone = query.exec(m_putOffText + text);
    const std::size_t steps = text.isEmpty() ? m_putOff.size() - 1 : m_putOff.size();
    for (std::size_t i = 0; i < m_putOff.size() && isDone; ++i) {
        current = m_putOff[i].name;
        if (Rows rows(query); m_putOff[i].read)
            m_putOff[i].read(rows);
        if (i < steps)
            isDone = query.nextResult();
    }
    if (!isDone)
        return std::unexpected(failed(query.lastError()).withContext(QLatin1StringView(current)));
    forgetPutOff();
    m_lastUse = std::chrono::steady_clock::now();
    return {};
}

Result<void> PostgresqlConnection::flush()
{
    return m_putOff.empty() ? Result<void>() : execute(QString());
}

Result<Rows> PostgresqlConnection::runQuery(const char *name, const QVariantList &values)
{
    // Lost while it was idle, there was nothing under way.
    const bool isFirst = !m_isInTransaction || !m_hasBegun;
    if (auto opened = open(); isFirst && !opened)
        return std::unexpected(opened.error());
    auto rows = runOnce(name, values);
    if (rows || m_lastFailure != FailureKind::Broken || !isFirst)
        return rows;
    if (auto opened = open(); !opened)
        return std::unexpected(opened.error());
    return runOnce(name, values);
}

Result<Rows> PostgresqlConnection::runOnce(const char *name, const QVariantList &values)
{
    if (m_name.isEmpty())
        return std::unexpected(Error(ErrorCode::StorageUnavailable, QStringLiteral("The connection was lost.")));
    const auto statement = prepared(name);
    if (!statement)
        return std::unexpected(statement.error());
    QString text = textOf(name, **statement, values);
    // Two statements in one are one transaction, and its settings are the first.
    if (!m_isInTransaction && !m_options.usesPreparedStatements)
        putOff(m_options.sessionSettings(true), name, nullptr);
    QSqlQuery &query = (*statement)->query;
    auto sent = send(query, text, name);
    if (!m_isInTransaction)
        forgetPutOff();
    if (!sent)
        return std::unexpected(sent.error());
    return Rows(query);
}

Result<void> PostgresqlConnection::queueStatement(const char *name, RowReader read, const QVariantList &values)
{
    if (m_name.isEmpty())
        return std::unexpected(Error(ErrorCode::StorageUnavailable, QStringLiteral("The connection was lost.")));
    const auto statement = prepared(name);
    if (!statement)
        return std::unexpected(statement.error());
    putOff(textOf(name, **statement, values), name, std::move(read));
    return {};
}

/// Outside what was put off: a prepared statement is no part of the transaction.
Result<PostgresqlConnection::Statement *> PostgresqlConnection::prepared(const char *name)
{
    if (const auto known = m_statements.find(name); known != m_statements.end())
        return &known->second;
    auto text = queryText(QLatin1StringView(name));
    if (!text)
        return std::unexpected(text.error());
    QSqlQuery query(m_database);
    if (m_options.usesPreparedStatements
        && !query.exec(QStringLiteral("PREPARE %1 AS ").arg(QLatin1StringView(name)) + *text))
        return std::unexpected(failed(query.lastError()).withContext(QLatin1StringView(name)));
    return &m_statements.emplace(name, Statement{std::move(*text), std::move(query)}).first->second;
}

QString PostgresqlConnection::textOf(const char *name, const Statement &statement, const QVariantList &values) const
{
    QStringList literals;
    for (const QVariant &value : values)
        literals += literalOf(*m_database.driver(), value);
    if (!m_options.usesPreparedStatements)
        return withLiterals(statement.text, literals);
    const QString call = QStringLiteral("EXECUTE ") + QLatin1StringView(name);
    return literals.isEmpty() ? call : call + QLatin1Char('(') + literals.join(QLatin1String(", ")) + QLatin1Char(')');
}

Result<void> PostgresqlConnection::begin()
{
    if (auto opened = open(); !opened)
        return opened;
    m_token = newUuid();
    m_isInTransaction = true;
    m_hasBegun = false;
    putOff(QStringLiteral("BEGIN"), "begin", nullptr);
    if (!m_options.usesPreparedStatements)
        putOff(m_options.sessionSettings(true), "begin", nullptr);
    putOff(QStringLiteral("INSERT INTO writer_commit VALUES ('%1', '%2', now()) ON CONFLICT (writer) "
                          "DO UPDATE SET token = excluded.token, changed_at = excluded.changed_at")
               .arg(m_writer, m_token),
           "begin", nullptr);
    // Whether the server is still there had better be known before a COMMIT may go along.
    return std::chrono::steady_clock::now() - m_lastUse > IdleTime ? flush() : Result<void>();
}

Result<void> PostgresqlConnection::commit()
{
    if (m_name.isEmpty()) {
        rollBack();
        return std::unexpected(Error(ErrorCode::StorageUnavailable, QStringLiteral("The connection was lost.")));
    }
    QSqlQuery query(m_database);
    auto sent = send(query, QStringLiteral("COMMIT"), "commit");
    if (!sent && m_lastFailure != FailureKind::Broken) {
        rollBack();
        return sent;
    }
    m_isInTransaction = false;
    m_hasBegun = false;
    if (sent)
        return {};
    forgetPutOff();
    return findOutcome();
}

Result<void> PostgresqlConnection::findOutcome()
{
    const auto limit = std::chrono::steady_clock::now() + m_options.statementTimeout;
    while (std::chrono::steady_clock::now() < limit) {
        if (open()) {
            const auto committed = wasCommitted();
            if (committed && *committed)
                return {};
            if (committed) {
                m_lastFailure = FailureKind::Collision; // Surely rolled back: it may be tried again.
                return std::unexpected(Error(ErrorCode::StorageUnavailable,
                                             QStringLiteral("The connection was lost; nothing was stored.")));
            }
        }
        QThread::msleep(static_cast<unsigned long>(OutcomePause.count()));
    }
    m_lastFailure = FailureKind::Broken;
    return std::unexpected(Error(ErrorCode::Timeout,
                                 QStringLiteral("The connection to PostgreSQL was lost in a commit; what was sent may be stored "
                                                "or not. Send it again with the same Idempotency-Key.")));
}

/// The row's lock makes it wait for the old session, should that still be at work.
Result<bool> PostgresqlConnection::wasCommitted()
{
    const auto rows = runOnce("select_writer_commit", {m_writer});
    if (!rows)
        return std::unexpected(rows.error());
    Rows row = *rows;
    return row.next() && QString::fromUtf8(row.text(0)) == m_token;
}

void PostgresqlConnection::rollBack()
{
    if (!m_isInTransaction)
        return;
    const bool hadBegun = std::exchange(m_hasBegun, false);
    m_isInTransaction = false;
    forgetPutOff();
    const FailureKind failure = m_lastFailure;
    if (hadBegun && !m_name.isEmpty() && !execute(QStringLiteral("ROLLBACK")))
        close();
    m_lastFailure = failure;
}

} // namespace hudhud
