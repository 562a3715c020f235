// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin_bench.h"

using namespace hudhud;
using namespace hudhud::fakes;

class MaintenanceRoutesTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void showsBreakersAndClosesThemByHand()
    {
        AdminBench bench;
        bench.breakers.of("webhook");
        bench.breakers.of("storage-write").trip("it hangs");
        QJsonArray breakers = jsonOf(bench.get("/breakers")).value(QLatin1StringView("breakers")).toArray();
        QCOMPARE(breakers.size(), 2);
        const QJsonObject open = breakers.at(0).toObject();
        QCOMPARE(open.value(QLatin1StringView("dependency")).toString(), QStringLiteral("storage-write"));
        QCOMPARE(open.value(QLatin1StringView("state")).toString(), QStringLiteral("open"));
        QCOMPARE(open.value(QLatin1StringView("lastFailure")).toString(), QStringLiteral("it hangs"));
        QCOMPARE(open.value(QLatin1StringView("openings")).toInt(), 1);

        QCOMPARE(bench.post("/breakers/storage-write/reset").status, 200);
        QVERIFY(bench.breakers.of("storage-write").state() == BreakerState::Closed);
        QCOMPARE(bench.lastAudit().action, QByteArray("breaker.reset"));
        QCOMPARE(bench.lastAudit().detail, QByteArray(R"({"dependency":"storage-write"})"));
        QCOMPARE(bench.post("/breakers/storage-writes/reset").status, 404);
        QCOMPARE(bench.lastAudit().result, QByteArray("not-found"));
        QCOMPARE(bench.violations, QStringList());
    }

    void checksTheStoreOnDemand()
    {
        AdminBench bench;
        QCOMPARE(bench.get("/consistency").body, QByteArray(R"({"running":false})"));
        const HttpResponse begun
            = bench.post("/consistency/check", R"({"scope":"queue","repair":true})");
        QCOMPARE(begun.status, 202);
        QCOMPARE(textOf(begun, "scope"), QStringLiteral("queue"));
        QCOMPARE(bench.lastAudit().action, QByteArray("consistency.check"));
        const QJsonObject ended = jsonOf(bench.get("/consistency"));
        QVERIFY(!ended.value(QLatin1StringView("running")).toBool(true));
        QVERIFY(ended.contains(QLatin1StringView("endedAt")));
        QCOMPARE(ended.value(QLatin1StringView("findings")).toArray().size(), 0);
        QCOMPARE(bench.violations, QStringList());
    }

    void disconnectsAUser()
    {
        AdminBench bench;
        QCOMPARE(bench.post("/users/967771234567/disconnect").body, QByteArray(R"({"disconnected":2})"));
        QCOMPARE(bench.disconnected, QByteArrayList{"967771234567"});
        QCOMPARE(bench.lastAudit().action, QByteArray("user.disconnect"));
        QCOMPARE(bench.lastAudit().count, 2);
        QCOMPARE(bench.post("/users/amal/disconnect").status, 400);
        QCOMPARE(bench.send(HttpMethod::Post, "/users/967771234567/disconnect", {}, "viewer").status, 403);
        QCOMPARE(bench.violations, QStringList());
    }

    void requestsAreChecked()
    {
        AdminBench bench;
        for (const char *body : {R"({"scope":"half"})", R"({"repair":1})", R"({"deep":true})"})
            QCOMPARE(bench.send(HttpMethod::Post, "/consistency/check", body).status, 400);
        QCOMPARE(bench.send(HttpMethod::Post, "/consistency/check", "{}", "viewer").status, 403);
        QCOMPARE(bench.send(HttpMethod::Post, "/breakers/webhook/reset", {}, "viewer").status, 403);
        QCOMPARE(bench.violations, QStringList());
    }
};

QTEST_GUILESS_MAIN(MaintenanceRoutesTest)
#include "maintenance_routes_test.moc"
