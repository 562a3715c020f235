// SPDX-License-Identifier: GPL-3.0-or-later
#include "cache_conformance.h"
#include "redis_cache_node.h"
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
        const QJsonObject settings{{QStringLiteral("host"), QStringLiteral("127.0.0.1")},
                                   {QStringLiteral("port"), m_server->port()},
                                   {QStringLiteral("password"), QStringLiteral("secret")},
                                   {QStringLiteral("reconnect_delay"), 10},
                                   {QStringLiteral("maximum_reconnect_delay"), 50},
                                   {QStringLiteral("command_timeout"), m_timeout}};
        auto cache = startRedisCache(settings, m_clock);
        return cache && isConnected(*cache) ? std::move(cache) : nullptr;
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
