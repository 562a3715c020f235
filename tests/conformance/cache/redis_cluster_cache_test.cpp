// SPDX-License-Identifier: GPL-3.0-or-later
#include "cache_conformance.h"
#include "redis_cache_node.h"
#include "redis_cluster_servers.h"

#include <QElapsedTimer>
#include <QJsonArray>

#include <csignal>

using namespace hudhud;

/// On one cluster of three masters with a replica each and a password. Each cache has keys of its own there.
class RedisClusterCacheTest : public CacheConformance
{
    Q_OBJECT

protected:
    std::unique_ptr<Cache> createStarted() override
    {
        m_prefix = "t" + QByteArray::number(++m_caches) + ":";
        return createNode();
    }

    /// The buffers of six servers count as well.
    bool isSizeExact() const override { return false; }

private:
    std::unique_ptr<Cache> createNode(QJsonObject settings = {})
    {
        QJsonArray seeds;
        for (int i = 0; i < 2; ++i)
            seeds.push_back(QStringLiteral("127.0.0.1:%1").arg(m_cluster->port(i)));
        const QJsonObject common{{QStringLiteral("cluster_nodes"), seeds},
                                 {QStringLiteral("password"), QStringLiteral("secret")},
                                 {QStringLiteral("key_prefix"), QString::fromLatin1(m_prefix)},
                                 {QStringLiteral("reconnect_delay"), 50},
                                 {QStringLiteral("maximum_reconnect_delay"), 100}};
        for (auto it = common.begin(); it != common.end(); ++it) {
            if (!settings.contains(it.key()))
                settings[it.key()] = it.value();
        }
        auto cache = startRedisCache(settings, m_clock);
        return cache && isConnected(*cache) ? std::move(cache) : nullptr;
    }
    static Result<void> trySet(Cache &cache, std::vector<std::pair<QByteArray, QByteArray>> items)
    {
        Awaited<void> awaited;
        cache.set(std::move(items), std::nullopt, awaited.completion());
        if (!QTest::qWaitFor([&] { return awaited.calls == 1; }, 60'000))
            qFatal("no completion");
        return *awaited.result;
    }
    /// Keys of all masters.
    static std::vector<std::pair<QByteArray, QByteArray>> manyItems(const QByteArray &value)
    {
        std::vector<std::pair<QByteArray, QByteArray>> items;
        for (int i = 0; i < 300; ++i)
            items.emplace_back("many:" + QByteArray::number(i), value + QByteArray::number(i));
        return items;
    }
    static void keepsMany(Cache &cache, const QByteArray &value)
    {
        const auto items = manyItems(value);
        QVERIFY(trySet(cache, items));
        std::vector<QByteArray> keys;
        for (const auto &item : items)
            keys.push_back(item.first);
        Awaited<Entries> awaited;
        cache.get(keys, awaited.completion());
        const auto entries = awaited.wait();
        QVERIFY(entries);
        for (std::size_t i = 0; i < items.size(); ++i) {
            QVERIFY((*entries)[i]);
            QCOMPARE((*entries)[i]->value, items[i].second);
        }
    }
    int listenedNode(const QByteArray &channel) const
    {
        for (int i = 0; i < m_cluster->size(); ++i) {
            if (m_cluster->command(i, {"PUBSUB", "NUMSUB", QString::fromLatin1(m_prefix + channel)}).endsWith('1'))
                return i;
        }
        return -1;
    }
    void isWhole()
    {
        for (int i = 0; i < m_cluster->size(); ++i)
            QVERIFY(m_cluster->hasSaid(i, {"CLUSTER", "INFO"}, "cluster_state:ok"));
    }
    /// Moves what the node has in the slot, all or as many as said.
    void migrateKeys(int from, int to, const QString &slot, int limit = 1'000)
    {
        const QByteArrayList keys
            = m_cluster->command(from, {"CLUSTER", "GETKEYSINSLOT", slot, QString::number(limit)}).split('\n');
        QStringList words{"MIGRATE", "127.0.0.1", QString::number(m_cluster->port(to)), "", "0", "5000", "AUTH", "secret", "KEYS"};
        for (const QByteArray &key : keys)
            words.push_back(QString::fromLatin1(key));
        QCOMPARE(m_cluster->command(from, words), QByteArray("OK"));
    }

    std::unique_ptr<RedisClusterServers> m_cluster;
    QByteArray m_prefix;
    int m_caches = 0;

private Q_SLOTS:
    void initTestCase()
    {
        QElapsedTimer timer;
        timer.start();
        m_cluster = std::make_unique<RedisClusterServers>();
        QVERIFY(m_cluster->start(true,
                                 {"--requirepass", "secret", "--masterauth", "secret"}, {"--no-auth-warning", "-a", "secret"}));
        qInfo("The cluster was there after %lld ms.", timer.elapsed());
    }

    void everyKeyGoesToItsMasterAtOnce()
    {
        m_prefix = "direct:";
        const auto cache = createNode({{QStringLiteral("maximum_redirects"), 0}});
        keepsMany(*cache, "v");
        const std::vector<QByteArray> odd{"", "{", "}", "{}", "{}a", "a{b}c", "a{{b}c", "{b}{c}", "a{b", "a}b{c}", QByteArray("\0\xFF{\0}", 5)};
        for (const QByteArray &key : odd) {
            QVERIFY(trySet(*cache, {{key, "odd"}}));
            QCOMPARE(value(*cache, key), QByteArray("odd"));
        }
        QCOMPARE(invalidate(*cache, "*"), 300 + qint64(odd.size()));
    }

    void aSlotMovesUnderLoad()
    {
        const auto cache = createStarted();
        const QString slot = QString::fromLatin1(m_cluster->command(0, {"CLUSTER", "KEYSLOT", "{moving}"}));
        const int from = m_cluster->holderOf("{moving}");
        const int to = from == 0 ? 1 : 0;
        const QString fromName = QString::fromLatin1(m_cluster->command(from, {"CLUSTER", "MYID"}));
        const QString toName = QString::fromLatin1(m_cluster->command(to, {"CLUSTER", "MYID"}));
        for (int i = 0; i < 10; ++i)
            QCOMPARE(*increment(*cache, "{moving}" + QByteArray::number(i), 1), 1);

        std::atomic<bool> isOver = false;
        std::atomic<qint64> sum = 10;
        const std::unique_ptr<QThread> load(QThread::create([&] {
            while (!isOver) {
                int answered = 0;
                for (int n = 0; n < 10; ++n)
                    cache->increment("{moving}" + QByteArray::number(n), 1, std::nullopt, [&](const Result<qint64> &counted) {
                        if (!counted)
                            qFatal("a call failed: %s", qPrintable(counted.error().message()));
                        ++answered;
                    });
                if (!QTest::qWaitFor([&] { return answered == 10; }, 60'000))
                    qFatal("a completion did not come");
                sum += 10;
            }
        }));
        load->start();
        QTRY_VERIFY(sum > 100); // Calls are under way.

        QCOMPARE(m_cluster->command(to, {"CLUSTER", "SETSLOT", slot, "IMPORTING", fromName}), QByteArray("OK"));
        QCOMPARE(m_cluster->command(from, {"CLUSTER", "SETSLOT", slot, "MIGRATING", toName}), QByteArray("OK"));
        set(*cache, "{moving}new", "asked");
        QCOMPARE(value(*cache, "{moving}new"), QByteArray("asked"));
        QCOMPARE(m_cluster->command(to, {"CLUSTER", "COUNTKEYSINSLOT", slot}), QByteArray("1"));
        migrateKeys(from, to, slot, 5);
        // Some keys are here and some there: neither node can answer.
        Awaited<Entries> divided;
        cache->get({"{moving}0", "{moving}1", "{moving}2", "{moving}3", "{moving}4", "{moving}5", "{moving}6", "{moving}new"},
                   divided.completion());
        const auto answer = divided.wait();
        QVERIFY(!answer);
        QCOMPARE(answer.error().errorClass(), ErrorClass::Transient);
        const qint64 halfway = sum;
        QTRY_VERIFY(sum > halfway + 100);
        migrateKeys(from, to, slot);
        for (const int node : {to, from})
            QCOMPARE(m_cluster->command(node, {"CLUSTER", "SETSLOT", slot, "NODE", toName}), QByteArray("OK"));
        const qint64 moved = sum;
        QTRY_VERIFY(sum > moved + 100);
        isOver = true;
        load->wait();

        qint64 counted = 0;
        for (int i = 0; i < 10; ++i)
            counted += value(*cache, "{moving}" + QByteArray::number(i)).toLongLong();
        QCOMPARE(counted, sum.load());
        QCOMPARE(value(*cache, "{moving}new"), QByteArray("asked"));
    }

    void aServerThatForgetsItsScriptsIsToldAgain()
    {
        const auto cache = createStarted();
        keepsMany(*cache, "before");
        for (int i = 0; i < m_cluster->size(); ++i)
            m_cluster->command(i, {"SCRIPT", "FLUSH"});
        keepsMany(*cache, "after");
    }

    void aReplicaTakesOver_data()
    {
        QTest::addColumn<bool>("isKilled");
        QTest::newRow("killed") << true;
        QTest::newRow("stopped") << false;
    }
    void aReplicaTakesOver()
    {
        QFETCH(bool, isKilled);
        const auto cache = createStarted();
        keepsMany(*cache, "before");
        const QByteArray key = "many:1";
        const int lost = m_cluster->holderOf(m_prefix + key);
        QVERIFY(lost >= 0);
        QElapsedTimer timer;
        timer.start();
        isKilled ? m_cluster->kill(lost) : void(::kill(pid_t(m_cluster->processId(lost)), SIGSTOP));
        int failures = 0;
        const auto isServed = [&] {
            const auto done = trySet(*cache, {{key, "again"}});
            if (done)
                return true;
            ++failures;
            return done.error().errorClass() != ErrorClass::Transient;
        };
        QVERIFY(QTest::qWaitFor(isServed, 60'000));
        qInfo("The replica served after %lld ms; until then %d calls failed.", timer.elapsed(), failures);
        QVERIFY(failures > 0);
        QCOMPARE(value(*cache, key), QByteArray("again"));
        keepsMany(*cache, "after");
        QCOMPARE(invalidate(*cache, "many:*"), 300);
        QVERIFY(isConnected(*cache));
        isKilled ? void(m_cluster->restart(lost)) : void(::kill(pid_t(m_cluster->processId(lost)), SIGCONT));
        QVERIFY(m_cluster->isReplica(lost));
        isWhole();
        keepsMany(*cache, "once more");
    }

    void theSubscriptionOutlivesItsNode_data() { aReplicaTakesOver_data(); }
    void theSubscriptionOutlivesItsNode()
    {
        QFETCH(bool, isKilled);
        m_prefix = "bus:";
        const auto other = createNode();
        const auto cache = createNode({{QStringLiteral("command_timeout"), 500}});
        int heard = 0;
        cache->subscribe("news", [&](const QByteArray &, const QByteArray &) { ++heard; });
        int lost = -1;
        QTRY_VERIFY((lost = listenedNode("news")) >= 0);
        other->publish("news", "before");
        QTRY_COMPARE(heard, 1);
        QElapsedTimer timer;
        timer.start();
        isKilled ? m_cluster->kill(lost) : void(::kill(pid_t(m_cluster->processId(lost)), SIGSTOP));
        const auto isHeard = [&] {
            other->publish("news", "after");
            return heard > 1;
        };
        QVERIFY(QTest::qWaitFor(isHeard, 60'000));
        qInfo("Events came again after %lld ms.", timer.elapsed());
        isKilled ? void(m_cluster->restart(lost)) : void(::kill(pid_t(m_cluster->processId(lost)), SIGCONT));
        isWhole();
    }

    void speaksTls()
    {
        QTemporaryDir folder;
        const auto path = [&folder](const char *name) { return folder.filePath(QLatin1StringView(name)); };
        for (const char *name : {"server", "other"}) {
            QCOMPARE(QProcess::execute(QStringLiteral("openssl"),
                                       {"req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                                        "-days", "2", "-subj", "/CN=redis", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout",
                                        path(name) + ".key", "-out", path(name) + ".pem"}),
                     0);
        }
        const auto plain = std::exchange(m_cluster, std::make_unique<RedisClusterServers>());
        QVERIFY(m_cluster->start(false,
                                 {"--port", "0", "--tls-port", "PORT", "--tls-cluster", "yes", "--tls-cert-file", path("server.pem"),
                                  "--tls-key-file", path("server.key"), "--tls-ca-cert-file", path("server.pem"),
                                  "--tls-auth-clients", "no", "--requirepass", "secret"},
                                 {"--tls", "--cacert", path("server.pem"), "--no-auth-warning", "-a", "secret"}));
        m_prefix = "tls:";
        QJsonObject settings{{QStringLiteral("tls"), true}, {QStringLiteral("tls_root_certificate"), path("server.pem")}};
        {
            const auto cache = createNode(settings);
            QVERIFY(cache);
            keepsMany(*cache, "encrypted");
        }
        settings[QStringLiteral("tls_root_certificate")] = path("other.pem");
        settings[QStringLiteral("cluster_nodes")] = QJsonArray{QStringLiteral("127.0.0.1:%1").arg(m_cluster->port(0))};
        const auto refused = startRedisCache(settings, m_clock);
        QVERIFY(refused);
        const auto isUntrusted = [&] {
            const auto entries = tryGet(*refused);
            return entries || entries.error().message().contains(QStringLiteral("certificate"));
        };
        QVERIFY(QTest::qWaitFor(isUntrusted, 60'000));
        QVERIFY(!tryGet(*refused));
        m_cluster.reset();
    }
};

QTEST_GUILESS_MAIN(RedisClusterCacheTest)
#include "redis_cluster_cache_test.moc"
