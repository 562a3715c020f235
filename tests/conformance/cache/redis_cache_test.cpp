// SPDX-License-Identifier: GPL-3.0-or-later
#include "cache_conformance.h"
#include "redis_server.h"

#include <csignal>

using namespace hudhud;

class RedisCacheTest : public CacheConformance
{
    Q_OBJECT

protected:
    std::unique_ptr<Cache> createStarted() override
    {
        m_server = std::make_unique<RedisServer>();
        return m_server->start({QStringLiteral("--requirepass"), QStringLiteral("secret")}) ? createNode() : nullptr;
    }

private:
    std::unique_ptr<Cache> createNode()
    {
        QPluginLoader loader(QStringLiteral(HUDHUD_PLUGIN_DIR "/hudhud-cache-redis"));
        auto *factory = qobject_cast<CacheFactory *>(loader.instance());
        if (!factory)
            return nullptr;
        auto cache = factory->create();
        const QJsonObject settings{{QStringLiteral("host"), QStringLiteral("127.0.0.1")},
                                   {QStringLiteral("port"), m_server->port()},
                                   {QStringLiteral("password"), QStringLiteral("secret")},
                                   {QStringLiteral("reconnect_delay"), 10},
                                   {QStringLiteral("maximum_reconnect_delay"), 50},
                                   {QStringLiteral("command_timeout"), m_timeout}};
        const PluginContext context{.name = "redis", .nodeId = "node-1", .dataDirectory = {}, .clock = &m_clock};
        if (!cache->configure(settings, context) || !cache->start() || !isConnected(*cache))
            return nullptr;
        return cache;
    }
    /// Waits until calls and events get through.
    static bool isConnected(Cache &cache)
    {
        bool isHeard = false;
        const quint64 handle = cache.subscribe("connected", [&](const QByteArray &, const QByteArray &) { isHeard = true; });
        const bool isDone = QTest::qWaitFor(
            [&] {
                cache.publish("connected", {});
                return isHeard;
            },
            30'000);
        cache.unsubscribe(handle);
        return isDone;
    }
    static Result<Entries> tryGet(Cache &cache)
    {
        Awaited<Entries> awaited;
        cache.get({"a"}, awaited.completion());
        if (!QTest::qWaitFor([&] { return awaited.calls == 1; }, 30'000))
            qFatal("no completion");
        return *awaited.result;
    }

    std::unique_ptr<RedisServer> m_server;
    int m_timeout = 10'000;

private Q_SLOTS:
    void init() { m_timeout = 10'000; }

    void comesBackToAServerThatLostEverything()
    {
        const auto cache = createStarted();
        int heard = 0;
        cache->subscribe("a", [&](const QByteArray &, const QByteArray &) { ++heard; });
        set(*cache, "a", "1");
        m_server->kill();
        const auto failed = tryGet(*cache);
        QVERIFY(!failed);
        QCOMPARE(failed.error().errorClass(), ErrorClass::Transient);
        QVERIFY(m_server->start({QStringLiteral("--requirepass"), QStringLiteral("secret")}));
        QVERIFY(isConnected(*cache));
        QVERIFY(!get(*cache, "a"));
        cache->publish("a", "x");
        QTRY_COMPARE(heard, 1);
    }

    void aServerThatDoesNotAnswerTimesOut()
    {
        m_timeout = 500;
        const auto cache = createStarted();
        ::kill(pid_t(m_server->processId()), SIGSTOP);
        const auto failed = tryGet(*cache);
        ::kill(pid_t(m_server->processId()), SIGCONT);
        QVERIFY(!failed);
        QCOMPARE(failed.error().code(), ErrorCode::Timeout);
        QVERIFY(QTest::qWaitFor([&] { return tryGet(*cache).has_value(); }, 30'000));
    }
};

QTEST_GUILESS_MAIN(RedisCacheTest)
#include "redis_cache_test.moc"
