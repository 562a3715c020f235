// SPDX-License-Identifier: GPL-3.0-or-later
#include "deadletters/job_runner.h"

#include "deadletters/dead_letter_purge.h"
#include "ingest/plain_metrics.h"
#include "opened_store.h"

#include <set>

using namespace hudhud;
using namespace hudhud::fakes;
using namespace std::chrono_literals;

/// A runner on a store, with a clock that only the test moves.
class RunnerBench
{
public:
    explicit RunnerBench(const QString &plugin = QStringLiteral("memory"))
        : store(plugin)
    {
        start();
    }
    ~RunnerBench() { runner->stop(); }

    void start()
    {
        runner.emplace(JobRunner::Parts{.options = options,
                                        .clock = store.clock,
                                        .metrics = metrics,
                                        .route = [this](std::span<const MessagePointer> messages) {
                                            for (const MessagePointer &message : messages)
                                                routed.push_back(message->id);
                                        }});
        runner->start(store.client());
    }
    /// Everything in memory is lost, also calls under way.
    void crash()
    {
        runner->stop();
        runner.reset();
        store.reopen();
        start();
    }
    /// Lets the clock go on in steps of a timer, working at each.
    void run(std::chrono::milliseconds duration)
    {
        for (auto passed = 0ms; passed < duration; passed += 5ms) {
            store.clock.steady += 5ms;
            store.clock.wall += 5ms;
            runner->work();
            store.client().drain();
        }
    }
    std::vector<MessageId> die(int count)
    {
        std::vector<MessageId> ids;
        for (int i = 0; i < count; ++i)
            ids.push_back(store.dead());
        return ids;
    }
    qint64 create(JobRequest request = {})
    {
        request.createdAt = store.clock.now();
        AuditRecord audit;
        audit.time = store.clock.now();
        const auto job = store.writer().jobs().create(request, audit);
        if (!job)
            qFatal("%s", qPrintable(job.error().message()));
        runner->refresh();
        return job->id;
    }
    qint64 createPaced(int rate, JobCanary canary = {})
    {
        JobRequest request;
        request.rate = rate;
        request.canary = canary;
        return create(request);
    }
    void change(qint64 id, std::optional<JobState> state, std::optional<int> rate = {})
    {
        AuditRecord audit;
        audit.time = store.clock.now();
        QVERIFY(store.writer().jobs().change(id, {.state = state, .rate = rate, .passesCanary = false, .error = {}}, audit));
        runner->refresh();
    }

    DeadLetterOptions options;
    OpenedStore store;
    PlainMetrics metrics;
    std::optional<JobRunner> runner;
    std::vector<MessageId> routed;
};

class JobRunnerTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void replaysEverythingAtOnceWithoutALimit()
    {
        RunnerBench bench;
        bench.options.slice = 30;
        const auto ids = bench.die(100);
        const qint64 job = bench.create();
        bench.store.client().drain();
        QVERIFY(bench.store.job(job).state == JobState::Completed);
        QVERIFY(bench.routed == ids);
        QCOMPARE(bench.metrics.counters["hudhud_dead_letters_replayed_total"].value(), 100);
        QCOMPARE(bench.metrics.gauges["hudhud_jobs_running"].value(), 0);
    }

    void keepsTheRateWithinFivePercent_data()
    {
        QTest::addColumn<int>("rate");
        QTest::newRow("10") << 10;
        QTest::newRow("250") << 250;
        QTest::newRow("1,000") << 1'000;
    }

    void keepsTheRateWithinFivePercent()
    {
        QFETCH(int, rate);
        RunnerBench bench;
        bench.die(rate * 12);
        bench.createPaced(rate);
        bench.store.client().drain();
        bench.run(10s);
        const auto moved = std::ssize(bench.routed);
        QVERIFY2(moved >= rate * 95 / 10 && moved <= rate * 105 / 10, qPrintable(QString::number(moved)));
    }

    void takesAnotherRateWhileItRuns()
    {
        RunnerBench bench;
        bench.die(3'000);
        const qint64 job = bench.createPaced(10);
        bench.store.client().drain();
        bench.run(1s);
        QVERIFY(bench.routed.size() <= 12);
        bench.change(job, {}, 500);
        const auto before = std::ssize(bench.routed);
        bench.run(4s);
        const auto moved = std::ssize(bench.routed) - before;
        QVERIFY2(moved >= 1'900 && moved <= 2'100, qPrintable(QString::number(moved)));
        bench.change(job, {}, 0);
        bench.store.client().drain();
        QVERIFY(bench.store.job(job).state == JobState::Completed);
    }

    void refusedOnesDoNotUseUpTheRate()
    {
        RunnerBench bench;
        for (int i = 0; i < 1'000; ++i)
            bench.store.dead("967771234567", DeadLetterReason::Superseded);
        bench.die(100);
        const qint64 job = bench.createPaced(100);
        bench.store.client().drain();
        bench.run(2s);
        QCOMPARE(bench.store.job(job).refused, 1'000);
        QVERIFY(std::ssize(bench.routed) >= 80);
        QCOMPARE(bench.metrics.counters["hudhud_dead_letters_refused_total"].value(), 1'000);
    }

    void pausesResumesAndCancels()
    {
        RunnerBench bench;
        bench.die(1'000);
        const qint64 job = bench.createPaced(100);
        bench.store.client().drain();
        bench.run(1s);
        bench.change(job, JobState::Paused);
        bench.store.client().drain();
        const auto paused = std::ssize(bench.routed);
        bench.run(1s);
        QCOMPARE(std::ssize(bench.routed), paused);
        bench.change(job, JobState::Running);
        bench.run(1s);
        QVERIFY(std::ssize(bench.routed) > paused + 50);
        bench.change(job, JobState::Cancelled);
        bench.store.client().drain();
        const auto cancelled = std::ssize(bench.routed);
        bench.run(1s);
        QCOMPARE(std::ssize(bench.routed), cancelled);
        QCOMPARE(bench.store.deadCount(), 1'000 - cancelled);
    }

    void goesOnAfterACrashWithoutLosingOrDoubling()
    {
        RunnerBench bench(QStringLiteral("sqlite"));
        bench.options.slice = 7;
        const auto ids = bench.die(100);
        const qint64 job = bench.create();
        for (int round = 0; bench.store.job(job).state == JobState::Running; ++round) {
            QVERIFY(round < 100);
            for (int steps = 0; steps < 1 + round % 4; ++steps)
                bench.store.client().step();
            bench.crash();
        }
        QCOMPARE(bench.store.deadCount(), 0);
        for (const MessageId &id : ids) {
            QCOMPARE(bench.store.find(id)->replayCount, quint16(1));
            QCOMPARE(bench.store.reader().events(id)->size(), std::size_t(4));
        }
        // Messages of a slice whose completion was lost are in the store, not with the router: nothing comes twice.
        const std::set<MessageId> unique(bench.routed.begin(), bench.routed.end());
        QCOMPARE(unique.size(), bench.routed.size());
    }

    void passesACanaryThatIsDelivered()
    {
        RunnerBench bench;
        const auto ids = bench.die(50);
        const qint64 job = bench.createPaced(0, {.count = 10, .maximumFailurePercent = 10, .timeout = 1min});
        bench.store.client().drain();
        bench.run(2s);
        QCOMPARE(bench.routed.size(), std::size_t(10));
        QVERIFY(bench.store.job(job).isWatchingCanary());
        for (int i = 0; i < 9; ++i)
            bench.store.change(ids[static_cast<std::size_t>(i)], "967771234567", MessageStatus::Delivered);
        bench.run(2s);
        QCOMPARE(bench.routed.size(), std::size_t(10));
        bench.store.change(ids[9], "967771234567", MessageStatus::DeadLetter); // One in ten is allowed.
        bench.run(1s);
        QCOMPARE(bench.routed.size(), std::size_t(50));
        QVERIFY(bench.store.job(job).state == JobState::Completed);
        const auto audit = bench.store.reader().audit().list({});
        QCOMPARE(audit->front().action, QByteArray("job.pass-canary"));
        QCOMPARE(audit->front().job, job);
    }

    void stopsAboveTheFailureShareAndGoesOnWhenResumed()
    {
        RunnerBench bench;
        const auto ids = bench.die(50);
        const qint64 job = bench.createPaced(0, {.count = 10, .maximumFailurePercent = 10, .timeout = 1min});
        bench.store.client().drain();
        bench.store.change(ids[0], "967771234567", MessageStatus::DeadLetter);
        bench.store.change(ids[1], "967771234567", MessageStatus::DeadLetter);
        bench.run(1s); // The others need not be waited for.
        QVERIFY(bench.store.job(job).state == JobState::Stopped);
        QCOMPARE(bench.store.job(job).lastError, QByteArray("canary: 0 of 10 delivered, 2 dead again"));
        QCOMPARE(bench.store.reader().audit().list({})->front().action, QByteArray("job.stop"));
        bench.run(1s);
        QCOMPARE(bench.routed.size(), std::size_t(10));
        bench.change(job, JobState::Running);
        bench.store.client().drain();
        QVERIFY(bench.store.job(job).state == JobState::Completed);
        QCOMPARE(bench.routed.size(), std::size_t(50));
    }

    void countsWhatIsNotDeliveredInTimeAsFailed()
    {
        RunnerBench bench;
        const auto ids = bench.die(20);
        const qint64 job = bench.createPaced(0, {.count = 4, .maximumFailurePercent = 50, .timeout = 30s});
        bench.store.client().drain();
        bench.store.change(ids[0], "967771234567", MessageStatus::Delivered);
        bench.run(29s);
        QVERIFY(bench.store.job(job).isWatchingCanary());
        bench.run(2s);
        QVERIFY(bench.store.job(job).state == JobState::Stopped);
    }

    void triesAgainWhatTheStoreDidNotTake()
    {
        RunnerBench bench;
        bench.die(10);
        const qint64 job = bench.create();
        bench.store.client().failNextWrite(ErrorCode::StorageUnavailable);
        bench.store.client().drain();
        QVERIFY(bench.routed.empty());
        QCOMPARE(bench.metrics.counters["hudhud_jobs_storage_failures_total"].value(), 1);
        bench.run(500ms);
        QVERIFY(bench.routed.empty());
        bench.run(600ms);
        QCOMPARE(bench.routed.size(), std::size_t(10));
        QVERIFY(bench.store.job(job).state == JobState::Completed);
    }

    void runsTheOldestJobsFirst()
    {
        RunnerBench bench;
        bench.options.maximumRunning = 1;
        JobRequest slow;
        slow.selection.ids = bench.die(10);
        slow.rate = 5;
        JobRequest fast;
        fast.selection.ids = bench.die(10);
        const qint64 first = bench.create(slow);
        const qint64 second = bench.create(fast);
        bench.store.client().drain();
        QCOMPARE(bench.store.job(second).position, 0);
        bench.run(5s);
        QVERIFY(bench.store.job(first).state == JobState::Completed);
        QVERIFY(bench.store.job(second).state == JobState::Completed);
        QVERIFY(std::ranges::equal(std::span(bench.routed).first(10), slow.selection.ids));
    }

    void discardsWithoutALimit()
    {
        RunnerBench bench;
        bench.die(100);
        JobRequest request;
        request.kind = JobKind::Discard;
        request.rate = 1;
        bench.create(request);
        bench.store.client().drain();
        QCOMPARE(bench.store.deadCount(), 0);
        QVERIFY(bench.routed.empty());
    }

    void purgesWhatIsPastItsTime()
    {
        RunnerBench bench;
        bench.options.undoWindow = 24h;
        bench.options.retainJobs = 48h;
        const auto ids = bench.die(3);
        JobRequest request;
        request.kind = JobKind::Discard;
        const qint64 job = bench.create(request);
        bench.store.client().drain();
        const StorageOptions storage;
        DeadLetterPurge purge(bench.options, storage, bench.store.clock);
        purge.start(bench.store.client());
        bench.store.clock.wall += 23h;
        purge.purge();
        bench.store.client().drain();
        QVERIFY(bench.store.find(ids[0]) != nullptr);
        bench.store.clock.wall += 2h;
        purge.purge();
        bench.store.client().drain();
        QVERIFY(!bench.store.find(ids[0]) && !bench.store.find(ids[2]));
        QVERIFY(bench.store.reader().jobs().find(job)->has_value());
        bench.store.clock.wall += 48h;
        purge.purge();
        bench.store.client().drain();
        QVERIFY(!bench.store.reader().jobs().find(job)->has_value());
        QCOMPARE(bench.store.reader().audit().list({})->size(), std::size_t(1));
        bench.store.clock.wall += 24h * 400;
        purge.purge();
        bench.store.client().drain();
        QVERIFY(bench.store.reader().audit().list({})->empty());
        purge.stop();
    }
};

QTEST_GUILESS_MAIN(JobRunnerTest)
#include "job_runner_test.moc"
