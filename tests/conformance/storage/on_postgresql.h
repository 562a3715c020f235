// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "postgresql_server.h"
#include "storage_suite.h"

namespace hudhud {

/// A suite on a private PostgreSQL: a new database for each slot, which a reopened store finds again.
template <typename Suite> class OnPostgresql : public Suite
{
public:
    explicit OnPostgresql(QJsonObject settings = {})
        : m_settings(std::move(settings))
    {
    }

protected:
    std::unique_ptr<Storage> createStorage(const PluginContext &context) override
    {
        PostgresqlServer *server = PostgresqlServer::instance();
        if (!server) {
            QTest::qFail("There is no PostgreSQL to test with.", __FILE__, __LINE__);
            return nullptr;
        }
        if (context.dataDirectory != m_slot) { // A new slot, not a store that is opened again.
            m_slot = context.dataDirectory;
            m_database = server->newDatabase();
        }
        QJsonObject settings = m_database;
        for (auto setting = m_settings.begin(); setting != m_settings.end(); ++setting)
            settings.insert(setting.key(), setting.value());
        return StorageSuite::loadStorage(QStringLiteral("postgresql"), settings, context);
    }

    /// Of the slot that runs.
    QString database() const { return m_database.value(QStringLiteral("database")).toString(); }

private:
    const QJsonObject m_settings;
    QString m_slot;
    QJsonObject m_database;
};

} // namespace hudhud
