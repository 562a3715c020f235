// SPDX-License-Identifier: GPL-3.0-or-later
#include "ingest/ingest.h"

#include "ingest/fakes.h"

#include <QTest>

using namespace hudhud;
using namespace std::chrono_literals;

namespace {

/// One I/O thread's intake with everything around it held in the hand.
struct Bench
{
    explicit Bench(qint64 capacity = 100, qint64 recipientQueue = 0)
        : buffer(options(capacity))
        , queues(recipientQueue)
    {
    }

    static IngestOptions options(qint64 capacity)
    {
        IngestOptions result;
        result.bufferMessages = capacity;
        return result;
    }
    static std::vector<Message> messages(int count)
    {
        std::vector<Message> result(static_cast<std::size_t>(count));
        for (Message &message : result) {
            message.recipient = *Recipient::fromString("967771234567");
            message.subject = "subject";
            message.content = "content";
        }
        return result;
    }
    void submit(int count)
    {
        ingest.submit(messages(count), [this](Result<std::vector<MessagePointer>> result) {
            answers.push_back(std::move(result));
        });
    }
    qint64 counted(const char *name) { return metrics.counters[name].value(); }

    fakes::HeldClock clock;
    fakes::PlainMetrics metrics;
    fakes::MemoryStorageClient storage;
    fakes::RecordingRouter router;
    MessageIdGenerator ids{clock};
    MessageBuffer buffer;
    RecipientQueues queues;
    Ingest ingest{Ingest::Parts{clock, ids, buffer, storage, router, metrics, queues}};
    std::vector<Result<std::vector<MessagePointer>>> answers;
};

} // namespace

class IngestTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void answersOnlyOnceDurable()
    {
        Bench bench;
        bench.submit(2);
        QVERIFY(bench.answers.empty());
        QVERIFY(bench.router.routed.empty());
        QCOMPARE(bench.ingest.inFlight(), 1);
        QCOMPARE(bench.buffer.depth(), 2);

        bench.clock.steady += 3ms;
        bench.storage.completeAll();
        QCOMPARE(bench.answers.size(), 1U);
        QVERIFY(bench.answers[0]);
        QCOMPARE(bench.answers[0]->size(), 2U);
        QCOMPARE(bench.router.routed.size(), 2U);
        QCOMPARE(bench.storage.stored.size(), 2U);
        QCOMPARE(bench.ingest.inFlight(), 0);
        QCOMPARE(bench.buffer.depth(), 0);
        QCOMPARE(bench.counted("hudhud_ingest_accepted_total"), 2);
        QCOMPARE(bench.metrics.gauges["hudhud_ingest_buffer_messages"].value(), 0);
        QCOMPARE(bench.metrics.histograms["hudhud_ingest_commit_seconds"].sumMicroseconds(), 3'000);
    }

    void givesIdTimeAndStatusInTheOrderOfTheRequest()
    {
        Bench bench;
        std::vector<Message> messages = Bench::messages(3);
        messages[1].subject = "second";
        messages[1].status = MessageStatus::Delivered;
        bench.ingest.submit(std::move(messages), [&](Result<std::vector<MessagePointer>> result) {
            bench.answers.push_back(std::move(result));
        });
        bench.storage.completeAll();
        const std::vector<MessagePointer> &stored = *bench.answers.at(0);
        QVERIFY(!stored[0]->id.isNull());
        QVERIFY(stored[0]->id < stored[1]->id && stored[1]->id < stored[2]->id);
        QCOMPARE(stored[1]->subject, QByteArray("second"));
        for (const MessagePointer &message : stored) {
            QVERIFY(message->createdAt == bench.clock.wall);
            QVERIFY(message->status == MessageStatus::Queued);
        }
        QVERIFY(bench.router.routed == stored);
    }

    void refusesWhatDoesNotFitAtOnceAndStoresNothingOfIt()
    {
        Bench bench(3);
        bench.submit(2);
        bench.submit(2);
        QCOMPARE(bench.answers.size(), 1U);
        QVERIFY(!bench.answers[0]);
        QVERIFY(bench.answers[0].error().code() == ErrorCode::BufferFull);
        QCOMPARE(bench.counted("hudhud_ingest_refused_total"), 2);
        bench.storage.completeAll();
        QCOMPARE(bench.storage.stored.size(), 2U);

        bench.submit(3);
        bench.storage.completeAll();
        QVERIFY(bench.answers.at(2));
    }

    void aFailedCommitIsToldAndNothingIsRouted()
    {
        Bench bench;
        bench.storage.failure = Error(ErrorCode::StorageUnavailable, QStringLiteral("disk"));
        bench.submit(2);
        bench.storage.completeAll();
        QVERIFY(!bench.answers.at(0));
        QVERIFY(bench.answers[0].error().code() == ErrorCode::StorageUnavailable);
        QVERIFY(bench.router.routed.empty());
        QCOMPARE(bench.buffer.depth(), 0);
        QCOMPARE(bench.counted("hudhud_ingest_failed_total"), 2);
        QCOMPARE(bench.counted("hudhud_ingest_accepted_total"), 0);
    }

    void whatTheStoreTookIsRoutedEvenIfItRefusedAnother()
    {
        Bench bench;
        bench.storage.refusedPlaces = {1};
        bench.submit(3);
        bench.storage.completeAll();
        QVERIFY(!bench.answers.at(0));
        QVERIFY(bench.answers[0].error().code() == ErrorCode::Conflict);
        QCOMPARE(bench.router.routed.size(), 2U);
        QCOMPARE(bench.storage.stored.size(), 2U);
        QCOMPARE(bench.counted("hudhud_ingest_accepted_total"), 2);
        QCOMPARE(bench.counted("hudhud_ingest_failed_total"), 1);
    }

    void closingWaitsForWhatIsInFlight()
    {
        Bench bench;
        int idleCalls = 0;
        bench.submit(1);
        bench.submit(1);
        bench.ingest.close([&] {
            ++idleCalls;
            QCOMPARE(bench.answers.size(), 3U);
        });
        QCOMPARE(idleCalls, 0);
        bench.submit(1);
        QVERIFY(!bench.answers.at(0));
        QVERIFY(bench.answers[0].error().code() == ErrorCode::ShuttingDown);
        bench.storage.completeAll();
        QCOMPARE(idleCalls, 1);
        QVERIFY(bench.answers.at(1) && bench.answers.at(2));
    }

    void closingWhenIdleTellsAtOnce()
    {
        Bench bench;
        bool idle = false;
        bench.ingest.close([&] { idle = true; });
        QVERIFY(idle);
    }

    void aRequestMayBeMadeFromACompletion()
    {
        Bench bench;
        bench.ingest.submit(Bench::messages(1),
                            [&](const Result<std::vector<MessagePointer>> &) { bench.submit(1); });
        bench.storage.completeAll();
        QCOMPARE(bench.answers.size(), 1U);
        QCOMPARE(bench.storage.stored.size(), 2U);
        QCOMPARE(bench.ingest.inFlight(), 0);
    }

    void oneBufferBoundsAllThreads()
    {
        Bench first(1);
        fakes::MemoryStorageClient otherStorage;
        Ingest other(
            Ingest::Parts{first.clock, first.ids, first.buffer, otherStorage, first.router, first.metrics,
                          first.queues});
        first.submit(1);
        std::optional<ErrorCode> refusal;
        other.submit(Bench::messages(1), [&](const Result<std::vector<MessagePointer>> &result) {
            refusal = result.error().code();
        });
        QVERIFY(refusal == ErrorCode::BufferFull);
        first.storage.completeAll();
    }
};

QTEST_APPLESS_MAIN(IngestTest)
#include "ingest_test.moc"
