// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "plugin-api/cache.h"

#include <QObject>
#include <QSet>
#include <QSqlDatabase>
#include <QSqlQuery>

namespace hudhud {

/// Settings of the plugin; metadata.json describes them.
struct CacheDatabaseOptions
{
    QString host;
    int port = 5432;
    QString database;
    QString user;
    QString password;
    QString tls;
    QString tlsRootCertificate;
    std::chrono::milliseconds timeout{2'000};
    std::chrono::milliseconds reconnectDelay{1'000};
    qint64 maximumEntries = 1'000'000;
};

/// The connection: the table `cache` and the notifications. Lost, it is opened again with the first call after the pause,
/// and listens to the same names. Blocks on the network. Thread: the one that made it, which runs an event loop.
class CacheDatabase : public QObject
{
    Q_OBJECT

public:
    explicit CacheDatabase(CacheDatabaseOptions options);
    ~CacheDatabase() override;

    /// Errors: StorageUnavailable, as everything below: it cannot be reached.
    Result<void> open();

    Result<std::vector<std::optional<CacheEntry>>> get(const std::vector<QByteArray> &keys, Timestamp now);
    Result<void> set(const std::vector<std::pair<QByteArray, QByteArray>> &items, std::optional<Timestamp> expiresAt,
                     Timestamp now);
    Result<qint64> remove(const std::vector<QByteArray> &keys, Timestamp now);
    Result<std::vector<QByteArray>> keys(Timestamp now);
    Result<qint64> increment(const QByteArray &key, qint64 amount, std::optional<Timestamp> expiresAt, Timestamp now);
    /// Removes what has expired, and what is too much.
    Result<void> tidy(Timestamp now);
    /// Entries, and their bytes.
    Result<std::pair<qint64, qint64>> size();

    /// Sends the frames as one transaction.
    Result<void> notify(const QByteArray &name, const std::vector<QByteArray> &frames);
    void listen(const QByteArray &name);

Q_SIGNALS:
    void notified(const QByteArray &name, const QByteArray &frame);

private:
    Result<void> connectToServer();
    void close();
    Result<QSqlQuery> run(const QString &sql, const QVariantList &values = {});
    Result<void> makeTable();

    const CacheDatabaseOptions m_options;
    QString m_name; ///< QSqlDatabase's; empty while closed.
    QSqlDatabase m_database;
    QSet<QByteArray> m_listening;
    std::chrono::steady_clock::time_point m_nextAttempt{};
};

} // namespace hudhud
