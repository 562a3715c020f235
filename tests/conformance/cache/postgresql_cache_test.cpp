// SPDX-License-Identifier: GPL-3.0-or-later
#include "cache_conformance.h"
#include "postgresql_server.h"

using namespace hudhud;

class PostgresqlCacheTest : public CacheConformance
{
    Q_OBJECT

protected:
    std::unique_ptr<Cache> createStarted() override
    {
        PostgresqlServer *server = PostgresqlServer::instance();
        if (!server) {
            QTest::qFail("There is no PostgreSQL to test with.", __FILE__, __LINE__);
            return nullptr;
        }
        m_database = server->newDatabase();
        return createNode();
    }

private:
    /// Another node on the same database.
    std::unique_ptr<Cache> createNode()
    {
        QPluginLoader loader(QStringLiteral(HUDHUD_PLUGIN_DIR "/hudhud-cache-postgresql"));
        auto *factory = qobject_cast<CacheFactory *>(loader.instance());
        if (!factory)
            return nullptr;
        auto cache = factory->create();
        QJsonObject settings = m_database;
        settings.insert(QStringLiteral("reconnect_delay"), 10);
        const PluginContext context{
            .name = "postgresql", .nodeId = "node-1", .dataDirectory = {}, .clock = &m_clock};
        if (!cache->configure(settings, context) || !cache->start())
            return nullptr;
        return cache;
    }
    void endSessions()
    {
        PostgresqlServer::instance()->query(
            m_database.value(QStringLiteral("database")).toString(),
            QStringLiteral("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'hudhud-cache'"));
    }

    QJsonObject m_database;

private Q_SLOTS:
    void nodesShareWhatTheySetAndTell()
    {
        const auto one = createStarted();
        const auto other = createNode();
        set(*one, "a", "1");
        QCOMPARE(value(*other, "a"), QByteArray("1"));
        QList<QByteArray> heard;
        other->subscribe("channel", [&](const QByteArray &, const QByteArray &payload) { heard.push_back(payload); });
        get(*other, "a"); // It listens by now.
        QByteArray large;
        for (int i = 0; i < 100'000; ++i)
            large += char(i);
        one->publish("channel", "small");
        one->publish("channel", large);
        one->publish("channel", "");
        QTRY_COMPARE(heard, (QList<QByteArray>{"small", large, ""}));
    }

    void aLostConnectionComesBackWithItsSubscriptions()
    {
        const auto one = createStarted();
        const auto other = createNode();
        int heard = 0;
        other->subscribe("channel", [&](const QByteArray &, const QByteArray &) { ++heard; });
        set(*other, "a", "1");
        endSessions();
        Awaited<Entries> failing;
        other->get({"a"}, failing.completion());
        QVERIFY(!failing.wait());
        const auto works = [](Cache &cache) {
            Awaited<Entries> awaited;
            cache.get({"a"}, awaited.completion());
            return awaited.wait().has_value();
        };
        QTRY_VERIFY(works(*one));
        QTRY_VERIFY(works(*other));
        one->publish("channel", "x");
        QTRY_COMPARE(heard, 1);
    }
};

QTEST_GUILESS_MAIN(PostgresqlCacheTest)
#include "postgresql_cache_test.moc"
