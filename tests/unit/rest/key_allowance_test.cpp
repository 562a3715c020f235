// SPDX-License-Identifier: GPL-3.0-or-later
#include "rest_bench.h"

using namespace hudhud;
using namespace hudhud::fakes;
using namespace std::chrono_literals;

class KeyAllowanceTest : public QObject
{
    Q_OBJECT

private:
    static constexpr char Minimal[] = R"({"recipient":"967771234567","subject":"s","content":"c"})";
    static QByteArray batchOf(int count)
    {
        return "{\"messages\":[" + QByteArray(Minimal).append(',').repeated(count).chopped(1) + "]}";
    }
    static void limit(RestBench &bench)
    {
        bench.limits.isOn = true;
        bench.limits.limits = {.rate = LimitState{.limit = 50, .remaining = 49, .window = 1s, .resetAfter = 1s},
                               .quota = LimitState{
                                   .limit = 10'000, .remaining = 9'999, .window = 24h, .resetAfter = 3'600s}};
    }

private Q_SLOTS:
    void aLimitedKeyIsToldWhatItHasLeft()
    {
        RestBench bench;
        limit(bench);
        for (const HttpResponse &answer :
             {bench.post("/api/v1/messages", Minimal), bench.post("/api/v1/messages/batch", batchOf(2))}) {
            QCOMPARE(answer.status, 202);
            QCOMPARE(headerOf(answer, "RateLimit-Policy"),
                     QByteArray("\"second\";q=50;w=1, \"day\";q=10000;w=86400"));
            QCOMPARE(headerOf(answer, "RateLimit"), QByteArray("\"second\";r=49;t=1, \"day\";r=9999;t=3600"));
        }
        QCOMPARE(bench.limits.taken, 3);
        bench.limits.limits.rate.reset();
        QCOMPARE(headerOf(bench.post("/api/v1/messages", Minimal), "RateLimit"), QByteArray("\"day\";r=9999;t=3600"));
        QCOMPARE(bench.violations, QStringList());
    }

    void aKeyWithoutLimitsIsToldNothing()
    {
        RestBench bench;
        const HttpResponse answer = bench.post("/api/v1/messages", Minimal);
        QCOMPARE(headerOf(answer, "RateLimit"), QByteArray());
        QCOMPARE(headerOf(answer, "RateLimit-Policy"), QByteArray());
        QCOMPARE(bench.limits.taken, 0);
    }

    void overTheRateNotEvenTheBodyIsLookedAt()
    {
        RestBench bench;
        limit(bench);
        bench.limits.closed = LimitRefusal{.error = Error(ErrorCode::RateLimited, QStringLiteral("slower")),
                                           .retryAfter = 7s};
        for (const char *path : {"/api/v1/messages", "/api/v1/messages/batch"}) {
            const HttpResponse answer = bench.post(path, "no JSON");
            QCOMPARE(answer.status, 429);
            QCOMPARE(codeOf(answer), QStringLiteral("rate-limited"));
            QCOMPARE(headerOf(answer, "Retry-After"), QByteArray("7"));
            QVERIFY(!headerOf(answer, "RateLimit").isEmpty());
        }
        QCOMPARE(bench.violations, QStringList());
    }

    void aBatchPassesWholeOrNotAtAll()
    {
        RestBench bench;
        limit(bench);
        bench.limits.largest = 2;
        const HttpResponse answer = bench.post("/api/v1/messages/batch", batchOf(3));
        QCOMPARE(answer.status, 429);
        QCOMPARE(codeOf(answer), QStringLiteral("quota-exceeded"));
        QCOMPARE(headerOf(answer, "Retry-After"), QByteArray("3600"));
        QCOMPARE(bench.intake.requests, 0);
        QCOMPARE(bench.post("/api/v1/messages/batch", batchOf(2)).status, 202);
        QCOMPARE(bench.violations, QStringList());
    }

    void whatIsNotStoredDoesNotCount()
    {
        RestBench bench;
        limit(bench);
        const Headers key{{"Idempotency-Key", "k"}};
        bench.post("/api/v1/messages", "{}");
        QCOMPARE(bench.limits.taken, 0);
        bench.intake.failure = Error(ErrorCode::BufferFull, QStringLiteral("full"));
        bench.post("/api/v1/messages", Minimal);
        bench.post("/api/v1/messages/batch", batchOf(3));
        bench.post("/api/v1/messages", Minimal, key);
        QCOMPARE(bench.limits.taken, 0);
        bench.intake.failure.reset();
        bench.post("/api/v1/messages", Minimal, key);
        bench.post("/api/v1/messages", Minimal, key);
        QCOMPARE(bench.limits.taken, 1);
        QCOMPARE(bench.violations, QStringList());
    }
};

QTEST_APPLESS_MAIN(KeyAllowanceTest)
#include "key_allowance_test.moc"
