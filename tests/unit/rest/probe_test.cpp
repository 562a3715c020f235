// SPDX-License-Identifier: GPL-3.0-or-later
#include "rest_bench.h"

#include <QFile>

using namespace hudhud;
using namespace hudhud::fakes;

class ProbeTest : public QObject
{
    Q_OBJECT

private:
    static HttpResponse probe(RestBench &bench, PlainRoutes &routes, const QByteArray &path)
    {
        return bench.sendTo(routes, HttpMethod::Get, path, {}, {{"Authorization", ""}});
    }

private Q_SLOTS:
    void probesAnswerOnBothEndpointsWithoutAKey()
    {
        RestBench bench;
        for (PlainRoutes *routes : {&bench.publicRoutes, &bench.adminRoutes}) {
            QCOMPARE(probe(bench, *routes, "/healthz").body, QByteArray(R"({"status":"ok"})"));
            QCOMPARE(probe(bench, *routes, "/readyz").body, QByteArray(R"({"status":"ready"})"));
        }
        QCOMPARE(bench.violations, QStringList());
    }

    void readinessSaysWhyNot()
    {
        RestBench bench;
        bench.node.reason = QByteArray("storage is read-only");
        const HttpResponse answer = probe(bench, bench.publicRoutes, "/readyz");
        QCOMPARE(answer.status, 503);
        QVERIFY(answer.body.contains("storage is read-only"));
        QCOMPARE(probe(bench, bench.publicRoutes, "/healthz").status, 200);
        QCOMPARE(bench.violations, QStringList());
    }

    void aDegradedNodeIsReadyAndSaysWhatDoesNotWork()
    {
        RestBench bench;
        bench.node.degraded = QByteArray("the \"bus\" is gone");
        const HttpResponse answer = probe(bench, bench.publicRoutes, "/readyz");
        QCOMPARE(answer.status, 200);
        // No raw text: moc 6.4 does not read quotes in it.
        QCOMPARE(answer.body, QByteArray("{\"status\":\"ready\",\"degraded\":\"the \\\"bus\\\" is gone\"}"));
        QCOMPARE(bench.violations, QStringList());
    }

    void metricsAreOnlyOnTheAdminEndpoint()
    {
        RestBench bench;
        QVERIFY(!bench.publicRoutes.contains(HttpMethod::Get, "/metrics"));
        const HttpResponse answer = probe(bench, bench.adminRoutes, "/metrics");
        QCOMPARE(answer.status, 200);
        QCOMPARE(answer.contentType, QByteArray("text/plain; version=0.0.4; charset=utf-8"));
        QCOMPARE(answer.body, QByteArray("hudhud_up 1\n"));
        QCOMPARE(bench.violations, QStringList());
    }

    void theAdminEndpointHasNothingElse()
    {
        RestBench bench;
        QCOMPARE(bench.adminRoutes.count(), 3U);
        PlainRoutes other;
        QVERIFY(bench.worker->mount("internal", other));
        QCOMPARE(other.count(), 2U);
    }

    void aSecondTransportOnTheSamePathIsToldOf()
    {
        RestBench bench;
        QVERIFY(!bench.worker->mount("public", bench.publicRoutes));
    }

    void theMetadataTellsTheDefaults()
    {
        QFile file(QStringLiteral(HUDHUD_SOURCE_DIR "/plugins/transport/rest/metadata.json"));
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QJsonObject settings
            = QJsonDocument::fromJson(file.readAll()).object().value(QLatin1String("settings")).toObject();
        const RestOptions defaults;
        const QJsonObject expected{
            {QStringLiteral("maximum_subject"), defaults.maximumSubject},
            {QStringLiteral("maximum_content"), defaults.maximumContent},
            {QStringLiteral("maximum_collapse_key"), defaults.maximumCollapseKey},
            {QStringLiteral("maximum_conversation"), defaults.maximumConversation},
            {QStringLiteral("maximum_ttl"), qint64(defaults.maximumTimeToLive.count())},
            {QStringLiteral("maximum_delay"), qint64(defaults.maximumDelay.count())},
            {QStringLiteral("idempotency_window"), qint64(defaults.idempotencyWindow.count())},
            {QStringLiteral("maximum_metadata"), defaults.maximumMetadata},
            {QStringLiteral("maximum_batch"), defaults.maximumBatch},
            {QStringLiteral("retry_after"), qint64(std::chrono::milliseconds(defaults.retryAfter).count())},
            {QStringLiteral("benchmark_route"), defaults.benchmarkRoute},
        };
        QCOMPARE(settings.keys(), expected.keys());
        for (const QString &key : settings.keys())
            QCOMPARE(settings.value(key)[QLatin1String("default")], expected.value(key));
    }

    void settingsAreChecked()
    {
        QVERIFY(!RestBench({{QStringLiteral("retry_after"), 1'500}}).ready);
        QVERIFY(!RestBench({{QStringLiteral("retry_after"), 0}}).ready);
        QVERIFY(RestBench({{QStringLiteral("retry_after"), 2'000}}).ready);
    }
};

QTEST_APPLESS_MAIN(ProbeTest)
#include "probe_test.moc"
