// SPDX-License-Identifier: GPL-3.0-or-later
#include "rest_bench.h"

using namespace hudhud;
using namespace hudhud::fakes;

class ValidationTest : public QObject
{
    Q_OBJECT

private:
    RestBench m_bench;

    /// A good message with one member put in place of, or added to, the good ones.
    static QByteArray with(const QByteArray &name, const QByteArray &value)
    {
        QMap<QByteArray, QByteArray> members{
            {"recipient", "\"967771234567\""}, {"subject", "\"s\""}, {"content", "\"c\""}};
        members[name] = value;
        QByteArray body;
        for (auto member = members.cbegin(); member != members.cend(); ++member)
            body += (body.isEmpty() ? "{\"" : ",\"") + member.key() + "\":" + member.value();
        return body + '}';
    }
    static QByteArray text(const QByteArray &value) { return '"' + value + '"'; }

private Q_SLOTS:
    void initTestCase() { QVERIFY(m_bench.ready); }
    void cleanup()
    {
        QCOMPARE(m_bench.violations, QStringList());
        QVERIFY(m_bench.intake.taken.empty());
    }

    void namesFieldLimitAndRemedy_data()
    {
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<QString>("field");
        QTest::addColumn<QString>("says");
        const auto row = [](const char *name, const QByteArray &body, const char *field, const char *says) {
            QTest::newRow(name) << body << QString::fromUtf8(field) << QString::fromUtf8(says);
        };
        row("recipient missing", R"({"subject":"s","content":"c"})", "recipient",
            "is missing; give a phone number");
        row("recipient number", with("recipient", "967771234567"), "recipient",
            "must be a string of 7 to 15 digits");
        row("recipient null", with("recipient", "null"), "recipient", "not null");
        row("recipient short", with("recipient", text("123456")), "recipient", "7 to 15 digits");
        row("recipient long", with("recipient", text("1234567890123456")), "recipient", "7 to 15 digits");
        row("recipient plus", with("recipient", text("+967771234567")), "recipient", "without plus sign");
        row("recipient empty", with("recipient", text("")), "recipient", "7 to 15 digits");
        row("recipient arabic digits", with("recipient", text("٩٦٧٧٧١٢٣٤٥٦٧")), "recipient",
            "7 to 15 digits");
        row("subject missing", R"({"recipient":"1234567","content":"c"})", "subject",
            "is missing; give a text of 1 to 256");
        row("subject empty", with("subject", text("")), "subject", "is empty; give a text of 1 to 256 bytes");
        row("subject long", with("subject", text(QByteArray(257, 's'))), "subject",
            "has 257 bytes of UTF-8; at most 256");
        row("subject counts bytes", with("subject", text(QByteArray("é").repeated(129))), "subject",
            "has 258 bytes");
        row("subject array", with("subject", "[]"), "subject", "must be a string, not an array");
        row("subject nul", with("subject", text("a\\u0000b")), "subject", "U+0000");
        row("content missing", R"({"recipient":"1234567","subject":"s"})", "content",
            "is missing; give a text of 1 to 65536");
        row("content empty", with("content", text("")), "content", "is empty");
        row("content long", with("content", text(QByteArray(65537, 'c'))), "content",
            "has 65537 bytes of UTF-8; at most 65536");
        row("content object", with("content", "{}"), "content", "must be a string, not an object");
        row("collapse key long", with("collapseKey", text(QByteArray(65, 'x'))), "collapseKey", "at most 64");
        row("collapse key empty", with("collapseKey", text("")), "collapseKey", "is empty");
        row("conversation long", with("conversation", text(QByteArray(129, 'x'))), "conversation", "at most 128");
        row("sender bool", with("sender", "true"), "sender", "must be a string, not true or false");
        row("priority unknown", with("priority", text("Urgent")), "priority",
            "\"Urgent\" is not known; allowed are Low, Normal, High, Critical");
        row("priority case", with("priority", text("high")), "priority",
            "allowed are Low, Normal, High, Critical");
        row("priority number", with("priority", "2"), "priority",
            "one of Low, Normal, High, Critical, not a number");
        row("type unknown", with("type", text("Both")), "type", "allowed are OneWay, TwoWay");
        row("type null", with("type", "null"), "type", "not null");
        row("unknown, near", with("prority", text("High")), "prority",
            "is not known; did you mean priority?");
        row("unknown, case", with("Subject", text("s")), "Subject", "did you mean subject?");
        row("unknown, far", with("colour", text("red")), "colour",
            "is not known; allowed are recipient, subject, content");
        row("unknown, empty", with("", text("x")), "", "is not known");
        row("unknown, very long", with(QByteArray(5'000, 'n'), "1"),
            "nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn", "is not known");
        row("twice", R"({"recipient":"1234567","subject":"s","content":"c","subject":"t"})", "subject",
            "is given twice");
        row("twice, escaped", R"({"recipient":"1234567","subject":"s","content":"c","\u0073ubject":"t"})",
            "subject", "is given twice");
        row("ttl zero", with("ttlSeconds", "0"), "ttlSeconds", "whole number of seconds, 1 to 2419200");
        row("ttl long", with("ttlSeconds", "2419201"), "ttlSeconds", "1 to 2419200");
        row("ttl huge", with("ttlSeconds", "18446744073709551615"), "ttlSeconds", "1 to 2419200");
        row("ttl fraction", with("ttlSeconds", "1.5"), "ttlSeconds", "whole number of seconds");
        row("ttl text", with("ttlSeconds", text("60")), "ttlSeconds", "whole number of seconds");
        row("ttl with expiry",
            R"({"recipient":"1234567","subject":"s","content":"c","ttlSeconds":60,"expiresAt":"2100-01-01T00:00:00Z"})",
            "ttlSeconds", "cannot be combined with expiresAt");
        row("expiry far", with("expiresAt", text("2100-01-01T00:00:00.000+03:00")), "expiresAt",
            "is more than 28 days after the message may first be delivered");
        row("expiry before delivery",
            R"({"recipient":"1234567","subject":"s","content":"c","deliverAt":"2026-10-01T00:00:00Z","expiresAt":"2026-10-01T00:00:00Z"})",
            "expiresAt", "is not later than deliverAt");
        row("expiry past", with("expiresAt", text("2020-01-01T00:00:00Z")), "expiresAt", "is in the past");
        row("expiry no offset", with("expiresAt", text("2100-01-01T00:00:00")), "expiresAt", "RFC 3339");
        row("expiry nonsense", with("expiresAt", text("tomorrow")), "expiresAt", "RFC 3339");
        row("expiry number", with("expiresAt", "1800000000"), "expiresAt", "RFC 3339");
        row("delivery far", with("deliverAt", text("2100-01-01T00:00:00Z")), "deliverAt",
            "is more than 366 days ahead");
        row("delivery past", with("deliverAt", text("2020-01-01T00:00:00Z")), "deliverAt", "is in the past");
        row("attachments", with("attachments", "[{}]"), "attachments", "must be an array of ids");
        row("attachments nonsense", with("attachments", R"(["bill.pdf"])"), "attachments", "is no attachment id");
        const QByteArray file = R"("018f5d3c-7c1a-7b2e-9d43-5a1c2b3d4e5f")";
        row("attachments twice", with("attachments", '[' + file + ',' + file + ']'), "attachments",
            "has the same id twice");
        row("attachments many", with("attachments", "[1,2,3,4,5,6]"), "attachments", "at most 5 are allowed");
        row("attachments object", with("attachments", "{}"), "attachments", "must be an array");
        row("metadata text", with("metadata", text("x")), "metadata", "must be an object with string values");
        row("metadata value", with("metadata", R"({"n":1})"), "metadata.n", "must be a string, not a number");
        row("metadata nested", with("metadata", R"({"n":{"m":"x"}})"), "metadata.n",
            "must be a string, not an object");
        row("metadata twice", with("metadata", R"({"n":"1","n":"2"})"), "metadata.n", "is given twice");
        row("metadata no name", with("metadata", R"({"":"1"})"), "metadata.", "1 to 64 are allowed");
        row("metadata long name", with("metadata", "{\"" + QByteArray(65, 'n') + "\":\"1\"}"),
            "metadata.nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn", "has a name of 65 bytes");
        row("metadata large", with("metadata", "{\"n\":\"" + QByteArray(4'096, 'v') + "\"}"), "metadata",
            "at most 4096");
        QByteArray many("{");
        for (int i = 0; i < 33; ++i)
            many += (i == 0 ? "\"" : ",\"") + QByteArray::number(i) + "\":\"x\"";
        row("metadata many", with("metadata", many + '}'), "metadata", "has 33 entries; at most 32");
    }
    void namesFieldLimitAndRemedy()
    {
        QFETCH(QByteArray, body);
        QFETCH(QString, field);
        QFETCH(QString, says);
        const HttpResponse answer = m_bench.post("/api/v1/messages", body);
        QCOMPARE(answer.status, 400);
        QCOMPARE(codeOf(answer), QStringLiteral("invalid-field"));
        // A field may have several problems; the first one counts here.
        const QJsonArray errors = jsonOf(answer).value(QLatin1String("errors")).toArray();
        bool found = false;
        for (const QJsonValue &error : errors)
            found = found
                || (error[QLatin1String("field")].toString() == field
                    && error[QLatin1String("message")].toString().contains(says));
        QVERIFY2(found, answer.body.constData());

        // The same message in a batch is refused for the same reason, with its place.
        const HttpResponse batch = m_bench.post("/api/v1/messages/batch", "{\"messages\":[" + body + "]}");
        QCOMPARE(batch.status, 202);
        const QJsonObject item = jsonOf(batch).value(QLatin1String("results")).toArray().at(0).toObject();
        const QString path = QStringLiteral("messages[0]") + (field.isEmpty() ? QString() : u'.' + field);
        QVERIFY2(errorsOf(item.value(QLatin1String("error")).toObject()).contains(path),
                 batch.body.constData());
    }

    void unreadableBodies_data()
    {
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<QString>("says");
        const auto row = [](const char *name, const QByteArray &body, const char *says) {
            QTest::newRow(name) << body << QString::fromUtf8(says);
        };
        row("empty", "", "is empty");
        row("blank", " \n ", "is empty");
        row("no JSON", "hello", "is not valid JSON");
        row("cut off", "{\"recipient\":\"967", "is not valid JSON");
        row("place", "{\n  \"recipient\": nope}", "line 2");
        row("trailing comma", R"({"subject":"s",})", "is not valid JSON");
        row("two documents", "{} {}", "is not valid JSON");
        row("comment", "{/* */}", "is not valid JSON");
        row("single quotes", "{'subject':'s'}", "is not valid JSON");
        row("bare control character", "{\"subject\":\"a\nb\"}", "is not valid JSON");
        row("bad escape", R"({"subject":"\x41"})", "is not valid JSON");
        row("lone high surrogate", R"({"subject":"\ud800"})", "is not valid JSON");
        row("lone low surrogate", R"({"subject":"\udc00"})", "is not valid JSON");
        row("leading zero", R"({"ttlSeconds":01})", "is not valid JSON");
        row("huge number", R"({"ttlSeconds":1e999})", "is not valid JSON");
        row("not UTF-8", "{\"subject\":\"\xff\"}", "is not valid UTF-8");
        row("overlong", "{\"subject\":\"\xc0\xaf\"}", "is not valid UTF-8");
        row("surrogate in UTF-8", "{\"subject\":\"\xed\xa0\x80\"}", "is not valid UTF-8");
        row("latin 1", "{\"subject\":\"gr\xfc\xdf\"}", "is not valid UTF-8");
        row("array", "[]", "must be a JSON object");
        row("text", "\"x\"", "must be a JSON object");
        row("null", "null", "must be a JSON object");
        row("deep", R"({"x":)" + QByteArray(200, '[') + QByteArray(200, ']') + '}', "nested deeper than 16");
        row("very deep", QByteArray(100'000, '['), "");
        row("zero byte", QByteArray("{\0}", 3), "is not valid JSON");
    }
    void unreadableBodies()
    {
        QFETCH(QByteArray, body);
        QFETCH(QString, says);
        for (const char *path : {"/api/v1/messages", "/api/v1/messages/batch"}) {
            const HttpResponse answer = m_bench.post(path, body);
            QCOMPARE(answer.status, 400);
            QCOMPARE(codeOf(answer), QStringLiteral("invalid-request"));
            QVERIFY2(jsonOf(answer).value(QLatin1String("detail")).toString().contains(says),
                     answer.body.constData());
        }
    }

    void batchesAsAWhole_data()
    {
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<QString>("field");
        QTest::addColumn<QString>("says");
        const QString messages = QStringLiteral("messages");
        QTest::newRow("missing") << QByteArray("{}") << messages
                                 << QStringLiteral("is missing; give an array of 1 to 1000");
        QTest::newRow("none") << QByteArray(R"({"messages":[]})") << messages
                              << QStringLiteral("has 0 messages; 1 to 1000");
        QTest::newRow("object") << QByteArray(R"({"messages":{}})") << messages
                                << QStringLiteral("must be an array of messages, not an object");
        QTest::newRow("twice") << QByteArray(R"({"messages":[{}],"messages":[{}]})") << messages
                               << QStringLiteral("is given twice");
        QTest::newRow("unknown") << QByteArray(R"({"message":[{}]})") << QStringLiteral("message")
                                 << QStringLiteral("did you mean messages?");
    }
    void batchesAsAWhole()
    {
        QFETCH(QByteArray, body);
        QFETCH(QString, field);
        QFETCH(QString, says);
        const HttpResponse answer = m_bench.post("/api/v1/messages/batch", body);
        QCOMPARE(answer.status, 400);
        QVERIFY2(errorsOf(jsonOf(answer)).value(field).contains(says), answer.body.constData());
    }

    void everythingIsReportedTogether()
    {
        const HttpResponse answer
            = m_bench.post("/api/v1/messages", R"({"recipient":"x","subject":"","priority":5,"colour":1})",
                           {{"Idempotency-Key", "a b"}});
        QCOMPARE(errorsOf(jsonOf(answer)).keys(),
                 (QStringList{QStringLiteral("Idempotency-Key"), QStringLiteral("colour"),
                              QStringLiteral("content"), QStringLiteral("priority"),
                              QStringLiteral("recipient"), QStringLiteral("subject")}));
        QVERIFY(
            jsonOf(answer).value(QLatin1String("detail")).toString().startsWith(QLatin1String("6 values")));
    }

    void theListOfProblemsIsBounded()
    {
        QByteArray body("{");
        for (int i = 0; i < 30; ++i)
            body += (i == 0 ? "\"unknown" : ",\"unknown") + QByteArray::number(i) + "\":1";
        const HttpResponse answer = m_bench.post("/api/v1/messages", body + '}');
        QCOMPARE(jsonOf(answer).value(QLatin1String("errors")).toArray().size(), 20);
        const QString detail = jsonOf(answer).value(QLatin1String("detail")).toString();
        QCOMPARE(detail, QStringLiteral("33 values cannot be accepted; see errors for the first 20."));
        const HttpResponse batch = m_bench.post("/api/v1/messages/batch", "{\"messages\":[" + body + "}]}");
        const QJsonValue item = jsonOf(batch).value(QLatin1String("results"))[0];
        QCOMPARE(item[QLatin1String("error")][QLatin1String("errors")].toArray().size(), 5);
    }

    void onlyJsonIsTaken_data()
    {
        QTest::addColumn<QByteArray>("type");
        QTest::addColumn<bool>("taken");
        QTest::newRow("plain") << QByteArray("application/json") << true;
        QTest::newRow("case") << QByteArray("Application/JSON") << true;
        QTest::newRow("charset") << QByteArray("application/json; charset=utf-8") << true;
        QTest::newRow("charset, quoted") << QByteArray("application/json;charset=\"UTF-8\"") << true;
        QTest::newRow("latin 1") << QByteArray("application/json; charset=iso-8859-1") << false;
        QTest::newRow("form, as curl has it") << QByteArray("application/x-www-form-urlencoded") << false;
        QTest::newRow("text") << QByteArray("text/plain") << false;
        QTest::newRow("missing") << QByteArray() << false;
        QTest::newRow("longer") << QByteArray("application/json5") << false;
    }
    void onlyJsonIsTaken()
    {
        QFETCH(QByteArray, type);
        QFETCH(bool, taken);
        const HttpResponse answer
            = m_bench.send(HttpMethod::Post, "/api/v1/messages", "{}", {{"Content-Type", type}});
        QCOMPARE(answer.status, taken ? 400 : 415);
        QCOMPARE(codeOf(answer), taken ? QStringLiteral("invalid-field") : QStringLiteral("unsupported"));
    }

    void whatIsQuotedIsCutBetweenCharacters()
    {
        const HttpResponse answer
            = m_bench.post("/api/v1/messages", with("priority", text("x" + QByteArray("😀").repeated(50))));
        const QString message = errorsOf(jsonOf(answer)).value(QStringLiteral("priority"));
        QVERIFY(message.startsWith(QStringLiteral("\"x😀")));
        QVERIFY(message.contains(QStringLiteral("😀…\"")));
        QVERIFY(!message.contains(QChar::ReplacementCharacter));
    }

    void namesAreCutBetweenCharacters()
    {
        const HttpResponse answer
            = m_bench.post("/api/v1/messages", with("x" + QByteArray("😀").repeated(50), "1"));
        QVERIFY(!QString::fromUtf8(answer.body).contains(QChar::ReplacementCharacter));
        QVERIFY(QString::fromUtf8(answer.body).toUtf8() == answer.body);
    }
};

QTEST_APPLESS_MAIN(ValidationTest)
#include "validation_test.moc"
