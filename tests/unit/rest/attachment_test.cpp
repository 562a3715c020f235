// SPDX-License-Identifier: GPL-3.0-or-later
#include "attachment_download.h"
#include "rest_bench.h"

using namespace hudhud;
using namespace hudhud::fakes;

/// Uploading files, naming them in messages, and getting them back.
class AttachmentTest : public QObject
{
    Q_OBJECT

private:
    static HttpResponse upload(RestBench &bench, const QByteArray &query = {}, const QByteArray &type = "image/png",
                               const QByteArray &bytes = "PNG", Headers headers = {})
    {
        if (!type.isEmpty())
            headers.emplace_back("Content-Type", type);
        return bench.send(HttpMethod::Post, "/api/v1/attachments" + query, bytes, std::move(headers));
    }
    static QByteArray uploaded(RestBench &bench, const QByteArray &query = "?name=a.png")
    {
        return jsonOf(upload(bench, query)).value(QLatin1String("id")).toString().toLatin1();
    }
    static QByteArray messageWith(const QByteArray &ids)
    {
        return R"({"recipient":"967771234567","subject":"s","content":"c","attachments":[)" + ids + "]}";
    }
    static HttpResponse get(RestBench &bench, const QByteArray &target, Headers headers = {})
    {
        return bench.send(HttpMethod::Get, target, {}, std::move(headers));
    }
    /// Without an API key.
    static HttpResponse getLinked(RestBench &bench, const QByteArray &id, const QByteArray &signature,
                                  Headers headers = {})
    {
        headers.emplace_back("Authorization", "");
        return get(bench, "/api/v1/attachments/" + id + "?expires=1&signature=" + signature, std::move(headers));
    }
    static constexpr char Unknown[] = "018f5d3c-7c1a-7b2e-9d43-5a1c2b3d4e5f";

private Q_SLOTS:
    void takesAFile()
    {
        RestBench bench;
        const HttpResponse answer = upload(bench, "?name=%D8%A8%20%22x%22.png", "image/png; q=1");
        QCOMPARE(answer.status, 201);
        QCOMPARE(bench.attachments.records.size(), 1U);
        const AttachmentRecord &record = bench.attachments.records.begin()->second;
        QCOMPARE(record.attachment.name, QByteArray("\xd8\xa8 \"x\".png"));
        QCOMPARE(record.attachment.contentType, QByteArray("image/png; q=1"));
        QCOMPARE(record.apiKeyId, 7);
        QCOMPARE(headerOf(answer, "Location"), "/api/v1/attachments/" + record.attachment.id);
        QCOMPARE(jsonOf(answer).value(QLatin1String("size")).toInt(), 3);
        QCOMPARE(jsonOf(upload(bench)).value(QLatin1String("name")).toString(), QStringLiteral("attachment"));
        QCOMPARE(bench.publicRoutes.maximumBodies.at("/api/v1/attachments"), bench.attachments.maximumSize());
        QCOMPARE(bench.violations, QStringList());
    }

    void refusesFiles()
    {
        RestBench bench;
        QCOMPARE(upload(bench, {}, "text/html").status, 415);
        QCOMPARE(upload(bench, {}, "").status, 415);
        for (const QByteArray &name : {QByteArray("?name="), QByteArray("?name=a%2Fb"), QByteArray("?name=a%5Cb"),
                                       QByteArray("?name=a%0Ab"), QByteArray("?name=%FF"),
                                       "?name=" + QByteArray(256, 'x')}) {
            const HttpResponse answer = upload(bench, name);
            QCOMPARE(answer.status, 400);
            QVERIFY(errorsOf(jsonOf(answer)).contains(QStringLiteral("name")));
        }
        QVERIFY(errorsOf(jsonOf(upload(bench, {}, "image/png", ""))).contains(QStringLiteral("body")));
        QCOMPARE(upload(bench, {}, "image/png", "x", {{"Authorization", "Bearer hk_read"}}).status, 403);
        QCOMPARE(upload(bench, {}, "image/png", "x", {{"Authorization", ""}}).status, 401);
        QVERIFY(bench.attachments.records.empty());
        bench.attachments.failure = Error(ErrorCode::QuotaExceeded, QStringLiteral("full"));
        QCOMPARE(upload(bench).status, 429);
        QCOMPARE(bench.violations, QStringList());
    }

    void aJsonFileIsAFile()
    {
        RestBench bench;
        QCOMPARE(upload(bench, {}, "application/json", "{").status, 201);
        QCOMPARE(bench.attachments.records.begin()->second.attachment.contentType, QByteArray("application/json"));
    }

    void messagesCarryWhatIsKnownOfTheirFiles()
    {
        RestBench bench;
        const QByteArray id = uploaded(bench);
        QCOMPARE(bench.post("/api/v1/messages", messageWith('"' + id.toUpper() + '"')).status, 202);
        const std::vector<Attachment> expected{bench.attachments.records.at(id).attachment};
        QVERIFY(bench.intake.taken.at(0)->attachments == expected);
        QCOMPARE(bench.post("/api/v1/broadcasts",
                            R"({"recipients":["967771234567"],"message":{"subject":"s","content":"c","attachments":[")"
                                + id + R"("]}})")
                     .status,
                 202);
        QVERIFY(bench.broadcasts.broadcasts.begin()->second.message.attachments == expected);
        QCOMPARE(bench.violations, QStringList());
    }

    void whatIsUnknownIsLeftToTheStore()
    {
        RestBench bench;
        bench.limits.isOn = true;
        bench.intake.failure = noSuchAttachment(Unknown);
        const HttpResponse answer = bench.post("/api/v1/messages", messageWith('"' + QByteArray(Unknown) + '"'));
        QCOMPARE(answer.status, 400);
        QVERIFY(errorsOf(jsonOf(answer)).contains(QStringLiteral("attachments")));
        QCOMPARE(bench.intake.requests, 1);
        QCOMPARE(bench.limits.taken, 0);
        QCOMPARE(bench.violations, QStringList());
    }

    void aBatchIsAcceptedWithoutThoseWhoseFilesAreUnknown()
    {
        RestBench bench;
        bench.limits.isOn = true;
        const QByteArray known = '"' + uploaded(bench) + '"';
        const QByteArray unknown = '"' + QByteArray(Unknown) + '"';
        const QByteArray body = "{\"messages\":[{}," + messageWith(unknown) + ',' + messageWith(known) + ",{},"
            + messageWith({}) + ',' + messageWith(known + ',' + unknown) + "]}";
        const QJsonObject answer = jsonOf(bench.post("/api/v1/messages/batch", body));
        QCOMPARE(answer.value(QLatin1String("accepted")).toInt(), 2);
        QCOMPARE(answer.value(QLatin1String("rejected")).toInt(), 4);
        const QJsonArray results = answer.value(QLatin1String("results")).toArray();
        for (const int index : {0, 1, 3, 5})
            QVERIFY(results.at(index)[QLatin1String("error")].isObject());
        QVERIFY(errorsOf(results.at(1)[QLatin1String("error")].toObject())
                    .contains(QStringLiteral("messages[1].attachments")));
        QCOMPARE(bench.limits.taken, 2);
        QCOMPARE(bench.post("/api/v1/messages/batch", "{\"messages\":[" + messageWith(unknown) + "]}").status, 202);
        QCOMPARE(bench.intake.requests, 1);
        // Under a key the store has to see them.
        QCOMPARE(bench.post("/api/v1/messages/batch", "{\"messages\":[" + messageWith(unknown) + "]}",
                            {{"Idempotency-Key", "k"}})
                     .status,
                 202);
        QCOMPARE(bench.intake.requests, 2);
        QCOMPARE(bench.violations, QStringList());
    }

    void aStoreThatCannotBeAskedRefuses()
    {
        RestBench bench;
        bench.limits.isOn = true;
        const QByteArray id = '"' + uploaded(bench) + '"';
        bench.attachments.failure = Error(ErrorCode::StorageUnavailable, QStringLiteral("away"));
        QCOMPARE(bench.post("/api/v1/messages", messageWith(id)).status, 503);
        QCOMPARE(bench.post("/api/v1/messages/batch", "{\"messages\":[" + messageWith(id) + "]}").status, 503);
        QCOMPARE(bench.limits.taken, 0);
        QCOMPARE(bench.intake.requests, 0);
        QCOMPARE(bench.violations, QStringList());
    }

    void shownMessagesHaveLinks()
    {
        RestBench bench;
        auto message = std::make_shared<Message>();
        message->id = MessageIdGenerator(bench.clock).next();
        message->recipient = *Recipient::fromString("967771234567");
        message->attachments = {{"a1", "photo.jpg", "image/jpeg", 12}};
        bench.queries.messages[message->id] = message;
        const QJsonObject shown = jsonOf(bench.get("/api/v1/messages/" + message->id.toString()));
        QCOMPARE(shown.value(QLatin1String("attachments"))[0][QLatin1String("url")].toString(),
                 QStringLiteral("/link/a1"));
    }

    void givesAFileToWhoHasALink()
    {
        RestBench bench;
        const QByteArray id = uploaded(bench);
        const HttpResponse answer = getLinked(bench, id, "good");
        QCOMPARE(answer.status, 200);
        QCOMPARE(answer.body, QByteArray("PNG"));
        QCOMPARE(answer.contentType, QByteArray("image/png"));
        QCOMPARE(headerOf(answer, "Content-Disposition"), QByteArray("attachment; filename=\"a.png\""));
        QCOMPARE(headerOf(answer, "X-Content-Type-Options"), QByteArray("nosniff"));
        QVERIFY(headerOf(answer, "Cache-Control").startsWith("private"));
        QVERIFY(headerOf(answer, "Content-Security-Policy").contains("sandbox"));
        const QByteArray tag = headerOf(answer, "ETag");
        QVERIFY(tag.startsWith('"') && tag.endsWith('"') && tag.size() > 2);
        for (const QByteArray &known : {tag, QByteArray("\"x\", W/" + tag), QByteArray("*")}) {
            const HttpResponse unchanged = getLinked(bench, id, "good", {{"If-None-Match", known}});
            QCOMPARE(unchanged.status, 304);
            QVERIFY(unchanged.body.isEmpty());
        }
        QCOMPARE(getLinked(bench, id, "good", {{"If-None-Match", "\"x\""}}).status, 200);
        QCOMPARE(getLinked(bench, id, "bad").status, 403);
        QCOMPARE(getLinked(bench, id, "").status, 403);
        QCOMPARE(getLinked(bench, Unknown, "good").status, 404);
        QCOMPARE(bench.violations, QStringList());
    }

    void withoutALinkItTakesTheKeyOfTheFile()
    {
        RestBench bench;
        const QByteArray path = "/api/v1/attachments/" + uploaded(bench);
        QCOMPARE(get(bench, path).status, 200);
        QCOMPARE(get(bench, path, {{"Authorization", "Bearer hk_read"}}).status, 404);
        QCOMPARE(get(bench, path, {{"Authorization", "Bearer hk_send"}}).status, 403);
        QCOMPARE(get(bench, path, {{"Authorization", ""}}).status, 401);
        QCOMPARE(bench.violations, QStringList());
    }

    void namesFilesForOldAndNewClients()
    {
        QCOMPARE(contentDisposition("bill.pdf"), QByteArray("attachment; filename=\"bill.pdf\""));
        QCOMPARE(contentDisposition("a\"b\\c%d.txt"),
                 QByteArray("attachment; filename=\"a_b_c_d.txt\"; filename*=UTF-8''a%22b%5Cc%25d.txt"));
        QCOMPARE(contentDisposition("\xd8\xa8.pdf"),
                 QByteArray("attachment; filename=\"__.pdf\"; filename*=UTF-8''%D8%A8.pdf"));
    }
};

QTEST_GUILESS_MAIN(AttachmentTest)
#include "attachment_test.moc"
