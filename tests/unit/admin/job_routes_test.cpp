// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin_bench.h"

using namespace hudhud;
using namespace hudhud::fakes;

class JobRoutesTest : public QObject
{
    Q_OBJECT

private:
    static QByteArray create(AdminBench &bench, const QByteArray &body = R"({"filter":{},"rate":2})")
    {
        bench.store.dead();
        return "/jobs/" + QByteArray::number(numberOf(bench.post("/dlq/replay", body), "id"));
    }

private Q_SLOTS:
    void pausesResumesAndCancels()
    {
        AdminBench bench;
        const QByteArray job = create(bench);
        QCOMPARE(textOf(bench.post(job + "/pause"), "state"), QStringLiteral("paused"));
        QCOMPARE(bench.lastAudit().action, QByteArray("job.pause"));
        QCOMPARE(bench.post(job + "/pause").status, 409);
        QCOMPARE(bench.lastAudit().result, QByteArray("conflict"));
        QCOMPARE(textOf(bench.post(job + "/resume"), "state"), QStringLiteral("running"));
        QCOMPARE(textOf(bench.post(job + "/cancel"), "state"), QStringLiteral("cancelled"));
        QCOMPARE(bench.post(job + "/resume").status, 409);
        QCOMPARE(bench.post("/jobs/99/pause").status, 404);
        QCOMPARE(bench.post("/jobs/x/pause").status, 400);
        QCOMPARE(bench.wakes, 4); // Created, paused, resumed, cancelled.
        QCOMPARE(bench.violations, QStringList());
    }

    void changesTheRate()
    {
        AdminBench bench;
        const QByteArray job = create(bench);
        const HttpResponse answer = bench.post(job + "/rate", R"({"rate":50})");
        QCOMPARE(numberOf(answer, "rate"), 50);
        QCOMPARE(bench.lastAudit().detail, QByteArray(R"({"rate":50})"));
        for (const char *body : {"{}", R"({"rate":-1})", R"({"rate":"x"})", R"({"rate":1,"speed":2})"})
            QCOMPARE(bench.post(job + "/rate", body).status, 400);
        QCOMPARE(numberOf(bench.get(job), "rate"), 50);
        QCOMPARE(bench.violations, QStringList());
    }

    void showsProgressAndOutcome()
    {
        AdminBench bench;
        const MessageId first = bench.store.dead();
        const MessageId second = bench.store.dead();
        bench.store.dead("967771234567", DeadLetterReason::Superseded);
        const QByteArray job = create(bench, R"({"filter":{},"rate":2,"canary":{"count":9}})");
        HttpResponse answer = bench.get(job);
        QCOMPARE(numberOf(answer, "total"), 4);
        QCOMPARE(numberOf(answer, "left"), 4);
        QCOMPARE(numberOf(answer, "estimatedSeconds"), 2);
        bench.finishJobs();
        bench.store.change(first, "967771234567", MessageStatus::Delivered);
        bench.store.change(second, "967771234567", MessageStatus::DeadLetter);
        answer = bench.get(job);
        QCOMPARE(textOf(answer, "state"), QStringLiteral("completed"));
        QCOMPARE(numberOf(answer, "done"), 3);
        QCOMPARE(numberOf(answer, "refused"), 1);
        QVERIFY(answer.body.contains(R"("refusals":{"superseded":1})"));
        QVERIFY(answer.body.contains(R"("outcome":{"moved":3,"delivered":1,"deadAgain":1,"underWay":1})"));
        QCOMPARE(bench.get("/jobs/99").status, 404);
        QCOMPARE(bench.violations, QStringList());
    }

    void listsJobsAndAuditInPages()
    {
        AdminBench bench;
        for (int i = 0; i < 3; ++i)
            create(bench);
        const HttpResponse first = bench.get("/jobs?limit=2");
        QCOMPARE(jsonOf(first).value(QLatin1StringView("jobs")).toArray().size(), 2);
        const HttpResponse second = bench.get("/jobs?limit=2&cursor=" + textOf(first, "nextCursor").toLatin1());
        QCOMPARE(jsonOf(second).value(QLatin1StringView("jobs")).toArray().size(), 1);
        const HttpResponse audit = bench.get("/audit?limit=2&actor=amal&action=dead-letters.replay");
        QCOMPARE(jsonOf(audit).value(QLatin1StringView("records")).toArray().size(), 2);
        const HttpResponse rest = bench.get("/audit?limit=2&cursor=" + textOf(audit, "nextCursor").toLatin1());
        QCOMPARE(jsonOf(rest).value(QLatin1StringView("records")).toArray().size(), 1);
        QCOMPARE(jsonOf(bench.get("/audit?until=2000-01-01T00:00:00Z")).value(QLatin1StringView("records")).toArray().size(),
                 0);
        QCOMPARE(fieldsOf(bench.get("/audit?from=x&cursor=0&who=me")).size(), 3);
        QCOMPARE(bench.get("/jobs?limit=1001").status, 400);
        QCOMPARE(bench.violations, QStringList());
    }
};

QTEST_GUILESS_MAIN(JobRoutesTest)
#include "job_routes_test.moc"
