// SPDX-License-Identifier: GPL-3.0-or-later
#include "rest_bench.h"

using namespace hudhud;
using namespace hudhud::fakes;

class OpenApiTest : public QObject
{
    Q_OBJECT

private:
    static QJsonObject schemasOf(const QJsonObject &document)
    {
        return document.value(QLatin1String("components"))[QLatin1String("schemas")].toObject();
    }
    static void collectReferences(const QJsonValue &value, QStringList &references)
    {
        if (value.isArray()) {
            for (const QJsonValue &item : value.toArray())
                collectReferences(item, references);
        }
        const QJsonObject object = value.toObject();
        for (auto member = object.begin(); member != object.end(); ++member) {
            if (member.key() == u"$ref")
                references.append(member.value().toString());
            collectReferences(member.value(), references);
        }
    }
    static QByteArray compact(const QJsonValue &value) { return QJsonDocument(value.toObject()).toJson(); }

private Q_SLOTS:
    void isServedAsItStandsInTheSource()
    {
        RestBench bench;
        const HttpResponse answer
            = bench.send(HttpMethod::Get, "/api/v1/openapi.json", {}, {{"Authorization", ""}});
        QCOMPARE(answer.status, 200);
        QCOMPARE(answer.contentType, QByteArray("application/json"));
        QVERIFY(jsonOf(answer) == bench.check.document());
        QCOMPARE(bench.violations, QStringList());
    }

    void showsTheConfiguredLimits()
    {
        RestBench bench({{QStringLiteral("maximum_subject"), 99},
                         {QStringLiteral("maximum_content"), 1'000},
                         {QStringLiteral("maximum_collapse_key"), 11},
                         {QStringLiteral("maximum_conversation"), 12},
                         {QStringLiteral("maximum_ttl"), 60'000},
                         {QStringLiteral("maximum_batch"), 5}});
        const QJsonObject schemas = schemasOf(jsonOf(bench.get("/api/v1/openapi.json")));
        const QJsonValue properties = schemas.value(QLatin1String("NewMessage"))[QLatin1String("properties")];
        QCOMPARE(properties[QLatin1String("subject")][QLatin1String("maxLength")].toInt(), 99);
        QCOMPARE(properties[QLatin1String("content")][QLatin1String("maxLength")].toInt(), 1'000);
        QCOMPARE(properties[QLatin1String("collapseKey")][QLatin1String("maxLength")].toInt(), 11);
        QCOMPARE(properties[QLatin1String("conversation")][QLatin1String("maxLength")].toInt(), 12);
        QCOMPARE(properties[QLatin1String("ttlSeconds")][QLatin1String("maximum")].toInt(), 60);
        const QJsonValue batch = schemas.value(QLatin1String("NewBatch"))[QLatin1String("properties")];
        QCOMPARE(batch[QLatin1String("messages")][QLatin1String("maxItems")].toInt(), 5);
    }

    void describesExactlyWhatIsMounted()
    {
        RestBench bench;
        QStringList mounted;
        for (const PlainRoutes *routes : {&bench.publicRoutes, &bench.adminRoutes}) {
            for (const auto &[method, pattern] : routes->patterns()) {
                const char *name = method == HttpMethod::Get ? "get"
                    : method == HttpMethod::Post             ? "post"
                    : method == HttpMethod::Put              ? "put"
                                                             : "delete";
                mounted.append(QString::fromLatin1(pattern) + u' ' + QLatin1String(name));
            }
        }
        QStringList described;
        const QJsonObject paths = bench.check.document().value(QLatin1String("paths")).toObject();
        for (auto path = paths.begin(); path != paths.end(); ++path) {
            for (const QString &method : path.value().toObject().keys())
                described.append(path.key() + u' ' + method);
        }
        mounted.sort();
        mounted.removeDuplicates();
        described.sort();
        QCOMPARE(mounted, described);
    }

    void everyReferenceLeadsSomewhere()
    {
        const OpenApiCheck check = OpenApiCheck::fromSource(QStringLiteral(HUDHUD_SOURCE_DIR));
        QStringList references;
        collectReferences(check.document(), references);
        QVERIFY(references.size() > 50);
        const JsonSchema schema(check.document());
        for (const QString &reference : references)
            QVERIFY2(!schema.resolve(reference).isEmpty(), qPrintable(reference));
    }

    void everyExampleFitsItsSchema()
    {
        const OpenApiCheck check = OpenApiCheck::fromSource(QStringLiteral(HUDHUD_SOURCE_DIR));
        const QJsonObject schemas = schemasOf(check.document());
        int examples = 0;
        for (auto schema = schemas.begin(); schema != schemas.end(); ++schema) {
            for (const QJsonValue &example : schema.value()[QLatin1String("examples")].toArray()) {
                QCOMPARE(check.violations(schema.key(), example), QStringList());
                ++examples;
            }
        }
        QVERIFY(examples >= 12);
    }

    void everyRequestExampleIsAccepted()
    {
        RestBench bench;
        const QJsonObject schemas = schemasOf(bench.check.document());
        for (const QJsonValue &example :
             schemas.value(QLatin1String("NewMessage"))[QLatin1String("examples")].toArray())
            QCOMPARE(bench.post("/api/v1/messages", compact(example)).status, 202);
        for (const QJsonValue &example :
             schemas.value(QLatin1String("NewBatch"))[QLatin1String("examples")].toArray()) {
            const QJsonObject answer = jsonOf(bench.post("/api/v1/messages/batch", compact(example)));
            QCOMPARE(answer.value(QLatin1String("rejected")).toInt(-1), 0);
        }
        QCOMPARE(bench.violations, QStringList());
    }

    void namesTheEnumerationsOfTheModel()
    {
        const OpenApiCheck check = OpenApiCheck::fromSource(QStringLiteral(HUDHUD_SOURCE_DIR));
        const QJsonObject schemas = schemasOf(check.document());
        const auto named = [&](const char *schema) {
            return schemas.value(QLatin1String(schema))[QLatin1String("enum")].toArray();
        };
        QCOMPARE(named("Priority").size(), PriorityCount);
        for (const QJsonValue &name : named("Priority"))
            QVERIFY(priorityFromName(name.toString().toLatin1()));
        QCOMPARE(named("MessageStatus").size(), 5);
        for (const QJsonValue &name : named("MessageStatus"))
            QVERIFY(messageStatusFromName(name.toString().toLatin1()));
        QCOMPARE(named("MessageType").size(), 2);
        for (const QJsonValue &name : named("MessageType"))
            QVERIFY(messageTypeFromName(name.toString().toLatin1()));
    }

    /// The checker that all the other tests lean on must be able to say no.
    void theCheckerFindsWhatIsWrong_data()
    {
        QTest::addColumn<QByteArray>("value");
        QTest::addColumn<bool>("fits");
        const QByteArray id("018f5d3c-7c1a-7b2e-9d43-5a1c2b3d4e5f");
        const QByteArray time("2026-11-23T18:04:27.123Z");
        const auto accepted = [&](const QByteArray &idText, const QByteArray &status,
                                  const QByteArray &timeText) {
            return "{\"id\":\"" + idText + "\",\"status\":" + status + ",\"createdAt\":\"" + timeText + "\"}";
        };
        QTest::newRow("right") << accepted(id, "\"Queued\"", time) << true;
        QTest::newRow("pattern") << accepted("4711", "\"Queued\"", time) << false;
        QTest::newRow("const") << accepted(id, "\"Failed\"", time) << false;
        QTest::newRow("type") << accepted(id, "0", time) << false;
        QTest::newRow("no milliseconds") << accepted(id, "\"Queued\"", "2026-11-23T18:04:27Z") << false;
        QTest::newRow("missing") << "{\"id\":\"" + id + "\",\"status\":\"Queued\"}" << false;
        QTest::newRow("more") << accepted(id, "\"Queued\"", time).chopped(1) + ",\"x\":1}" << false;
    }
    void theCheckerFindsWhatIsWrong()
    {
        QFETCH(QByteArray, value);
        QFETCH(bool, fits);
        const OpenApiCheck check = OpenApiCheck::fromSource(QStringLiteral(HUDHUD_SOURCE_DIR));
        HttpResponse answer{.status = 202,
                            .contentType = "application/json",
                            .body = value,
                            .headers
                            = {{"Location", "/api/v1/messages/018f5d3c-7c1a-7b2e-9d43-5a1c2b3d4e5f"}},
                            .closeConnection = false};
        QCOMPARE(check.violations(HttpMethod::Post, "/api/v1/messages", answer).isEmpty(), fits);
        answer.status = 299;
        QVERIFY(!check.violations(HttpMethod::Post, "/api/v1/messages", answer).isEmpty());
        answer.status = 202;
        answer.contentType = "text/html";
        QVERIFY(!check.violations(HttpMethod::Post, "/api/v1/messages", answer).isEmpty());
        answer.contentType = "application/json";
        answer.headers.clear();
        QVERIFY(!check.violations(HttpMethod::Post, "/api/v1/messages", answer).isEmpty());
        QVERIFY(!check.violations(HttpMethod::Post, "/api/v1/nothing", answer).isEmpty());
    }
};

QTEST_APPLESS_MAIN(OpenApiTest)
#include "openapi_test.moc"
