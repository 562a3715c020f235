// SPDX-License-Identifier: GPL-3.0-or-later
#include "rest_bench.h"

using namespace hudhud;
using namespace hudhud::fakes;

class IdempotencyTest : public QObject
{
    Q_OBJECT

private:
    static constexpr char Minimal[] = R"({"recipient":"967771234567","subject":"s","content":"c"})";

    static Headers key(const QByteArray &value) { return {{"Idempotency-Key", value}}; }

private Q_SLOTS:
    void aRepetitionGetsTheFirstAnswerAndStoresNothing()
    {
        RestBench bench;
        const HttpResponse first = bench.post("/api/v1/messages", Minimal, key("order-17"));
        QCOMPARE(first.status, 202);
        QCOMPARE(headerOf(first, "Idempotency-Replayed"), QByteArray());
        bench.clock.wall += std::chrono::hours(3);
        const HttpResponse second = bench.post("/api/v1/messages", Minimal, key("order-17"));
        QCOMPARE(second.status, 202);
        QCOMPARE(second.body, first.body);
        QCOMPARE(headerOf(second, "Location"), headerOf(first, "Location"));
        QCOMPARE(headerOf(second, "Idempotency-Replayed"), QByteArray("true"));
        QCOMPARE(bench.intake.taken.size(), 1U);
        QCOMPARE(bench.violations, QStringList());
    }

    void aBatchIsRepeatedWithItsRefusedItems()
    {
        RestBench bench;
        const QByteArray body = QByteArray(R"({"messages":[)") + Minimal + ",{\"recipient\":\"12\"}," + Minimal + "]}";
        const HttpResponse first = bench.post("/api/v1/messages/batch", body, key("b"));
        const HttpResponse second = bench.post("/api/v1/messages/batch", body, key("b"));
        QCOMPARE(jsonOf(first).value(QLatin1String("accepted")).toInt(), 2);
        QCOMPARE(second.body, first.body);
        QCOMPARE(headerOf(second, "Idempotency-Replayed"), QByteArray("true"));
        QCOMPARE(bench.intake.taken.size(), 2U);
        QCOMPARE(bench.violations, QStringList());
    }

    void anotherBodyOrAnotherPathIsAnotherRequest()
    {
        RestBench bench;
        QCOMPARE(bench.post("/api/v1/messages", Minimal, key("k")).status, 202);
        const QByteArray other = QByteArray(Minimal).replace("\"c\"", "\"d\"");
        for (const HttpResponse &answer :
             {bench.post("/api/v1/messages", other, key("k")),
              bench.post("/api/v1/messages/batch", QByteArray(R"({"messages":[)") + Minimal + "]}", key("k"))}) {
            QCOMPARE(answer.status, 422);
            QCOMPARE(codeOf(answer), QStringLiteral("idempotency-mismatch"));
        }
        QCOMPARE(bench.intake.taken.size(), 1U);
        QCOMPARE(bench.violations, QStringList());
    }

    void eachApiKeyHasItsOwn()
    {
        RestBench bench;
        Headers other = key("k");
        other.emplace_back("Authorization", "Bearer hk_send");
        QCOMPARE(bench.post("/api/v1/messages", Minimal, key("k")).status, 202);
        QCOMPARE(bench.post("/api/v1/messages", Minimal, other).status, 202);
        QCOMPARE(bench.intake.taken.size(), 2U);
        QCOMPARE(bench.intake.claims.at(0).apiKeyId, 7);
        QCOMPARE(bench.intake.claims.at(1).apiKeyId, 8);
        QCOMPARE(bench.intake.claims.at(0).fingerprint.size(), 32);
        QVERIFY(bench.intake.claims.at(0).expiresAt == bench.clock.wall + std::chrono::hours(24));
    }

    void quotationMarksOfAStructuredFieldDoNotCount()
    {
        RestBench bench;
        bench.post("/api/v1/messages", Minimal, key("abc"));
        bench.post("/api/v1/messages", Minimal, key("\"abc\""));
        QCOMPARE(bench.intake.taken.size(), 1U);
    }

    void keysAreChecked_data()
    {
        QTest::addColumn<QByteArray>("value");
        QTest::addColumn<bool>("isGood");
        QTest::newRow("shortest") << QByteArray("k") << true;
        QTest::newRow("longest") << QByteArray(255, 'k') << true;
        QTest::newRow("ends of the range") << QByteArray("!~") << true;
        QTest::newRow("too long") << QByteArray(256, 'k') << false;
        QTest::newRow("space") << QByteArray("a b") << false;
        QTest::newRow("not ASCII") << QByteArray("schl\xc3\xbcssel") << false;
        QTest::newRow("control") << QByteArray("a\tb") << false;
        QTest::newRow("nothing in quotation marks") << QByteArray("\"\"") << false;
    }
    void keysAreChecked()
    {
        QFETCH(QByteArray, value);
        QFETCH(bool, isGood);
        RestBench bench;
        const HttpResponse answer = bench.post("/api/v1/messages", Minimal, key(value));
        QCOMPARE(answer.status, isGood ? 202 : 400);
        QCOMPARE(bench.intake.taken.size(), isGood ? 1U : 0U);
        QVERIFY(isGood
                || errorsOf(jsonOf(answer))
                       .value(QStringLiteral("Idempotency-Key"))
                       .contains(QLatin1String("1 to 255 visible ASCII characters")));
        QCOMPARE(bench.violations, QStringList());
    }

    /// The repetition of a request whose time has passed meanwhile still has its first answer.
    void aTimeThatHasPassedIsNoErrorUnderAKey()
    {
        RestBench bench;
        const QByteArray body
            = QByteArray(Minimal).chopped(1) + R"(,"expiresAt":"2026-09-21T15:00:00Z","deliverAt":"2026-09-21T14:30:00Z"})";
        const HttpResponse first = bench.post("/api/v1/messages", body, key("k"));
        QCOMPARE(first.status, 202);
        bench.clock.wall += std::chrono::hours(20);
        QCOMPARE(bench.post("/api/v1/messages", body, key("k")).body, first.body);
        QCOMPARE(bench.post("/api/v1/messages", body).status, 400);
        QCOMPARE(bench.intake.taken.size(), 1U);
    }

    void whatWasNotStoredMayBeSentAgain()
    {
        RestBench bench;
        bench.intake.failure = Error(ErrorCode::StorageUnavailable, QStringLiteral("disk"));
        QCOMPARE(bench.post("/api/v1/messages", Minimal, key("k")).status, 503);
        bench.intake.failure.reset();
        const HttpResponse answer = bench.post("/api/v1/messages", Minimal, key("k"));
        QCOMPARE(answer.status, 202);
        QCOMPARE(headerOf(answer, "Idempotency-Replayed"), QByteArray());
        QCOMPARE(bench.violations, QStringList());
    }
};

QTEST_APPLESS_MAIN(IdempotencyTest)
#include "idempotency_test.moc"
