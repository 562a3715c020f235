// SPDX-License-Identifier: GPL-3.0-or-later
#include "plugin-api/problem.h"
#include "rest_bench.h"

using namespace hudhud;
using namespace hudhud::fakes;

class ForwardingTest : public QObject
{
    Q_OBJECT

private:
    static constexpr char Minimal[] = R"({"recipient":"967771234567","subject":"s","content":"c"})";

private Q_SLOTS:
    void newMessagesGoToTheOtherNodeAndItsAnswerComesBack_data()
    {
        QTest::addColumn<QByteArray>("path");
        QTest::newRow("single") << QByteArray("/api/v1/messages");
        QTest::newRow("batch") << QByteArray("/api/v1/messages/batch");
        QTest::newRow("broadcast") << QByteArray("/api/v1/broadcasts");
    }
    void newMessagesGoToTheOtherNodeAndItsAnswerComesBack()
    {
        QFETCH(QByteArray, path);
        PlainForwarding forwarding;
        RestBench bench({}, with(forwarding));
        forwarding.answer = problemResponse(429, ErrorCode::RateLimited, "slower");
        forwarding.answer->headers = {{"Retry-After", "3"}};
        const HttpResponse answer = bench.post(path, "whatever it is", {{"Idempotency-Key", "k"}});
        QCOMPARE(answer.status, 429);
        QCOMPARE(headerOf(answer, "Retry-After"), QByteArray("3"));
        QCOMPARE(forwarding.requests.size(), std::size_t(1));
        QCOMPARE(forwarding.requests[0].path, path);
        QCOMPARE(forwarding.requests[0].authorization, QByteArray("Bearer hk_all"));
        QCOMPARE(forwarding.requests[0].idempotencyKey, QByteArray("k"));
        QCOMPARE(forwarding.requests[0].body, QByteArray("whatever it is"));
        QVERIFY(bench.intake.taken.empty());
    }

    void whatNobodyHasTakenIsTakenHere()
    {
        PlainForwarding forwarding;
        RestBench bench({}, with(forwarding));
        QCOMPARE(bench.post("/api/v1/messages", Minimal).status, 202);
        QCOMPARE(forwarding.requests.size(), std::size_t(1));
        QCOMPARE(bench.intake.taken.size(), std::size_t(1));
        QCOMPARE(bench.violations, QStringList());
    }

    void aMarkedRequestStaysAndIsCheckedInFull()
    {
        PlainForwarding forwarding;
        RestBench bench({}, with(forwarding));
        const Headers marked{{RequestForwarding::Mark, "b"}};
        QCOMPARE(bench.post("/api/v1/messages", Minimal, marked).status, 202);
        QCOMPARE(bench.post("/api/v1/messages", "{}", marked).status, 400);
        QCOMPARE(bench.post("/api/v1/messages", Minimal, {marked[0], {"Authorization", "Bearer hk_read"}}).status, 403);
        QCOMPARE(bench.post("/api/v1/messages", Minimal, {marked[0], {"Authorization", "Bearer hk_no"}}).status, 401);
        QVERIFY(forwarding.requests.empty());
        QCOMPARE(forwarding.received, 4);
        QCOMPARE(bench.intake.taken.size(), std::size_t(1));
    }

    void nobodyUnknownOrOverTheLimitIsSentOn()
    {
        PlainForwarding forwarding;
        RestBench bench({}, with(forwarding));
        QCOMPARE(bench.post("/api/v1/messages", Minimal, {{"Authorization", "Bearer hk_read"}}).status, 403);
        QCOMPARE(bench.post("/api/v1/messages", Minimal, {{"Authorization", "Bearer hk_no"}}).status, 401);
        bench.limits.isOn = true;
        bench.limits.closed = LimitRefusal{.error = Error(ErrorCode::RateLimited, QStringLiteral("slower")),
                                           .retryAfter = std::chrono::seconds(7)};
        QCOMPARE(bench.post("/api/v1/messages", Minimal).status, 429);
        QVERIFY(forwarding.requests.empty());
    }

    void withRoomHereNobodyIsAsked()
    {
        PlainForwarding forwarding;
        forwarding.wanted = false;
        RestBench bench({}, with(forwarding));
        QCOMPARE(bench.post("/api/v1/messages", Minimal).status, 202);
        QVERIFY(forwarding.requests.empty());
        QCOMPARE(forwarding.received, 0);
    }

private:
    static std::function<void(IoServices &)> with(PlainForwarding &forwarding)
    {
        return [&forwarding](IoServices &services) { services.forwarding = &forwarding; };
    }
};

QTEST_APPLESS_MAIN(ForwardingTest)
#include "forwarding_test.moc"
