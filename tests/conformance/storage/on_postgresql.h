// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "postgresql_server.h"
#include "storage_suite.h"

namespace hudhud {

/// A suite on a private PostgreSQL: a new database for each slot, which a reopened store finds again.
template <typename Suite> class OnPostgresql : public Suite
{
public:
    enum class Way : quint8 { Direct, Pooled };

    explicit OnPostgresql(Way way = Way::Direct)
        : m_way(way)
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
            m_database = m_way == Way::Pooled ? server->newPooledDatabase() : server->newDatabase();
        }
        if (m_database.isEmpty()) {
            QTest::qFail("There is no PgBouncer to test with.", __FILE__, __LINE__);
            return nullptr;
        }
        return StorageSuite::loadStorage(QStringLiteral("postgresql"), m_database, context);
    }

    /// Of the slot that runs.
    QString database() const { return m_database.value(QStringLiteral("database")).toString(); }

private:
    const Way m_way;
    QString m_slot;
    QJsonObject m_database;
};

} // namespace hudhud
