// SPDX-License-Identifier: GPL-3.0-or-later
#include "postgresql_options.h"

#include <QFile>

#include <algorithm>

namespace hudhud {

using namespace std::chrono_literals;

namespace {

constexpr qint64 LongestPassword = 4'096;

Error invalid(const char *key, const QString &message)
{
    const Error field = Error::invalidField(QStringLiteral("storage.postgresql.") + QLatin1StringView(key), message);
    return field.withClass(ErrorClass::System);
}

/// A value within libpq's connection string.
QString quoted(QString value)
{
    value.replace(QLatin1Char('\\'), QStringLiteral("\\\\")).replace(QLatin1Char('\''), QStringLiteral("\\'"));
    return QLatin1Char('\'') + value + QLatin1Char('\'');
}

Result<QString> readPassword(const QString &path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return std::unexpected(invalid("password_file", QStringLiteral("Cannot read it: %1.").arg(file.errorString())));
    return QString::fromUtf8(file.read(LongestPassword)).trimmed();
}

} // namespace

Result<PostgresqlOptions> PostgresqlOptions::fromSettings(const QJsonObject &settings)
{
    const auto value = [&settings](const char *key) { return settings.value(QLatin1StringView(key)); };
    const auto duration = [&value](const char *key, std::chrono::milliseconds otherwise) {
        return std::chrono::milliseconds(value(key).toInteger(otherwise.count()));
    };
    PostgresqlOptions options;
    options.host = value("host").toString();
    options.port = value("port").toInt(options.port);
    options.database = value("database").toString(QStringLiteral("hudhud"));
    options.user = value("user").toString();
    options.password = value("password").toString();
    options.passwordFile = value("password_file").toString();
    options.tls = value("tls").toString(QStringLiteral("require"));
    options.tlsRootCertificate = value("tls_root_certificate").toString();
    options.tlsCertificate = value("tls_certificate").toString();
    options.tlsKey = value("tls_key").toString();
    options.writers = value("writers").toInt(options.writers);
    options.readers = value("readers").toInt(options.readers);
    options.synchronousCommit = value("synchronous_commit").toString(QStringLiteral("on"));
    options.usesPreparedStatements = value("prepared_statements").toBool(true);
    options.connectTimeout = duration("connect_timeout", options.connectTimeout);
    options.statementTimeout = duration("statement_timeout", options.statementTimeout);
    options.lockTimeout = duration("lock_timeout", options.lockTimeout);
    options.reconnectDelay = duration("reconnect_delay", options.reconnectDelay);
    options.maximumReconnectDelay = duration("maximum_reconnect_delay", options.maximumReconnectDelay);

    if (!options.passwordFile.isEmpty()) {
        if (!options.password.isEmpty())
            return std::unexpected(invalid("password_file", QStringLiteral("Set it or password, not both.")));
        auto password = readPassword(options.passwordFile);
        if (!password)
            return std::unexpected(password.error());
        options.password = std::move(*password);
    }
    // Qt's driver takes every semicolon for the end of an option.
    for (const auto &[key, path] : {std::pair("tls_root_certificate", options.tlsRootCertificate),
                                    {"tls_certificate", options.tlsCertificate},
                                    {"tls_key", options.tlsKey}}) {
        if (path.contains(QLatin1Char(';')))
            return std::unexpected(invalid(key, QStringLiteral("A path with a semicolon cannot be used.")));
    }
    return options;
}

QString PostgresqlOptions::connectOptions() const
{
    const auto seconds = std::chrono::ceil<std::chrono::seconds>(connectTimeout).count();
    QStringList options{
        QStringLiteral("sslmode=") + tls,
        QStringLiteral("connect_timeout=%1").arg(seconds),
        // A host that vanished is noticed without an answer to wait for.
        QStringLiteral("keepalives_idle=10"), QStringLiteral("keepalives_interval=5"), QStringLiteral("keepalives_count=3"),
        QStringLiteral("tcp_user_timeout=%1").arg((statementTimeout + connectTimeout).count()),
        // After a failover, or with several hosts: the one that takes writes.
        QStringLiteral("target_session_attrs=read-write"),
        QStringLiteral("application_name=") + quoted(QString(applicationName).remove(QLatin1Char(';')))};
    for (const auto &[key, path] : {std::pair("sslrootcert", tlsRootCertificate), {"sslcert", tlsCertificate}, {"sslkey", tlsKey}}) {
        if (!path.isEmpty())
            options += QLatin1StringView(key) + QLatin1Char('=') + quoted(path);
    }
    return options.join(QLatin1Char(';'));
}

QString PostgresqlOptions::sessionSettings(bool isLocal) const
{
    QStringList settings;
    // A node that hangs or is cut off in the middle of a transaction gives its rows free while others still wait for them.
    const std::chrono::milliseconds idleTimeout = std::max<std::chrono::milliseconds>(lockTimeout / 2, 1s);
    for (const auto &[name, value] : {std::pair("statement_timeout", QString::number(statementTimeout.count())),
                                      {"lock_timeout", QString::number(lockTimeout.count())},
                                      {"idle_in_transaction_session_timeout", QString::number(idleTimeout.count())},
                                      {"synchronous_commit", synchronousCommit},
                                      // Plans are made for the values at hand: they decide which partitions are looked at.
                                      {"plan_cache_mode", QStringLiteral("force_custom_plan")},
                                      {"jit", QStringLiteral("off")}}) {
        settings += QStringLiteral("set_config('%1', '%2', %3)")
                        .arg(QLatin1StringView(name), value, isLocal ? QStringLiteral("true") : QStringLiteral("false"));
    }
    return QStringLiteral("SELECT ") + settings.join(QStringLiteral(", "));
}

QString PostgresqlOptions::place() const
{
    return QStringLiteral("database \"%1\" at %2:%3")
        .arg(database, host.isEmpty() ? QStringLiteral("the local socket") : host)
        .arg(port);
}

} // namespace hudhud
