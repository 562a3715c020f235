// SPDX-License-Identifier: GPL-3.0-or-later
#include "security/api_key.h"
#include "security/api_key_cache.h"

#include "manual_clock.h"
#include "security/secrets.h"

#include <QTest>

using namespace hudhud;
using namespace std::chrono_literals;

class ApiKeyTest : public QObject
{
    Q_OBJECT

private:
    ManualClock m_clock;

    static ApiKeyRecord record(qint64 id)
    {
        ApiKeyRecord record;
        record.id = id;
        return record;
    }
    static QByteArray hash(int number) { return sha256(QByteArray::number(number)); }

private Q_SLOTS:
    void creation()
    {
        const auto key = createApiKey("shop", {"send", "read"}, m_clock.now() + 1h, m_clock);
        QVERIFY(key);
        QVERIFY(key->text.startsWith("hk_"));
        QCOMPARE(key->text.size(), 46);
        QCOMPARE(key->record.hash, sha256(key->text));
        QCOMPARE(key->record.name, QByteArray("shop"));
        QCOMPARE(key->record.scopes, (std::vector<QByteArray>{"send", "read"}));
        QVERIFY(key->record.createdAt == m_clock.now());
        QCOMPARE(apiKeyHash(key->text), std::optional(key->record.hash));
        const auto other = createApiKey("shop", {"send"}, std::nullopt, m_clock);
        QVERIFY(other && other->text != key->text);
    }

    void badRequests()
    {
        const auto field = [this](const QByteArray &name, const std::vector<QByteArray> &scopes,
                                  std::optional<Timestamp> expiresAt) {
            const auto key = createApiKey(name, scopes, expiresAt, m_clock);
            return key ? QString() : key.error().field();
        };
        QCOMPARE(field("", {"send"}, std::nullopt), QStringLiteral("name"));
        QCOMPARE(field("a b", {"send"}, std::nullopt), QStringLiteral("name"));
        QCOMPARE(field(QByteArray(65, 'a'), {"send"}, std::nullopt), QStringLiteral("name"));
        QCOMPARE(field("a", {}, std::nullopt), QStringLiteral("scopes"));
        QCOMPARE(field("a", {"fly"}, std::nullopt), QStringLiteral("scopes"));
        QCOMPARE(field("a", {"send", "send"}, std::nullopt), QStringLiteral("scopes"));
        QCOMPARE(field("a", {"send"}, m_clock.now()), QStringLiteral("expiresAt"));
    }

    void textsThatAreNoKeys()
    {
        for (const QByteArray &text : {QByteArray(), QByteArray("hk_"), QByteArray("hk_short"),
                                       QByteArray("xx_" + QByteArray(43, 'a')),
                                       QByteArray("hk_" + QByteArray(44, 'a')), QByteArray(100'000, 'h')})
            QVERIFY(!apiKeyHash(text));
    }

    void bearer()
    {
        QCOMPARE(bearerCredentials("Bearer abc"), std::optional<QByteArrayView>("abc"));
        QCOMPARE(bearerCredentials("bearer  abc "), std::optional<QByteArrayView>("abc"));
        for (const char *header : {"", "Bearer", "Bearer ", "Basic abc", "Bearerabc", "abc"})
            QVERIFY2(!bearerCredentials(header), header);
    }

    void cacheRemembersForItsTime()
    {
        ApiKeyCache cache(10, 30s);
        const SteadyTime start = m_clock.steadyNow();
        QVERIFY(!cache.find(hash(1), start));
        cache.insert(hash(1), record(7), start);
        cache.insert(hash(2), std::nullopt, start);
        QCOMPARE((*cache.find(hash(1), start + 29s))->id, 7);
        QVERIFY(*cache.find(hash(2), start + 29s) == nullptr);
        QVERIFY(!cache.find(hash(1), start + 30s));
        QVERIFY(!cache.find(hash(2), start + 30s));
        QCOMPARE(cache.size(), 0U);
    }

    void newerAnswersReplaceOlderOnes()
    {
        ApiKeyCache cache(10, 30s);
        const SteadyTime start = m_clock.steadyNow();
        cache.insert(hash(1), std::nullopt, start);
        cache.insert(hash(1), record(7), start + 10s);
        QCOMPARE((*cache.find(hash(1), start + 35s))->id,
                 7); // The older expiry does not end the newer answer.
        cache.insert(hash(1), std::nullopt, start + 36s);
        QVERIFY(*cache.find(hash(1), start + 36s) == nullptr);
        QVERIFY(!cache.find(hash(1), start + 70s));
    }

    void cacheIsBounded()
    {
        ApiKeyCache cache(100, 30s);
        const SteadyTime start = m_clock.steadyNow();
        cache.insert(hash(-1), record(1), start);
        for (int i = 0; i < 1'000; ++i)
            cache.insert(hash(i), std::nullopt, start);
        QVERIFY(cache.size() <= 101);
        QVERIFY(cache.find(hash(-1), start)); // The flood of unknown keys left it.
        QVERIFY(cache.find(hash(999), start));
        QVERIFY(!cache.find(hash(0), start));
        for (int i = 0; i < 1'000; ++i)
            cache.insert(hash(5), record(5), start); // The same key again and again is one.
        QVERIFY(cache.size() <= 200);
    }
};

QTEST_APPLESS_MAIN(ApiKeyTest)
#include "api_key_test.moc"
