// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin_bench.h"

using namespace hudhud;
using namespace hudhud::fakes;
using namespace std::chrono_literals;

class AdminAccessTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void enforcesTheRoleOfEachRoute_data()
    {
        QTest::addColumn<bool>("isPost");
        QTest::addColumn<QByteArray>("path");
        QTest::addColumn<QString>("role");
        const QJsonObject paths = AdminBench::document().value(QLatin1StringView("paths")).toObject();
        for (auto path = paths.begin(); path != paths.end(); ++path) {
            const QJsonObject operations = path.value().toObject();
            for (auto operation = operations.begin(); operation != operations.end(); ++operation) {
                const QJsonArray security = operation.value()[QLatin1StringView("security")].toArray();
                if (security.isEmpty())
                    continue;
                const QString role = security[0][QLatin1StringView("operatorToken")][0].toString();
                QByteArray target = path.key().toUtf8().replace("/api/v1/admin", "");
                target.replace("{id}", target.startsWith("/jobs") ? "1" : "0190f3a4-9f2b-7c11-8000-00000000001a");
                QTest::newRow(qPrintable(operation.key() + path.key()))
                    << (operation.key() == u"post") << target << role;
            }
        }
    }

    void enforcesTheRoleOfEachRoute()
    {
        QFETCH(bool, isPost);
        QFETCH(QByteArray, path);
        QFETCH(QString, role);
        const bool isForViewers = role == u"viewer";
        AdminBench bench;
        const HttpMethod method = isPost ? HttpMethod::Post : HttpMethod::Get;
        QCOMPARE(bench.sendWith(method, path, "{}", {}).status, 401);
        QCOMPARE(bench.send(method, path, "{}", "phone").status, 403);
        const HttpResponse asViewer = bench.send(method, path, "{}", "viewer");
        QCOMPARE(asViewer.status == 403, !isForViewers);
        QCOMPARE(bench.store.reader().audit().list({})->size(), std::size_t(isForViewers ? 0 : 1));
        QCOMPARE(bench.send(method, path, "{}", "operator").status == 403, role == u"admin");
        QVERIFY(bench.send(method, path, "{}", "admin").status != 403);
        QCOMPARE(bench.violations, QStringList());
    }

    void refusesTokensOfOthers()
    {
        AdminBench bench;
        const auto statusWith = [&bench](const QByteArray &authorization) {
            return bench.sendWith(HttpMethod::Get, "/nodes", {}, {{"Authorization", authorization}}).status;
        };
        QCOMPARE(statusWith(bench.token("viewer")), 200);
        QCOMPARE(statusWith("Bearer hk_abc"), 401);
        QCOMPARE(statusWith("Basic YTpi"), 401);
        QCOMPARE(statusWith(bench.token("viewer").chopped(2) + "AA"), 401);
        TokenRequest phone;
        phone.claims = {{"mobile_number", "967771234567"}};
        phone.roles = {"viewer"};
        QCOMPARE(statusWith("Bearer " + *createToken(bench.jwt, phone, bench.store.clock)), 401);
        const QByteArray old = bench.token("viewer");
        bench.store.clock.wall += 2h;
        QCOMPARE(statusWith(old), 401);
        QCOMPARE(bench.violations, QStringList());
    }

    void refusedChangesAreAudited()
    {
        AdminBench bench;
        bench.send(HttpMethod::Post, "/dlq/replay", R"({"filter":{}})", "viewer");
        const AuditRecord record = bench.lastAudit();
        QCOMPARE(record.actor, QByteArray("amal"));
        QCOMPARE(record.action, QByteArray("dead-letters.replay"));
        QCOMPARE(record.address, QByteArray("127.0.0.1"));
        QCOMPARE(record.result, QByteArray("forbidden"));
    }

    void describesExactlyWhatIsMounted()
    {
        AdminBench bench;
        QCOMPARE(bench.routes.count(), std::size_t(51));
        for (const auto &[method, pattern] : bench.routes.patterns())
            QVERIFY2(!bench.check.operation(method, pattern).isEmpty(), pattern.constData());
        QVERIFY(jsonOf(bench.sendWith(HttpMethod::Get, "/openapi.json", {}, {})) == AdminBench::document());
    }

    void showsQueuesAndNodes()
    {
        AdminBench bench;
        bench.store.accept();
        bench.store.dead();
        const HttpResponse queues = bench.get("/queues");
        QCOMPARE(numberOf(queues, "pending"), 1);
        QCOMPARE(numberOf(queues, "deadLetters"), 1);
        QCOMPARE(numberOf(queues, "discarded"), 0);
        const auto node = [&bench] { return jsonOf(bench.get("/nodes"))[QLatin1StringView("nodes")][0].toObject(); };
        QCOMPARE(node().value(QLatin1StringView("id")).toString(), QStringLiteral("node-1"));
        QCOMPARE(node().value(QLatin1StringView("ready")).toBool(), true);
        QCOMPARE(node().value(QLatin1StringView("health")).toString(), QStringLiteral("green"));
        QCOMPARE(node().value(QLatin1StringView("version")).toString(), QStringLiteral("1.2.3"));
        bench.node.reason = "the node is stopping";
        QCOMPARE(node().value(QLatin1StringView("reason")).toString(), QStringLiteral("the node is stopping"));
        QCOMPARE(node().value(QLatin1StringView("health")).toString(), QStringLiteral("red"));
        QCOMPARE(bench.violations, QStringList());
    }

    void showsAllNodes()
    {
        AdminBench bench;
        bench.nodes = {{.id = "node-0",
                        .endpoint = "http://10.0.0.1:8080",
                        .status = NodeStatus::Degraded,
                        .currentLoad = {.cpuUsage = 0.5,
                                        .memoryUsage = 0.25,
                                        .activeConnections = 7,
                                        .queueDepth = 3,
                                        .requestsPerSecond = 12.5,
                                        .averageResponseTime = 1500us,
                                        .lastUpdated = bench.store.clock.wall},
                        .lastHeartbeat = bench.store.clock.wall,
                        .maxConcurrentRequests = 100,
                        .currentActiveRequests = 9,
                        .capabilities = {{QStringLiteral("version"), QStringLiteral("1.2.3")}}},
                       {.id = "node-1",
                        .endpoint = "http://10.0.0.2:8080",
                        .status = NodeStatus::Healthy,
                        .currentLoad = {},
                        .capabilities = {}}};
        bench.node.degraded = "the bus is gone";
        const QJsonArray nodes = jsonOf(bench.get("/nodes"))[QLatin1StringView("nodes")].toArray();
        QCOMPARE(nodes.size(), 2);
        QCOMPARE(nodes[0][QLatin1StringView("status")].toString(), QStringLiteral("degraded"));
        QCOMPARE(nodes[0][QLatin1StringView("load")][QLatin1StringView("averageResponseTimeSeconds")].toDouble(),
                 0.0015);
        QCOMPARE(nodes[0][QLatin1StringView("capabilities")][QLatin1StringView("version")].toString(),
                 QStringLiteral("1.2.3"));
        QVERIFY(nodes[0][QLatin1StringView("ready")].isUndefined()); // Only the node that was asked knows of itself.
        QCOMPARE(nodes[1][QLatin1StringView("ready")].toBool(), true);
        QCOMPARE(nodes[1][QLatin1StringView("reason")].toString(), QStringLiteral("the bus is gone"));
        QCOMPARE(bench.violations, QStringList());
    }

    void showsHowManyNodesThereShouldBe()
    {
        AdminBench bench;
        bench.scaling = {.currentNodes = 2,
                         .desiredNodes = 3,
                         .neededNodes = 4,
                         .reason = "connections",
                         .cpuUse = 0.25,
                         .connectionUse = 1.5,
                         .messageUse = 0.5};
        QCOMPARE(bench.get("/scaling").body,
                 QByteArray(R"({"currentNodes":2,"desiredNodes":3,"neededNodes":4,"reason":"connections","cpuUse":0.25,)"
                            R"("connectionUse":1.5,"messageUse":0.5})"));
        QCOMPARE(bench.violations, QStringList());
    }

    void sendsSurplusPhonesAway()
    {
        AdminBench bench;
        bench.redistribution = PhoneRedistribution::Plan{.phones = 12, .share = 0.5, .within = std::chrono::milliseconds(250)};
        const HttpResponse answer = bench.send(HttpMethod::Post, "/cluster/redistribute", {}, "operator");
        QCOMPARE(answer.status, 202);
        QCOMPARE(answer.body, QByteArray("{\"phones\":12,\"withinSeconds\":0.25}"));
        QCOMPARE(bench.lastAudit().action, QByteArray("cluster.redistribute"));
        QCOMPARE(bench.lastAudit().count, 12);
        bench.redistribution = std::unexpected(Error(ErrorCode::Conflict, QStringLiteral("alone")));
        QCOMPARE(bench.send(HttpMethod::Post, "/cluster/redistribute", {}, "operator").status, 409);
        QCOMPARE(bench.violations, QStringList());
    }

    void drainsTheNode()
    {
        AdminBench bench;
        const HttpResponse answer = bench.send(HttpMethod::Post, "/drain", {}, "admin");
        QCOMPARE(answer.status, 202);
        QCOMPARE(bench.drains, 1);
        QCOMPARE(bench.store.reader().audit().list({})->front().action, QByteArray("node.drain"));
        QCOMPARE(bench.violations, QStringList());
    }

    void showsHubs()
    {
        AdminBench bench;
        bench.hubs = {{.name = "online-mobile-user",
                       .metrics = {.activeConnections = 3,
                                   .messagesPerSecond = 12.5,
                                   .averageDeliveryLatency = 1500us,
                                   .failedDeliveries = 1,
                                   .lastUpdated = bench.store.clock.wall},
                       .connections = {.totalActiveConnections = 3,
                                       .maxConcurrentConnections = 4,
                                       .connectionUtilization = 0.75,
                                       .averageConnectionDuration = 90s,
                                       .connectionsPerSecond = 0.1}}};
        const QJsonObject hub = jsonOf(bench.get("/hubs"))[QLatin1StringView("hubs")][0].toObject();
        QCOMPARE(hub.value(QLatin1StringView("name")).toString(), QStringLiteral("online-mobile-user"));
        QCOMPARE(hub.value(QLatin1StringView("averageDeliveryLatencySeconds")).toDouble(), 0.0015);
        QCOMPARE(hub.value(QLatin1StringView("averageConnectionDurationSeconds")).toDouble(), 90.0);
        QCOMPARE(hub.value(QLatin1StringView("connectionUtilization")).toDouble(), 0.75);
        QCOMPARE(hub.value(QLatin1StringView("connectionsPerSecond")).toDouble(), 0.1);
        QCOMPARE(bench.violations, QStringList()); // The document names every other member.
    }

    void closesConnectionsWhileDraining()
    {
        AdminBench bench;
        QVERIFY(!bench.get("/nodes").closeConnection);
        bench.worker.drain();
        QVERIFY(bench.get("/nodes").closeConnection);
    }
};

QTEST_GUILESS_MAIN(AdminAccessTest)
#include "access_test.moc"
