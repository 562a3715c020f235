// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/error.h"

#include <QJsonObject>
#include <QString>

#include <chrono>

namespace hudhud {

/// Settings of the plugin; metadata.json describes them.
struct PostgresqlOptions
{
    QString host;
    int port = 5432;
    QString database;
    QString user;
    QString password;
    QString passwordFile;
    QString tls;
    QString tlsRootCertificate;
    QString tlsCertificate;
    QString tlsKey;
    QString applicationName; ///< How the server's operators see us.
    int writers = 2;
    int readers = 4;
    QString synchronousCommit;
    bool usesPreparedStatements = true;
    std::chrono::milliseconds connectTimeout{5'000};
    std::chrono::milliseconds statementTimeout{8'000};
    std::chrono::milliseconds lockTimeout{3'000};
    std::chrono::milliseconds reconnectDelay{100};
    std::chrono::milliseconds maximumReconnectDelay{5'000};

    /// Errors: ConfigurationInvalid naming the key.
    static Result<PostgresqlOptions> fromSettings(const QJsonObject &settings);
    /// What the driver passes on to libpq beside host, database, user and password.
    QString connectOptions() const;
    /// One statement that sets what transactions need, for the session or only for the transaction under way.
    QString sessionSettings(bool isLocal) const;
    /// For messages: where, without secrets.
    QString place() const;
};

} // namespace hudhud
