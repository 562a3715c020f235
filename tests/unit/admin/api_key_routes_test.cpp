// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin_bench.h"

using namespace hudhud;
using namespace hudhud::fakes;
using namespace std::chrono_literals;

class AdminApiKeyRoutesTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void createsAndShowsTheSecretOnce()
    {
        AdminBench bench;
        const HttpResponse made = asAdmin(bench, "/apikeys", R"({"name":"shop","scopes":["send","read"],"account":"967711111111"})");
        QCOMPARE(made.status, 201);
        QVERIFY(textOf(made, "secret").startsWith(QLatin1StringView("hk_")));
        QVERIFY(!bench.lastAudit().detail.contains(textOf(made, "secret").toLatin1()));
        QCOMPARE(bench.lastAudit().action, QByteArray("apikey.create"));
        const HttpResponse list = bench.send(HttpMethod::Get, "/apikeys");
        QVERIFY(!list.body.contains("hk_"));
        const QJsonObject key = jsonOf(list)[QLatin1StringView("keys")][0].toObject();
        QCOMPARE(key[QLatin1StringView("name")].toString(), QStringLiteral("shop"));
        QCOMPARE(key[QLatin1StringView("account")].toString(), QStringLiteral("967711111111"));
        QCOMPARE(key[QLatin1StringView("state")].toString(), QStringLiteral("active"));
        QCOMPARE(bench.violations, QStringList());
    }

    void saysWhatIsWrong()
    {
        AdminBench bench;
        QCOMPARE(fieldsOf(asAdmin(bench, "/apikeys", R"({"scopes":["send"],"account":"x","colour":"red"})")),
                 (QStringList{QStringLiteral("colour"), QStringLiteral("name"), QStringLiteral("account")}));
        QCOMPARE(asAdmin(bench, "/apikeys", R"({"name":"shop","scopes":["fly"]})").status, 400);
        QCOMPARE(asAdmin(bench, "/apikeys", R"({"name":"shop","scopes":"send"})").status, 400);
        QCOMPARE(asAdmin(bench, "/apikeys/99/revoke", R"({"reason":"gone"})").status, 404);
        QCOMPARE(asAdmin(bench, "/apikeys/x/revoke", R"({"reason":"gone"})").status, 400);
        QCOMPARE(bench.violations, QStringList());
    }

    void rotatesWithAGrace()
    {
        AdminBench bench;
        const HttpResponse made = asAdmin(bench, "/apikeys", R"({"name":"shop","scopes":["send"],"messagesPerSecond":7})");
        const HttpResponse rotated = asAdmin(bench, "/apikeys/1/rotate", R"({"graceSeconds":3600})");
        QCOMPARE(rotated.status, 201);
        QVERIFY(textOf(rotated, "secret") != textOf(made, "secret"));
        const QJsonObject answer = jsonOf(rotated);
        QCOMPARE(answer[QLatin1StringView("key")][QLatin1StringView("messagesPerSecond")].toInt(), 7);
        QCOMPARE(answer[QLatin1StringView("replaced")][QLatin1StringView("state")].toString(), QStringLiteral("active"));
        const auto stored = bench.store.reader().apiKeys();
        QCOMPARE(stored->size(), std::size_t(2));
        QVERIFY(stored->front().expiresAt == bench.store.clock.wall + 1h);
        QVERIFY(stored->front().hash != stored->back().hash);
        const HttpResponse atOnce = asAdmin(bench, "/apikeys/2/rotate", "{}");
        QCOMPARE(jsonOf(atOnce)[QLatin1StringView("replaced")][QLatin1StringView("state")].toString(),
                 QStringLiteral("revoked"));
        QCOMPARE(asAdmin(bench, "/apikeys/2/rotate", "{}").status, 409);
        QCOMPARE(bench.lastAudit().result, QByteArray("conflict"));
        QCOMPARE(bench.violations, QStringList());
    }

    void revokes()
    {
        AdminBench bench;
        asAdmin(bench, "/apikeys", R"({"name":"shop","scopes":["send"]})");
        QCOMPARE(fieldsOf(asAdmin(bench, "/apikeys/1/revoke", "{}")), QStringList{QStringLiteral("reason")});
        const HttpResponse revoked = asAdmin(bench, "/apikeys/1/revoke", R"({"reason":"it leaked"})");
        QCOMPARE(jsonOf(revoked)[QLatin1StringView("key")][QLatin1StringView("state")].toString(), QStringLiteral("revoked"));
        QVERIFY(bench.lastAudit().detail.contains("it leaked"));
        QCOMPARE(asAdmin(bench, "/apikeys/1/revoke", R"({"reason":"again"})").status, 409);
        QCOMPARE(bench.violations, QStringList());
    }

    void showsAndEmptiesTheCache()
    {
        AdminBench bench;
        const HttpResponse cache = bench.get("/cache");
        QCOMPARE(jsonOf(cache)[QLatin1StringView("hitRate")].toDouble(), 0.75);
        const HttpResponse emptied = asAdmin(bench, "/cache/invalidate", R"({"pattern":"presence:*"})");
        QCOMPARE(numberOf(emptied, "removed"), 3);
        QCOMPARE(bench.cache.patterns, QByteArrayList{"presence:*"});
        QCOMPARE(bench.lastAudit().action, QByteArray("cache.invalidate"));
        QCOMPARE(fieldsOf(asAdmin(bench, "/cache/invalidate", R"({"pattern":""})")), QStringList{QStringLiteral("pattern")});
        QCOMPARE(bench.violations, QStringList());
    }

    void showsPluginsAndConfiguration()
    {
        AdminBench bench;
        QCOMPARE(jsonOf(bench.get("/plugins"))[QLatin1StringView("plugins")][0][QLatin1StringView("name")].toString(),
                 QStringLiteral("memory"));
        QCOMPARE(jsonOf(bench.get("/configuration"))[QLatin1StringView("keys")][0][QLatin1StringView("key")].toString(),
                 QStringLiteral("node.id"));
        const HttpResponse node = bench.get("/nodes/node-1");
        QCOMPARE(jsonOf(node)[QLatin1StringView("plugins")].toArray().size(), 1);
        QCOMPARE(bench.get("/nodes/node-9").status, 404);
        QCOMPARE(bench.violations, QStringList());
    }

private:
    static HttpResponse asAdmin(AdminBench &bench, const QByteArray &path, const QByteArray &body)
    {
        return bench.send(HttpMethod::Post, path, body, "admin");
    }
};

QTEST_GUILESS_MAIN(AdminApiKeyRoutesTest)
#include "api_key_routes_test.moc"
