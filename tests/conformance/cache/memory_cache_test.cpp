// SPDX-License-Identifier: GPL-3.0-or-later
#include "cache_conformance.h"

#include "plugin-api/cache_policy.h"

using namespace hudhud;

class MemoryCacheTest : public CacheConformance
{
    Q_OBJECT

protected:
    std::unique_ptr<Cache> createStarted() override { return create(100'000, 64 * 1024 * 1024); }

private:
    std::unique_ptr<Cache> create(qint64 entries, qint64 bytes, int undelivered = 10'000)
    {
        QPluginLoader loader(QStringLiteral(HUDHUD_PLUGIN_DIR "/hudhud-cache-memory"));
        auto *factory = qobject_cast<CacheFactory *>(loader.instance());
        if (!factory)
            return nullptr;
        auto cache = factory->create();
        const QJsonObject settings{{QStringLiteral("maximum_entries"), entries},
                                   {QStringLiteral("maximum_size"), bytes},
                                   {QStringLiteral("maximum_undelivered_events"), undelivered}};
        const PluginContext context{
            .name = "memory", .nodeId = "node-1", .dataDirectory = {}, .clock = &m_clock};
        if (!cache->configure(settings, context) || !cache->start())
            return nullptr;
        return cache;
    }

private Q_SLOTS:
    void dropsWhatWasNotUsedForLongest()
    {
        const auto cache = create(3, 1'000'000);
        for (const char *key : {"a", "b", "c"})
            set(*cache, key, "v");
        QVERIFY(get(*cache, "a"));
        set(*cache, "d", "v");
        QVERIFY(get(*cache, "a"));
        QVERIFY(!get(*cache, "b"));
        QVERIFY(get(*cache, "c"));
        QVERIFY(get(*cache, "d"));
        QCOMPARE(cache->metrics().evictions, 1);
        QCOMPARE(cache->metrics().entries, 3);
    }

    void staysWithinItsBytes()
    {
        const auto cache = create(1'000'000, 100'000);
        for (int i = 0; i < 1'000; ++i)
            set(*cache, "key" + QByteArray::number(i), QByteArray(1'000, 'x'));
        QVERIFY(cache->metrics().sizeBytes <= 100'000);
        QVERIFY(cache->metrics().entries > 50);
        QVERIFY(get(*cache, "key999"));
        set(*cache, "huge", QByteArray(200'000, 'x'));
        QVERIFY(!get(*cache, "huge"));
        QVERIFY(cache->metrics().sizeBytes <= 100'000);
    }

    void largeCachesKeepTheirTotals()
    {
        const auto cache = create(65'536, 64 * 1024 * 1024);
        for (int i = 0; i < 100'000; ++i)
            set(*cache, "key" + QByteArray::number(i), "v");
        QVERIFY(cache->metrics().entries <= 65'536);
        QVERIFY(cache->metrics().entries > 60'000);
        QCOMPARE(cache->metrics().entries + cache->metrics().evictions, 100'000);
    }

    void expiredEntriesMakeRoomFirst()
    {
        const auto cache = create(2, 1'000'000);
        set(*cache, "a", "v", std::chrono::seconds(1));
        set(*cache, "b", "v");
        m_clock.advance(std::chrono::seconds(1));
        set(*cache, "c", "v");
        QVERIFY(get(*cache, "b"));
        QCOMPARE(cache->metrics().evictions, 0);
        QCOMPARE(cache->metrics().expirations, 1);
    }

    void anUnreadSubscriberIsBounded()
    {
        const auto cache = create(10, 10'000, 5);
        int calls = 0;
        cache->subscribe("a", [&](const QByteArray &, const QByteArray &) { ++calls; });
        for (int i = 0; i < 100; ++i)
            cache->publish("a", "x");
        QTRY_COMPARE(calls, 5);
        cache->publish("a", "x");
        QTRY_COMPARE(calls, 6);
    }

    /// The ordered design's caching strategy.
    void timesToLiveAreAsOrdered()
    {
        using namespace std::chrono_literals;
        QCOMPARE(CachePolicy::Presence, 30'000ms);
        QCOMPARE(CachePolicy::Connections, 60'000ms);
        QCOMPARE(CachePolicy::HubMetrics, 10'000ms);
        QCOMPARE(CachePolicy::RecentMessagesPerRecipient, 100);
        QCOMPARE(CachePolicy::RecentMessages, 300'000ms);
        QCOMPARE(CachePolicy::DeliveryStatus, 3'600'000ms);
        QCOMPARE(CachePolicy::RetryStatus, 30'000ms);
        QCOMPARE(CachePolicy::RoutingMetadata, 600'000ms);
        QCOMPARE(CachePolicy::NodeHealth, 15'000ms);
        QCOMPARE(CachePolicy::RoutingDecisions, 5'000ms);
        QCOMPARE(CachePolicy::Capacity, 30'000ms);
    }
};

QTEST_GUILESS_MAIN(MemoryCacheTest)
#include "memory_cache_test.moc"
