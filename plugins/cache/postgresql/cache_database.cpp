// SPDX-License-Identifier: GPL-3.0-or-later
#include "cache_database.h"

#include <QHash>
#include <QLoggingCategory>
#include <QSqlDriver>
#include <QSqlError>
#include <QUuid>

#include <functional>
#include <map>

namespace hudhud {

Q_LOGGING_CATEGORY(lcPostgresqlCache, "hudhud.cache.postgresql")

namespace {

/// Any number, but the same for all nodes: they make the table one after the other.
constexpr char TableLock[] = "SELECT pg_advisory_xact_lock(7453829105)";
constexpr char Table[] = "CREATE UNLOGGED TABLE IF NOT EXISTS cache ("
                         "key bytea PRIMARY KEY, value bytea NOT NULL, created_at bigint NOT NULL, expires_at bigint, "
                         "version bigint NOT NULL, hits integer NOT NULL) WITH (fillfactor = 70)";
constexpr char VersionSequence[] = "CREATE SEQUENCE IF NOT EXISTS cache_version";
constexpr char ExpiryIndex[] = "CREATE INDEX IF NOT EXISTS cache_expiry ON cache (expires_at)";

QVariant milliseconds(Timestamp time)
{
    return qint64(time.time_since_epoch().count());
}

QVariant milliseconds(std::optional<Timestamp> time)
{
    return time ? milliseconds(*time) : QVariant(QMetaType(QMetaType::LongLong));
}

/// A literal of type bytea[].
template <typename Range, typename Projection> QString byteArrays(const Range &range, Projection projection)
{
    QByteArray text("{");
    for (const auto &element : range) {
        if (text.size() > 1)
            text += ',';
        text += "\"\\\\x" + std::invoke(projection, element).toHex() + '"';
    }
    return QString::fromLatin1(text + '}');
}

QString byteArrays(const std::vector<QByteArray> &values)
{
    return byteArrays(values, std::identity());
}

} // namespace

CacheDatabase::CacheDatabase(CacheDatabaseOptions options)
    : m_options(std::move(options))
{
}

CacheDatabase::~CacheDatabase()
{
    close();
}

Result<void> CacheDatabase::open()
{
    if (!m_name.isEmpty())
        return {};
    const auto now = std::chrono::steady_clock::now();
    if (now < m_nextAttempt) {
        return std::unexpected(Error(ErrorCode::StorageUnavailable,
                                     QStringLiteral("PostgreSQL cannot be reached; the next attempt comes soon.")));
    }
    m_nextAttempt = now + m_options.reconnectDelay;
    auto connected = connectToServer();
    if (!connected)
        close();
    return connected;
}

Result<void> CacheDatabase::connectToServer()
{
    m_name = QStringLiteral("hudhud-cache-") + QUuid::createUuid().toString(QUuid::WithoutBraces);
    m_database = QSqlDatabase::addDatabase(QStringLiteral("QPSQL"), m_name);
    m_database.setHostName(m_options.host);
    m_database.setPort(m_options.port);
    m_database.setDatabaseName(m_options.database);
    m_database.setUserName(m_options.user);
    m_database.setPassword(m_options.password);
    const auto seconds = std::chrono::ceil<std::chrono::seconds>(m_options.timeout).count();
    QString options = QStringLiteral("sslmode=%1;connect_timeout=%2;tcp_user_timeout=%3;application_name=hudhud-cache")
                          .arg(m_options.tls)
                          .arg(seconds)
                          .arg(m_options.timeout.count());
    if (!m_options.tlsRootCertificate.isEmpty())
        options += QStringLiteral(";sslrootcert='%1'").arg(m_options.tlsRootCertificate);
    m_database.setConnectOptions(options);
    if (!m_database.isValid() || !m_database.open()) {
        const QString reason = m_database.lastError().text().simplified();
        qCWarning(lcPostgresqlCache, "cannot connect reason=\"%s\"", qUtf8Printable(reason));
        return std::unexpected(Error(ErrorCode::StorageUnavailable,
                                     QStringLiteral("Cannot connect to PostgreSQL (%1).").arg(reason)));
    }
    // What is cached may be lost with the server's memory.
    const auto set = run(QStringLiteral("SELECT set_config('synchronous_commit', 'off', false), "
                                        "set_config('statement_timeout', '%1', false)")
                             .arg(m_options.timeout.count()));
    if (!set)
        return std::unexpected(set.error());
    if (const auto made = makeTable(); !made)
        return made;
    connect(m_database.driver(), &QSqlDriver::notification, this,
            [this](const QString &name, QSqlDriver::NotificationSource, const QVariant &payload) {
                Q_EMIT notified(name.toLatin1(), payload.toString().toLatin1());
            });
    for (const QByteArray &name : std::as_const(m_listening))
        m_database.driver()->subscribeToNotification(QString::fromLatin1(name));
    return {};
}

Result<void> CacheDatabase::makeTable()
{
    m_database.transaction();
    for (const char *sql : {TableLock, Table, VersionSequence, ExpiryIndex}) {
        if (const auto made = run(QString::fromLatin1(sql)); !made) {
            m_database.rollback();
            return std::unexpected(made.error());
        }
    }
    m_database.commit();
    return {};
}

void CacheDatabase::close()
{
    if (m_name.isEmpty())
        return;
    m_database = QSqlDatabase();
    QSqlDatabase::removeDatabase(m_name);
    m_name.clear();
}

Result<QSqlQuery> CacheDatabase::run(const QString &sql, const QVariantList &values)
{
    if (const auto opened = open(); !opened)
        return std::unexpected(opened.error());
    QSqlQuery query(m_database);
    bool isGood = true;
    if (values.isEmpty()) {
        isGood = query.exec(sql);
    } else {
        isGood = query.prepare(sql);
        for (const QVariant &value : values)
            query.addBindValue(value);
        isGood = isGood && query.exec();
    }
    if (isGood)
        return query;
    const QSqlError error = query.lastError();
    const bool isLost = error.type() == QSqlError::ConnectionError || error.nativeErrorCode().isEmpty()
        || error.nativeErrorCode().startsWith(QLatin1StringView("08"))
        || error.nativeErrorCode().startsWith(QLatin1StringView("57P"));
    const bool isOurs = error.nativeErrorCode().startsWith(QLatin1StringView("22")); // Data exception: no number, or too large.
    const Error told(isOurs ? ErrorCode::InvalidRequest : ErrorCode::StorageUnavailable,
                     error.text().section(QLatin1Char('\n'), 0, 0));
    query = QSqlQuery();
    if (isLost)
        close();
    return std::unexpected(told);
}

Result<std::vector<std::optional<CacheEntry>>> CacheDatabase::get(const std::vector<QByteArray> &keys, Timestamp now)
{
    // A hit that another node is counting in this moment is not counted: nobody waits for anybody.
    auto rows = run(
        QStringLiteral("WITH asked AS (SELECT ?::bytea[] AS keys, ?::bigint AS now), "
                       "free AS (SELECT key FROM cache, asked WHERE key = ANY (keys) FOR NO KEY UPDATE OF cache SKIP LOCKED), "
                       "counted AS (UPDATE cache c SET hits = c.hits + 1 FROM free WHERE c.key = free.key RETURNING c.key, c.hits) "
                       "SELECT c.key, c.value, c.created_at, c.expires_at, c.version, coalesce(counted.hits, c.hits) "
                       "FROM asked JOIN cache c ON c.key = ANY (keys) LEFT JOIN counted ON counted.key = c.key "
                       "WHERE c.expires_at IS NULL OR c.expires_at > now"),
        {byteArrays(keys), milliseconds(now)});
    if (!rows)
        return std::unexpected(rows.error());
    QHash<QByteArray, CacheEntry> found;
    while (rows->next()) {
        CacheEntry &entry = found[rows->value(0).toByteArray()];
        entry.value = rows->value(1).toByteArray();
        entry.createdAt = Timestamp(std::chrono::milliseconds(rows->value(2).toLongLong()));
        entry.expiresAt = rows->value(3).isNull()
            ? Timestamp::max()
            : Timestamp(std::chrono::milliseconds(rows->value(3).toLongLong()));
        entry.version = rows->value(4).toULongLong();
        entry.hitCount = rows->value(5).toUInt();
    }
    std::vector<std::optional<CacheEntry>> entries;
    entries.reserve(keys.size());
    for (const QByteArray &key : keys) {
        const auto entry = found.constFind(key);
        entries.push_back(entry == found.cend() ? std::nullopt : std::optional(*entry));
    }
    return entries;
}

Result<void> CacheDatabase::set(const std::vector<std::pair<QByteArray, QByteArray>> &items,
                                std::optional<Timestamp> expiresAt, Timestamp now)
{
    // In the order of the keys, so that nodes never wait for each other in a circle; the last of equal ones counts.
    std::map<QByteArray, QByteArray> sorted;
    for (const auto &[key, value] : items)
        sorted[key] = value;
    using Item = std::pair<const QByteArray, QByteArray>;
    const auto stored = run(
        QStringLiteral("INSERT INTO cache (key, value, created_at, expires_at, version, hits) "
                       "SELECT key, value, ?, ?, nextval('cache_version'), 0 FROM unnest(?::bytea[], ?::bytea[]) i (key, value) "
                       "ON CONFLICT (key) DO UPDATE SET value = excluded.value, created_at = excluded.created_at, "
                       "expires_at = excluded.expires_at, version = excluded.version, hits = 0"),
        {milliseconds(now), milliseconds(expiresAt), byteArrays(sorted, &Item::first), byteArrays(sorted, &Item::second)});
    return stored ? Result<void>() : std::unexpected(stored.error());
}

Result<qint64> CacheDatabase::remove(const std::vector<QByteArray> &keys, Timestamp now)
{
    auto rows = run(QStringLiteral("WITH locked AS (SELECT key FROM cache WHERE key = ANY (?::bytea[]) ORDER BY key FOR UPDATE), "
                                   "gone AS (DELETE FROM cache c USING locked WHERE c.key = locked.key RETURNING expires_at) "
                                   "SELECT count(*) FROM gone WHERE expires_at IS NULL OR expires_at > ?"),
                    {byteArrays(keys), milliseconds(now)});
    if (!rows)
        return std::unexpected(rows.error());
    return rows->next() ? rows->value(0).toLongLong() : 0;
}

Result<std::vector<QByteArray>> CacheDatabase::keys(Timestamp now)
{
    auto rows = run(QStringLiteral("SELECT key FROM cache WHERE expires_at IS NULL OR expires_at > ?"), {milliseconds(now)});
    if (!rows)
        return std::unexpected(rows.error());
    std::vector<QByteArray> keys;
    while (rows->next())
        keys.push_back(rows->value(0).toByteArray());
    return keys;
}

Result<qint64> CacheDatabase::increment(const QByteArray &key, qint64 amount, std::optional<Timestamp> expiresAt,
                                        Timestamp now)
{
    // A counter whose time has come begins anew.
    auto rows = run(
        QStringLiteral("INSERT INTO cache AS c (key, value, created_at, expires_at, version, hits) "
                       "VALUES (?, convert_to(?::bigint::text, 'UTF8'), ?, ?, nextval('cache_version'), 0) "
                       "ON CONFLICT (key) DO UPDATE SET "
                       "value = CASE WHEN c.expires_at <= excluded.created_at THEN excluded.value ELSE convert_to("
                       "(convert_from(c.value, 'UTF8')::bigint + convert_from(excluded.value, 'UTF8')::bigint)::text, 'UTF8') END, "
                       "expires_at = CASE WHEN c.expires_at <= excluded.created_at THEN excluded.expires_at ELSE c.expires_at END, "
                       "created_at = excluded.created_at, version = excluded.version "
                       "RETURNING convert_from(value, 'UTF8')::bigint"),
        {key, amount, milliseconds(now), milliseconds(expiresAt)});
    if (!rows)
        return std::unexpected(rows.error());
    return rows->next() ? rows->value(0).toLongLong() : 0;
}

Result<void> CacheDatabase::tidy(Timestamp now)
{
    // All nodes do it; what one has locked, the others leave to it.
    const auto expired = run(QStringLiteral("DELETE FROM cache WHERE key IN (SELECT key FROM cache WHERE expires_at <= ? "
                                            "FOR UPDATE SKIP LOCKED)"),
                             {milliseconds(now)});
    if (!expired)
        return std::unexpected(expired.error());
    const auto surplus = run(QStringLiteral("DELETE FROM cache WHERE key IN (SELECT key FROM cache "
                                            "ORDER BY expires_at DESC NULLS FIRST OFFSET ? FOR UPDATE SKIP LOCKED)"),
                             {m_options.maximumEntries});
    return surplus ? Result<void>() : std::unexpected(surplus.error());
}

Result<std::pair<qint64, qint64>> CacheDatabase::size()
{
    auto rows = run(QStringLiteral("SELECT count(*), coalesce(sum(octet_length(key) + octet_length(value)), 0) FROM cache"));
    if (!rows)
        return std::unexpected(rows.error());
    if (!rows->next())
        return std::pair<qint64, qint64>(0, 0);
    return std::pair<qint64, qint64>(rows->value(0).toLongLong(), rows->value(1).toLongLong());
}

Result<void> CacheDatabase::notify(const QByteArray &name, const std::vector<QByteArray> &frames)
{
    QByteArray array("{");
    for (const QByteArray &frame : frames)
        array += (array.size() > 1 ? ",\"" : "\"") + frame + '"';
    // The rows keep the order of the array.
    const auto sent = run(QStringLiteral("SELECT pg_notify(?, frame) FROM unnest(?::text[]) frame"),
                          {QString::fromLatin1(name), QString::fromLatin1(array + '}')});
    return sent ? Result<void>() : std::unexpected(sent.error());
}

void CacheDatabase::listen(const QByteArray &name)
{
    m_listening.insert(name);
    if (m_name.isEmpty())
        static_cast<void>(open()); // Listens to all; if it cannot, a later call does.
    else
        m_database.driver()->subscribeToNotification(QString::fromLatin1(name));
}

} // namespace hudhud
