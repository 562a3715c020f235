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

    void aRepeatedRequestIsAnsweredButNeitherCountedNorRouted()
    {
        Bench bench;
        const IdempotencyClaim claim{.apiKeyId = 1, .key = "k", .fingerprint = QByteArray(32, 'f')};
        std::vector<StoredRequest> answers;
        for (int i = 0; i < 2; ++i) {
            bench.ingest.submitOnce(Bench::messages(2), claim, [&](const Result<StoredRequest> &stored) {
                answers.push_back(stored.value());
            });
            bench.clock.wall += 1s;
        }
        QCOMPARE(bench.buffer.depth(), 4);
        bench.storage.completeAll();
        QCOMPARE(answers.size(), 2U);
        QVERIFY(!answers[0].isReplayed && answers[1].isReplayed);
        QCOMPARE(answers[0].ids.size(), 2U);
        QVERIFY(answers[1].ids == answers[0].ids);
        QVERIFY(answers[1].createdAt == answers[0].createdAt);
        QCOMPARE(bench.router.routed.size(), 2U);
        QVERIFY(bench.router.routed[0]->id == answers[0].ids[0]);
        QCOMPARE(bench.counted("hudhud_ingest_accepted_total"), 2);
        QCOMPARE(bench.counted("hudhud_ingest_replayed_total"), 2);
        QCOMPARE(bench.buffer.depth(), 0);
        QCOMPARE(bench.ingest.inFlight(), 0);
    }

    void aFailedRequestUnderAKeyIsToldAndNothingIsRouted()
    {
        Bench bench;
        bench.storage.failure = Error(ErrorCode::IdempotencyMismatch, QStringLiteral("another"));
        std::optional<ErrorCode> refusal;
        bench.ingest.submitOnce(Bench::messages(1), {.apiKeyId = 1, .key = "k", .fingerprint = {}},
                                [&](const Result<StoredRequest> &stored) { refusal = stored.error().code(); });
        bench.storage.completeAll();
        QVERIFY(refusal == ErrorCode::IdempotencyMismatch);
        QVERIFY(bench.router.routed.empty());
        QCOMPARE(bench.counted("hudhud_ingest_failed_total"), 1);
        QCOMPARE(bench.buffer.depth(), 0);
    }

    void whatGaveWayIsToldToTheRouter()
    {
        Bench bench;
        bench.storage.supersededNext = {std::make_shared<const Message>()};
        std::vector<Message> messages = Bench::messages(1);
        messages[0].collapseKey = "offer";
        bench.ingest.submit(std::move(messages), [&](Result<std::vector<MessagePointer>> result) {
            bench.answers.push_back(std::move(result));
        });
        bench.storage.completeAll();
        QVERIFY(bench.answers.at(0));
        QCOMPARE(bench.answers[0]->at(0)->collapseKey, QByteArray("offer"));
        QCOMPARE(bench.router.routed.size(), 1U);
        QVERIFY(bench.router.dropped == bench.storage.supersededNext);
    }

    void aScheduledMessageIsStoredAndNotRouted()
    {
        Bench bench;
        std::vector<Message> messages = Bench::messages(3);
        messages[1].deliverAt = bench.clock.wall + 1h;
        messages[2].deliverAt = bench.clock.wall - 1h;
        bench.ingest.submit(std::move(messages), [&](Result<std::vector<MessagePointer>> result) {
            bench.answers.push_back(std::move(result));
        });
        bench.storage.completeAll();
        QCOMPARE(bench.answers.at(0)->size(), 3U);
        QCOMPARE(bench.storage.stored.size(), 3U);
        QCOMPARE(bench.router.routed.size(), 2U);
        QVERIFY(std::ranges::find(bench.router.routed, bench.answers[0]->at(1)) == bench.router.routed.end());
    }

    void aFullQueueOfARecipientIsRefusedUntilItsPhoneTookSome()
    {
        Bench bench(100, 3);
        for (int i = 0; i < 10; ++i) {
            bench.submit(1);
            bench.storage.completeAll();
        }
        // One stride (here one message) above the limit: the store is asked before the message is in it.
        QCOMPARE(bench.storage.stored.size(), 4U);
        QVERIFY(bench.answers.at(3) && !bench.answers.at(4));
        QVERIFY(bench.answers[4].error().code() == ErrorCode::RecipientQueueFull);
        QCOMPARE(bench.counted("hudhud_ingest_refused_total"), 6);

        bench.storage.stored.clear();
        bench.clock.steady += 1s;
        bench.submit(1); // Refused too, but it makes the store count.
        bench.storage.completeAll();
        QVERIFY(!bench.answers.at(10));
        bench.submit(1);
        bench.storage.completeAll();
        QVERIFY(bench.answers.at(11));
    }

    void tellsWhenTheBufferIsNearItsCapacity()
    {
        Bench bench(10);
        const Gauge &near = bench.metrics.gauges["hudhud_ingest_near_capacity"];
        QCOMPARE(bench.metrics.gauges["hudhud_ingest_buffer_capacity_messages"].value(), 10);
        bench.submit(7);
        QCOMPARE(near.value(), 0);
        QVERIFY(!bench.buffer.metrics(bench.clock.steady).isNearCapacity);
        bench.submit(1);
        QCOMPARE(near.value(), 1);
        QVERIFY(bench.buffer.metrics(bench.clock.steady).isNearCapacity);
        bench.storage.completeAll();
        QCOMPARE(near.value(), 0);
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
