// SPDX-License-Identifier: GPL-3.0-or-later
#include "postgresql_server.h"

#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QStandardPaths>
#include <QThread>

#include <csignal>
#include <cstdio>
#include <pwd.h>
#include <unistd.h>

namespace hudhud {

namespace {

constexpr int StartLimit = 60'000; ///< Milliseconds, on a busy machine.

/// Debian keeps the programs of each version in a folder of its own, outside the search path.
QString programPath(const QString &name)
{
    if (const QString found = QStandardPaths::findExecutable(name); !found.isEmpty())
        return found;
    if (const QString found = QStandardPaths::findExecutable(name, {QStringLiteral("/usr/sbin")}); !found.isEmpty())
        return found;
    const QDir versions(QStringLiteral("/usr/lib/postgresql"));
    const QStringList numbers = versions.entryList(QDir::Dirs | QDir::NoDotAndDotDot, QDir::Name | QDir::Reversed);
    for (const QString &number : numbers) {
        const QString path = versions.filePath(number + QStringLiteral("/bin/") + name);
        if (QFile::exists(path))
            return path;
    }
    return {};
}

const passwd *serverUser()
{
    return ::geteuid() == 0 ? ::getpwnam("postgres") : nullptr;
}

} // namespace

PostgresqlServer *PostgresqlServer::instance()
{
    static const std::unique_ptr<PostgresqlServer> server = []() -> std::unique_ptr<PostgresqlServer> {
        std::unique_ptr<PostgresqlServer> started(new PostgresqlServer);
        return started->start() ? std::move(started) : nullptr;
    }();
    return server.get();
}

PostgresqlServer::~PostgresqlServer()
{
    if (m_pooler.state() != QProcess::NotRunning) {
        m_pooler.kill();
        m_pooler.waitForFinished(StartLimit);
    }
    if (m_process.state() == QProcess::NotRunning)
        return;
    ::kill(static_cast<pid_t>(m_process.processId()), SIGQUIT); // At once: nobody needs the data any more.
    m_process.waitForFinished(StartLimit);
}

/// Through setpriv, which gives up being root and takes the program along should the test die.
void PostgresqlServer::launch(QProcess &process, const QString &program, const QStringList &arguments)
{
    QStringList line{QStringLiteral("--pdeathsig"), QStringLiteral("QUIT")};
    if (serverUser())
        line << QStringLiteral("--reuid=postgres") << QStringLiteral("--regid=postgres") << QStringLiteral("--init-groups");
    process.start(QStringLiteral("setpriv"), line << programPath(program) << arguments);
}

bool PostgresqlServer::run(const QString &program, const QStringList &arguments, QByteArray *output)
{
    QProcess process;
    launch(process, program, arguments);
    const bool isDone = process.waitForFinished(StartLimit) && process.exitStatus() == QProcess::NormalExit
        && process.exitCode() == 0;
    if (!isDone)
        std::fprintf(stderr, "%s: %s\n", qPrintable(program), process.readAllStandardError().constData());
    if (output)
        *output = process.readAllStandardOutput();
    return isDone;
}

bool PostgresqlServer::initialize()
{
    if (programPath(QStringLiteral("initdb")).isEmpty()) {
        std::fprintf(stderr, "PostgreSQL is not installed (Debian: postgresql)\n");
        return false;
    }
    if (const passwd *user = serverUser(); user && ::chown(QFile::encodeName(m_folder.path()).constData(), user->pw_uid, user->pw_gid) != 0)
        return false;
    return run(QStringLiteral("initdb"),
               {QStringLiteral("--pgdata"), m_folder.filePath(QStringLiteral("data")), QStringLiteral("--username=hudhud"),
                QStringLiteral("--auth=trust"), QStringLiteral("--encoding=UTF8"), QStringLiteral("--locale=C.UTF-8"),
                QStringLiteral("--no-sync")});
}

bool PostgresqlServer::start()
{
    if (!m_folder.isValid() || !initialize())
        return false;
    m_process.setStandardErrorFile(m_folder.filePath(QStringLiteral("log")));
    launch(m_process, QStringLiteral("postgres"),
           {QStringLiteral("-D"), m_folder.filePath(QStringLiteral("data")), QStringLiteral("-k"), m_folder.path(),
                     QStringLiteral("-c"), QStringLiteral("listen_addresses="), QStringLiteral("-c"),
                     QStringLiteral("fsync=off"), QStringLiteral("-c"), QStringLiteral("max_connections=200")});
    QElapsedTimer timer;
    timer.start();
    while (timer.elapsed() < StartLimit && m_process.state() != QProcess::NotRunning) {
        if (query(QStringLiteral("postgres"), QStringLiteral("SELECT 1")) == "1\n")
            return true;
        QThread::msleep(50);
    }
    std::fprintf(stderr, "PostgreSQL did not start\n");
    return false;
}

QByteArray PostgresqlServer::query(const QString &database, const QString &sql) const
{
    QProcess process;
    process.start(programPath(QStringLiteral("psql")),
                  {QStringLiteral("-X"), QStringLiteral("-h"), m_folder.path(), QStringLiteral("-U"), QStringLiteral("hudhud"),
                   QStringLiteral("-d"), database, QStringLiteral("-tA"), QStringLiteral("-c"), sql});
    const bool isDone = process.waitForFinished(StartLimit) && process.exitCode() == 0;
    return isDone ? process.readAllStandardOutput() : QByteArray();
}

QJsonObject PostgresqlServer::newDatabase()
{
    const QString name = QStringLiteral("test%1").arg(++m_databases);
    query(QStringLiteral("postgres"), QStringLiteral("CREATE DATABASE %1").arg(name));
    return {{QStringLiteral("host"), m_folder.path()},
            {QStringLiteral("database"), name},
            {QStringLiteral("user"), QStringLiteral("hudhud")},
            {QStringLiteral("writers"), 1},
            {QStringLiteral("readers"), 1}};
}

bool PostgresqlServer::startPooler()
{
    if (m_pooler.state() != QProcess::NotRunning)
        return true;
    const QString pooler = programPath(QStringLiteral("pgbouncer"));
    QFile configuration(m_folder.filePath(QStringLiteral("pgbouncer.ini")));
    if (pooler.isEmpty() || !configuration.open(QIODevice::WriteOnly))
        return false;
    configuration.write(QStringLiteral("[databases]\n* = host=%1 user=hudhud\n"
                                       "[pgbouncer]\nlisten_addr =\nlisten_port = 6432\nunix_socket_dir = %1\n"
                                       "auth_type = any\npool_mode = transaction\ndefault_pool_size = 5\nserver_idle_timeout = 1\n")
                            .arg(m_folder.path())
                            .toUtf8());
    configuration.close();
    m_pooler.setStandardErrorFile(m_folder.filePath(QStringLiteral("pooler.log")));
    launch(m_pooler, QStringLiteral("pgbouncer"), {configuration.fileName()});
    QElapsedTimer timer;
    timer.start();
    while (timer.elapsed() < StartLimit && m_pooler.state() != QProcess::NotRunning) {
        if (QFile::exists(m_folder.filePath(QStringLiteral(".s.PGSQL.6432"))))
            return true;
        QThread::msleep(50);
    }
    return false;
}

QJsonObject PostgresqlServer::newPooledDatabase()
{
    if (!startPooler())
        return {};
    QJsonObject settings = newDatabase();
    settings.insert(QStringLiteral("port"), 6432);
    settings.insert(QStringLiteral("prepared_statements"), false);
    return settings;
}

} // namespace hudhud
