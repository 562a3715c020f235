// SPDX-License-Identifier: GPL-3.0-or-later
#include "rest_bench.h"

using namespace hudhud;
using namespace hudhud::fakes;

class AuthorizationTest : public QObject
{
    Q_OBJECT

private:
    static void addRoutes()
    {
        QTest::addColumn<int>("method");
        QTest::addColumn<QByteArray>("target");
        QTest::addColumn<QByteArray>("scope");
        const QByteArray id("018f5d3c-7c1a-7b2e-9d43-5a1c2b3d4e5f");
        const auto row = [](HttpMethod method, const QByteArray &target, const char *scope) {
            QTest::addRow("%d %s", static_cast<int>(method), target.constData())
                << static_cast<int>(method) << target << QByteArray(scope);
        };
        row(HttpMethod::Post, "/api/v1/messages", "send");
        row(HttpMethod::Post, "/api/v1/messages/batch", "send");
        row(HttpMethod::Put, "/api/v1/messages/" + id, "send");
        row(HttpMethod::Delete, "/api/v1/messages/" + id, "send");
        row(HttpMethod::Get, "/api/v1/messages", "read");
        row(HttpMethod::Get, "/api/v1/messages/" + id, "read");
        row(HttpMethod::Get, "/api/v1/messages/" + id + "/events", "read");
        row(HttpMethod::Get, "/api/v1/users/967771234567/presence", "read");
    }

private Q_SLOTS:
    void everyRouteNeedsAKeyWithItsScope_data() { addRoutes(); }
    void everyRouteNeedsAKeyWithItsScope()
    {
        QFETCH(int, method);
        QFETCH(QByteArray, target);
        QFETCH(QByteArray, scope);
        for (const bool later : {false, true}) {
            RestBench bench;
            bench.authenticator.later = later;
            const auto statusWith = [&](const QByteArray &authorization) {
                const HttpResponse answer = bench.send(static_cast<HttpMethod>(method), target, "{}",
                                                       {{"Authorization", authorization}});
                if (answer.status == 401)
                    return headerOf(answer, "WWW-Authenticate") == "Bearer realm=\"hudhud\"" ? 401 : -1;
                if (answer.status == 403) {
                    const QByteArray wanted = "error=\"insufficient_scope\", scope=\"" + scope + '"';
                    return headerOf(answer, "WWW-Authenticate").contains(wanted) ? 403 : -1;
                }
                return answer.status;
            };
            QCOMPARE(statusWith({}), 401);
            QCOMPARE(statusWith("Bearer hk_wrong"), 401);
            QCOMPARE(statusWith("Basic eDp5"), 401);
            QCOMPARE(statusWith(scope == "send" ? "Bearer hk_read" : "Bearer hk_send"), 403);
            QVERIFY(statusWith("Bearer hk_" + scope) > 0);
            QVERIFY(statusWith("Bearer hk_" + scope) != 401 && statusWith("Bearer hk_" + scope) != 403);
            QCOMPARE(bench.metrics.counters["hudhud_rest_unauthorized_total"].value(), 4);
            QCOMPARE(bench.violations, QStringList());
        }
    }

    void theKeyComesBeforeEverythingElse()
    {
        RestBench bench;
        const HttpResponse answer = bench.send(HttpMethod::Post, "/api/v1/messages", "not JSON",
                                               {{"Authorization", ""}, {"Content-Type", "x/y"}});
        QCOMPARE(answer.status, 401);
        QVERIFY(!answer.body.contains("JSON"));
    }

    void aRequestWaitsForItsKeyWithoutTheRequestObject()
    {
        RestBench bench;
        bench.authenticator.later = true;
        const HttpResponse answer
            = bench.post("/api/v1/messages", R"({"recipient":"967771234567","subject":"s","content":"c"})");
        QCOMPARE(answer.status, 202);
        bench.get("/api/v1/messages?limit=7");
        QCOMPARE(bench.queries.lastFilter->limit, 7);
    }

    void everyKeyedOperationIsDocumentedWithItsScope_data() { addRoutes(); }
    void everyKeyedOperationIsDocumentedWithItsScope()
    {
        QFETCH(int, method);
        QFETCH(QByteArray, target);
        QFETCH(QByteArray, scope);
        const RestBench bench;
        const QJsonObject operation = bench.check.operation(static_cast<HttpMethod>(method), target);
        QCOMPARE(operation.value(QLatin1String("security"))[0][QLatin1String("apiKey")][0].toString(),
                 QString::fromLatin1(scope));
    }
};

QTEST_APPLESS_MAIN(AuthorizationTest)
#include "authorization_test.moc"
