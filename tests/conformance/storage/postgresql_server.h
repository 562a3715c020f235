// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QJsonObject>
#include <QProcess>
#include <QTemporaryDir>

#include <memory>

namespace hudhud {

/// A private PostgreSQL in a temporary folder, reached through a socket there. Started when it is first needed, ended with
/// the process. Thread: one.
class PostgresqlServer
{
public:
    /// Null, with the reason on standard error, when PostgreSQL is not installed or does not start.
    static PostgresqlServer *instance();

    ~PostgresqlServer();

    /// Makes an empty database and says how the plugin reaches it.
    QJsonObject newDatabase();
    /// The same through a PgBouncer in transaction mode; empty when it is not installed or does not start.
    QJsonObject newPooledDatabase();
    /// Runs SQL in a database as its owner; empty when that fails.
    QByteArray query(const QString &database, const QString &sql) const;
    QString socketFolder() const { return m_folder.path(); }

private:
    PostgresqlServer() = default;
    bool start();
    bool initialize();
    bool startPooler();
    /// As user postgres when we are root, whom PostgreSQL refuses.
    static void launch(QProcess &process, const QString &program, const QStringList &arguments);
    static bool run(const QString &program, const QStringList &arguments, QByteArray *output = nullptr);

    QTemporaryDir m_folder;
    QProcess m_process;
    QProcess m_pooler;
    int m_databases = 0;
};

} // namespace hudhud
