// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "plugin-api/cache.h"

#include <QCoreApplication>
#include <QPluginLoader>
#include <QTest>
#include <QThread>

#include <atomic>
#include <set>

namespace hudhud {

/// What every cache promises. A plugin's test derives from this, says how to make a cache, and adds what is
/// its own.
class CacheConformance : public QObject
{
    Q_OBJECT

protected:
    using Entries = std::vector<std::optional<CacheEntry>>;

    /// A clock that moves only when told.
    class HeldClock final : public Clock
    {
    public:
        Timestamp now() const override
        {
            return Timestamp(std::chrono::milliseconds(1'700'000'000'000) + m_passed.load());
        }
        SteadyTime steadyNow() const override { return SteadyTime(std::chrono::hours(1) + m_passed.load()); }
        void advance(std::chrono::milliseconds by) { m_passed = m_passed.load() + by; }

    private:
        std::atomic<std::chrono::milliseconds> m_passed{std::chrono::milliseconds(0)};
    };

    /// A started, empty cache that holds at least ten thousand small entries.
    virtual std::unique_ptr<Cache> createStarted() = 0;

    /// False where the size holds so much else that it may shrink while entries are added.
    virtual bool isSizeExact() const { return true; }

    /// Waits for a completion, which must come exactly once and on this thread.
    template <typename T> struct Awaited
    {
        Cache::Completion<T> completion()
        {
            return [this, thread = QThread::currentThread()](Result<T> outcome) {
                QCOMPARE(QThread::currentThread(), thread);
                ++calls;
                result.emplace(std::move(outcome));
            };
        }
        Result<T> wait()
        {
            [this] { QTRY_COMPARE(calls, 1); }();
            return *result;
        }
        int calls = 0;
        std::optional<Result<T>> result;
    };

    static std::optional<CacheEntry> get(Cache &cache, const QByteArray &key)
    {
        Awaited<Entries> awaited;
        cache.get({key}, awaited.completion());
        return awaited.wait()->front();
    }
    /// For caches that may fail.
    static Result<Entries> tryGet(Cache &cache, const QByteArray &key = "a")
    {
        Awaited<Entries> awaited;
        cache.get({key}, awaited.completion());
        if (!QTest::qWaitFor([&] { return awaited.calls == 1; }, 60'000))
            qFatal("no completion");
        return *awaited.result;
    }
    static QByteArray value(Cache &cache, const QByteArray &key)
    {
        const auto entry = get(cache, key);
        return entry ? entry->value : QByteArray();
    }
    static void set(Cache &cache, const QByteArray &key, const QByteArray &value,
                    Cache::TimeToLive timeToLive = {})
    {
        Awaited<void> awaited;
        cache.set({{key, value}}, timeToLive, awaited.completion());
        QVERIFY(awaited.wait());
    }
    static qint64 remove(Cache &cache, std::vector<QByteArray> keys)
    {
        Awaited<qint64> awaited;
        cache.remove(std::move(keys), awaited.completion());
        return *awaited.wait();
    }
    static qint64 invalidate(Cache &cache, const QByteArray &pattern)
    {
        Awaited<qint64> awaited;
        cache.invalidatePattern(pattern, awaited.completion());
        return *awaited.wait();
    }
    static Result<qint64> increment(Cache &cache, const QByteArray &key, qint64 amount,
                                    Cache::TimeToLive timeToLive = {})
    {
        Awaited<qint64> awaited;
        cache.increment(key, amount, timeToLive, awaited.completion());
        return awaited.wait();
    }

    HeldClock m_clock;

private Q_SLOTS:
    void keepsWhatWasSet()
    {
        const auto cache = createStarted();
        QVERIFY(!get(*cache, "a"));
        set(*cache, "a", "1");
        const auto entry = get(*cache, "a");
        QCOMPARE(entry->value, QByteArray("1"));
        QCOMPARE(entry->createdAt, m_clock.now());
        QCOMPARE(entry->expiresAt, Timestamp::max());
        QCOMPARE(entry->hitCount, 1u);
        QCOMPARE(get(*cache, "a")->hitCount, 2u);
        set(*cache, "a", "2");
        QCOMPARE(value(*cache, "a"), QByteArray("2"));
    }

    void anyBytesAreKeysAndValues()
    {
        const auto cache = createStarted();
        const QByteArray key("\0\xFF\r\n*", 5);
        set(*cache, key, QByteArray("\0x\0", 3));
        QCOMPARE(value(*cache, key), QByteArray("\0x\0", 3));
        set(*cache, "empty", "");
        QVERIFY(get(*cache, "empty"));
    }

    void answersInTheOrderOfTheKeys()
    {
        const auto cache = createStarted();
        Awaited<void> stored;
        cache->set({{"a", "1"}, {"b", "2"}, {"c", "3"}}, {}, stored.completion());
        QVERIFY(stored.wait());
        Awaited<Entries> awaited;
        cache->get({"c", "missing", "a", "c"}, awaited.completion());
        const auto entries = *awaited.wait();
        QCOMPARE(entries.size(), std::size_t(4));
        QCOMPARE(entries[0]->value, QByteArray("3"));
        QVERIFY(!entries[1]);
        QCOMPARE(entries[2]->value, QByteArray("1"));
        QCOMPARE(entries[3]->value, QByteArray("3"));
    }

    void versionsGrowAlsoAfterRemoval()
    {
        const auto cache = createStarted();
        quint64 last = 0;
        for (int i = 0; i < 5; ++i) {
            set(*cache, "a", "same");
            const quint64 version = get(*cache, "a")->version;
            QVERIFY(version > last);
            last = version;
            if (i == 2)
                QCOMPARE(remove(*cache, {"a"}), 1);
        }
    }

    void removesAndCounts()
    {
        const auto cache = createStarted();
        set(*cache, "a", "1");
        set(*cache, "b", "2");
        QCOMPARE(remove(*cache, {"a", "missing", "b"}), 2);
        QCOMPARE(remove(*cache, {"a"}), 0);
        QVERIFY(!get(*cache, "a"));
    }

    void expiresWhenItsTimeHasCome()
    {
        const auto cache = createStarted();
        set(*cache, "a", "1", std::chrono::seconds(30));
        QCOMPARE(get(*cache, "a")->expiresAt, m_clock.now() + std::chrono::seconds(30));
        m_clock.advance(std::chrono::milliseconds(29'999));
        QVERIFY(get(*cache, "a"));
        m_clock.advance(std::chrono::milliseconds(1));
        QVERIFY(!get(*cache, "a"));
        set(*cache, "b", "1", std::chrono::seconds(1));
        set(*cache, "b", "2"); // Without an end now.
        m_clock.advance(std::chrono::hours(1));
        QVERIFY(get(*cache, "b"));
    }

    void expiredEntriesAreNotCountedAsRemoved()
    {
        const auto cache = createStarted();
        set(*cache, "x:1", "1", std::chrono::seconds(1));
        set(*cache, "x:2", "1");
        m_clock.advance(std::chrono::seconds(2));
        QCOMPARE(remove(*cache, {"x:1"}), 0);
        set(*cache, "x:1", "1", std::chrono::seconds(1));
        m_clock.advance(std::chrono::seconds(2));
        QCOMPARE(invalidate(*cache, "x:*"), 1);
    }

    void invalidatesByPattern_data()
    {
        QTest::addColumn<QByteArray>("pattern");
        QTest::addColumn<QList<QByteArray>>("hit");
        using List = QList<QByteArray>;
        QTest::newRow("all") << QByteArray("*")
                             << List{"user:1", "user:2", "user:22", "node:a", "node:b", "a*b", "a[b"};
        QTest::newRow("prefix") << QByteArray("user:*") << List{"user:1", "user:2", "user:22"};
        QTest::newRow("one byte") << QByteArray("user:?") << List{"user:1", "user:2"};
        QTest::newRow("set") << QByteArray("node:[bc]") << List{"node:b"};
        QTest::newRow("range") << QByteArray("node:[a-z]") << List{"node:a", "node:b"};
        QTest::newRow("negated") << QByteArray("node:[^a]") << List{"node:b"};
        QTest::newRow("escaped star") << QByteArray("a\\*b") << List{"a*b"};
        QTest::newRow("escaped bracket") << QByteArray("a\\[b") << List{"a[b"};
        QTest::newRow("exact") << QByteArray("user:2") << List{"user:2"};
        QTest::newRow("two stars") << QByteArray("*s*:2*") << List{"user:2", "user:22"};
        QTest::newRow("empty") << QByteArray("") << List{};
        QTest::newRow("no partial match") << QByteArray("user") << List{};
    }
    void invalidatesByPattern()
    {
        QFETCH(QByteArray, pattern);
        QFETCH(QList<QByteArray>, hit);
        const auto cache = createStarted();
        const QList<QByteArray> keys{"user:1", "user:2", "user:22", "node:a", "node:b", "a*b", "a[b"};
        for (const QByteArray &key : keys)
            set(*cache, key, "v");
        QCOMPARE(invalidate(*cache, pattern), hit.size());
        for (const QByteArray &key : keys)
            QCOMPARE(!get(*cache, key), hit.contains(key));
    }

    void aHostilePatternEndsSoon()
    {
        const auto cache = createStarted();
        set(*cache, QByteArray(10'000, 'a'), "v");
        QByteArray pattern;
        for (int i = 0; i < 100; ++i)
            pattern += "*a";
        QCOMPARE(invalidate(*cache, pattern + 'b'), 0);
    }

    void counts()
    {
        const auto cache = createStarted();
        QCOMPARE(*increment(*cache, "n", 5), 5);
        QCOMPARE(*increment(*cache, "n", -7), -2);
        QCOMPARE(value(*cache, "n"), QByteArray("-2"));
        set(*cache, "text", "abc");
        QVERIFY(!increment(*cache, "text", 1));
        QCOMPARE(value(*cache, "text"), QByteArray("abc"));
        set(*cache, "full", QByteArray::number(std::numeric_limits<qint64>::max()));
        QVERIFY(!increment(*cache, "full", 1));
    }

    void aCountersTimeIsSetWhenItIsCreated()
    {
        const auto cache = createStarted();
        QCOMPARE(*increment(*cache, "n", 1, std::chrono::seconds(10)), 1);
        m_clock.advance(std::chrono::seconds(6));
        QCOMPARE(*increment(*cache, "n", 1, std::chrono::seconds(10)), 2);
        m_clock.advance(std::chrono::seconds(6));
        QCOMPARE(*increment(*cache, "n", 1, std::chrono::seconds(10)), 1);
    }

    void countersLoseNothingBetweenThreads()
    {
        const auto cache = createStarted();
        std::vector<std::unique_ptr<QThread>> threads;
        for (int i = 0; i < 4; ++i) {
            threads.emplace_back(QThread::create([&] {
                int answered = 0;
                for (int n = 0; n < 1'000; ++n)
                    cache->increment("n", 1, std::nullopt, [&answered](const Result<qint64> &) { ++answered; });
                if (!QTest::qWaitFor([&answered] { return answered == 1'000; }, 60'000))
                    qFatal("a completion did not come");
            }));
            threads.back()->start();
        }
        for (const auto &thread : threads)
            thread->wait();
        QCOMPARE(value(*cache, "n"), QByteArray("4000"));
    }

    void tellsItsMetrics()
    {
        const auto cache = createStarted();
        const CacheMetrics before = cache->metrics();
        set(*cache, "a", QByteArray(1'000, 'x'));
        get(*cache, "a");
        get(*cache, "missing");
        const CacheMetrics after = cache->metrics();
        QCOMPARE(after.entries, before.entries + 1);
        QCOMPARE(after.hits, before.hits + 1);
        QCOMPARE(after.misses, before.misses + 1);
        QVERIFY(after.sizeBytes >= (isSizeExact() ? before.sizeBytes : 0) + 1'000);
    }

    void subscribersGetTheEventsOfTheirChannelInOrder()
    {
        const auto cache = createStarted();
        QList<QByteArray> one;
        QList<QByteArray> other;
        cache->subscribe("a", [&](const QByteArray &channel, const QByteArray &payload) {
            QCOMPARE(channel, QByteArray("a"));
            one.push_back(payload);
        });
        cache->subscribe("a",
                         [&](const QByteArray &, const QByteArray &payload) { other.push_back(payload); });
        QList<QByteArray> expected;
        for (int i = 0; i < 50; ++i) {
            expected.push_back(QByteArray::number(i));
            cache->publish("a", expected.back());
            cache->publish("b", "not for them");
        }
        QTRY_COMPARE(one, expected);
        QTRY_COMPARE(other, expected);
    }

    void aSubscriberRunsOnItsOwnThread()
    {
        const auto cache = createStarted();
        QThread thread;
        QObject context;
        context.moveToThread(&thread);
        thread.start();
        std::atomic<QThread *> ranOn = nullptr;
        std::atomic<quint64> handle = 0;
        QMetaObject::invokeMethod(
            &context,
            [&] {
                handle = cache->subscribe(
                    "a", [&](const QByteArray &, const QByteArray &) { ranOn = QThread::currentThread(); });
            },
            Qt::BlockingQueuedConnection);
        cache->publish("a", "x");
        QTRY_COMPARE(ranOn.load(), &thread);
        QMetaObject::invokeMethod(
            &context, [&] { cache->unsubscribe(handle); }, Qt::BlockingQueuedConnection);
        thread.quit();
        thread.wait();
    }

    void nothingArrivesAfterUnsubscribing()
    {
        const auto cache = createStarted();
        int late = 0;
        int marker = 0;
        const quint64 handle = cache->subscribe("a", [&](const QByteArray &, const QByteArray &) { ++late; });
        cache->subscribe("a", [&](const QByteArray &, const QByteArray &) { ++marker; });
        cache->publish("a", "on its way");
        cache->unsubscribe(handle);
        cache->publish("a", "later");
        cache->unsubscribe(handle);
        QTRY_COMPARE(marker, 2);
        QCOMPARE(late, 0);
    }

    void aSubscriberMayEndItselfAndPublish()
    {
        const auto cache = createStarted();
        int calls = 0;
        int answers = 0;
        quint64 handle = 0;
        cache->subscribe("answer", [&](const QByteArray &, const QByteArray &) { ++answers; });
        handle = cache->subscribe("a", [&](const QByteArray &, const QByteArray &) {
            ++calls;
            cache->unsubscribe(handle);
            cache->publish("answer", "x");
        });
        cache->publish("a", "1");
        cache->publish("a", "2");
        QTRY_COMPARE(answers, 1);
        QCOMPARE(calls, 1);
    }

    void nothingArrivesAfterStop()
    {
        const auto cache = createStarted();
        int late = 0;
        cache->subscribe("a", [&](const QByteArray &, const QByteArray &) { ++late; });
        cache->publish("a", "x");
        cache->stop(std::chrono::milliseconds(100));
        cache->stop(std::chrono::milliseconds(100));
        QCoreApplication::processEvents();
        QCOMPARE(late, 0);
    }

    void cleanup()
    {
        // What caches leave to the event loop to delete.
        QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
    }
};

} // namespace hudhud
