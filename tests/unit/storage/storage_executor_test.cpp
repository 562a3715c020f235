// SPDX-License-Identifier: GPL-3.0-or-later
#include "plain_metrics.h"
#include "resilience/breaker_registry.h"
#include "scripted_storage.h"
#include "storage/storage_executor.h"

#include <QTest>

#include <algorithm>

using namespace hudhud;
using namespace std::chrono_literals;
using enum MessageStatus;

class StorageExecutorTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_storage = std::make_unique<ScriptedStorage>();
        m_metrics = std::make_unique<PlainMetrics>();
        m_breakers = std::make_unique<BreakerRegistry>(BreakerOptions(), *m_metrics, Clock::system());
        m_options = {};
        m_log.clear();
    }
    void cleanup()
    {
        if (m_storage)
            m_storage->openGate();
        if (m_executor)
            QVERIFY(m_executor->stop(0ms));
        m_client.reset();
        m_executor.reset();
    }

    void commitsAndCompletesEachItem()
    {
        start();
        auto refused = message();
        refused->subject = "refused";
        m_client->persist({message(), refused}, [this](auto results) {
            QVERIFY(results && results->size() == 2);
            QVERIFY(results->at(0) && !results->at(1));
            m_log.append("persisted");
        });
        QVERIFY(m_log.isEmpty()); // Never from inside the call.
        QTRY_COMPARE(m_log, QByteArrayList{"persisted"});
        QTRY_COMPARE(m_metrics->level("hudhud_storage_queued_writes"), 0);
    }

    void callsOfOneTurnAreOneCommit()
    {
        start();
        for (int i = 0; i < 10; ++i)
            m_client->persist({message()}, note("done"));
        QTRY_COMPARE(m_log.size(), 10);
        QCOMPARE(m_storage->commits().size(), std::size_t(1));
    }

    void whatArrivesDuringACommitSharesTheNext()
    {
        start();
        m_storage->closeGate();
        m_client->persist({message()}, note("first"));
        QTRY_COMPARE(m_storage->arrivals(), std::size_t(1));
        for (int i = 0; i < 5; ++i) {
            m_client->persist({message()}, note("later"));
            QCoreApplication::processEvents();
        }
        QVERIFY(m_log.isEmpty());
        m_storage->openGate();
        QTRY_COMPARE(m_log.size(), 6);
        QCOMPARE(m_storage->commits().size(), std::size_t(2));
        QCOMPARE(m_storage->commits()[1].accepted.size(), std::size_t(5));
    }

    void messagesAreSharedNotCopied()
    {
        start();
        const MessagePointer original = message();
        m_client->persist({original}, note("done"));
        QTRY_COMPARE(m_log.size(), 1);
        QCOMPARE(m_storage->commits()[0].accepted[0].get(), original.get());
    }

    void aFailedCommitFailsItsOwnCallersOnly()
    {
        start();
        m_storage->failCommits({2});
        m_client->persist({message()}, note("first"));
        QTRY_COMPARE(m_log.size(), 1);
        m_client->persist({message()}, note("second"));
        m_client->transition({change(message()->id, Delivered)}, Urgency::Now, note("change"));
        m_client->withdraw(message()->id,
                           [this](Result<void> result) { m_log.append("withdrawal " + describe(result)); });
        QTRY_COMPARE(m_log.size(), 4);
        m_client->persist({message()}, note("third"));
        QTRY_COMPARE(m_log.size(), 5);
        const QByteArrayList expected{"first ok", "second storage-unavailable", "change storage-unavailable",
                                      "withdrawal storage-unavailable", "third ok"};
        QCOMPARE(m_log, expected);
        QCOMPARE(m_metrics->count("hudhud_storage_commit_errors_total"), 1);
        QCOMPARE(m_metrics->count("hudhud_storage_commits_total"), 2);
    }

    void requestsAreClaimedForAllTheirMessages()
    {
        start();
        const auto claim = [](const QByteArray &key) {
            IdempotencyClaim made;
            made.key = key;
            made.now = Timestamp(5ms);
            return made;
        };
        std::vector<Result<PersistOutcome>> answers;
        const auto keep = [&answers](Result<PersistOutcome> outcome) { answers.push_back(std::move(outcome)); };
        m_client->persist({message()}, note("plain"));
        m_client->persistOnce({message(), message()}, claim("new"), keep);
        m_client->persistOnce({message()}, claim("known"), keep);
        m_client->persistOnce({message()}, claim("mismatch"), keep);
        QTRY_COMPARE(answers.size(), std::size_t(3));
        QVERIFY(answers[0] && !answers[0]->isReplayed && answers[0]->createdAt == Timestamp(5ms));
        QVERIFY(answers[1] && answers[1]->isReplayed);
        QVERIFY(!answers[2] && answers[2].error().code() == ErrorCode::IdempotencyMismatch);
        QCOMPARE(m_log, QByteArrayList{"plain ok"});
        const auto commits = m_storage->commits();
        QCOMPARE(commits.size(), std::size_t(1));
        QCOMPARE(commits[0].accepted.size(), std::size_t(5));
        QCOMPARE(commits[0].claims.size(), std::size_t(3));
        QVERIFY(commits[0].claims[0].first == 1 && commits[0].claims[0].count == 2);
        QVERIFY(commits[0].claims[1].first == 3 && commits[0].claims[1].count == 1);
        QTRY_COMPARE(m_metrics->level("hudhud_storage_queued_writes"), 0);
    }

    void eachRequestHearsOfWhatItSuperseded()
    {
        start();
        std::vector<Result<PersistOutcome>> answers;
        const auto keep = [&answers](Result<PersistOutcome> outcome) { answers.push_back(std::move(outcome)); };
        const auto withKey = [this] {
            auto made = message();
            made->collapseKey = "position";
            return made;
        };
        const std::vector<MessagePointer> first{message(), withKey()};
        const std::vector<MessagePointer> second{withKey()};
        m_client->persist({withKey()}, note("plain"));
        m_client->persistOnce(first, std::nullopt, keep);
        m_client->persistOnce(second, std::nullopt, keep);
        auto refused = message();
        refused->subject = "refused";
        m_client->persistOnce({message(), refused}, std::nullopt, keep);
        QTRY_COMPARE(answers.size(), std::size_t(3));
        QVERIFY(answers[0] && answers[0]->superseded == std::vector{first[1]});
        QVERIFY(answers[0]->ids == (std::vector{first[0]->id, first[1]->id}));
        QVERIFY(answers[1] && answers[1]->superseded == second);
        QVERIFY(!answers[2] && answers[2].error().code() == ErrorCode::Conflict);
    }

    void replacesAndFailsAsTheCommitDoes()
    {
        start();
        m_storage->failCommits({2});
        const MessagePointer content = message();
        const auto noted = [this](Result<void> result) { m_log.append(describe(result)); };
        m_client->replace({content->id, content, {}}, noted);
        QTRY_COMPARE(m_log, QByteArrayList{"ok"});
        QVERIFY(m_storage->commits()[0].replacements.at(0).content == content);
        m_client->replace({content->id, content, {}}, noted);
        std::optional<ErrorCode> failure;
        m_client->persistOnce({message()}, IdempotencyClaim{}, [&](const Result<PersistOutcome> &outcome) {
            failure = outcome ? std::nullopt : std::optional(outcome.error().code());
        });
        QTRY_COMPARE(m_log, (QByteArrayList{"ok", "storage-unavailable"}));
        QTRY_VERIFY(failure == ErrorCode::StorageUnavailable);
    }

    void relaxedChangesMergeWithTheAcknowledgement()
    {
        m_options.relaxedDelay = 10s;
        start();
        const MessageId id = message()->id;
        m_client->transition({change(id, Processing)}, Urgency::Relaxed, note("pushed"));
        m_client->persist({message()}, note("other"));
        QTRY_COMPARE(m_log, QByteArrayList{"other ok"});
        m_client->transition({change(id, Delivered)}, Urgency::Relaxed, note("acknowledged"));
        QTRY_COMPARE(m_log.size(), 3);
        const auto commits = m_storage->commits();
        QCOMPARE(commits.size(), std::size_t(2));
        QCOMPARE(commits[1].transitions.size(), std::size_t(1));
        QCOMPARE(commits[1].transitions[0].events.size(), std::size_t(2));
        QCOMPARE(m_metrics->count("hudhud_storage_merged_changes_total"), 1);
    }

    void relaxedChangesGoAloneAfterTheirDelay()
    {
        m_options.relaxedDelay = 5ms;
        start();
        m_client->transition({change(message()->id, Processing)}, Urgency::Relaxed, note("pushed"));
        QTRY_COMPARE(m_log, QByteArrayList{"pushed ok"});
    }

    void aCallSpanningSeveralCommitsCompletesOnce()
    {
        m_options.maximumBatch = 2;
        start();
        std::vector<StatusTransition> changes;
        for (int i = 0; i < 5; ++i)
            changes.push_back(change(message()->id, Delivered));
        m_client->transition(std::move(changes), Urgency::Now, [this](auto results) {
            QVERIFY(results && results->size() == 5);
            m_log.append("changed");
        });
        QTRY_COMPARE(m_log, QByteArrayList{"changed"});
        QCOMPARE(m_storage->commits().size(), std::size_t(3));
    }

    void aFullQueueRefusesAndRecovers()
    {
        m_options.maximumQueued = 3;
        start();
        m_storage->closeGate();
        m_client->persist({message(), message()}, note("one"));
        m_client->persist({message(), message()}, note("two"));
        QVERIFY(m_log.isEmpty());
        QTRY_COMPARE(m_log, QByteArrayList{"two buffer-full"});
        m_client->persist({message()}, note("three"));
        m_storage->openGate();
        QTRY_COMPARE(m_log.size(), 3);
        m_client->persist({message(), message(), message()}, note("four"));
        QTRY_COMPARE(m_log.last(), QByteArray("four ok"));
        QCOMPARE(m_metrics->count("hudhud_storage_refusals_total"), 1);
    }

    void aFullReadQueueRefuses()
    {
        m_options.maximumQueuedReads = 2;
        start();
        m_storage->closeGate();
        for (int i = 0; i < 3; ++i)
            m_client->find({message()->id}, [this](auto found) { m_log.append(describe(found)); });
        QTRY_COMPARE(m_log, QByteArrayList{"buffer-full"});
        m_storage->openGate();
        QTRY_COMPARE(m_log.size(), 3);
        QCOMPARE(m_log.last(), QByteArray("ok"));
    }

    void emptyCallsComplete()
    {
        start();
        m_client->persist({}, note("persist"));
        m_client->transition({}, Urgency::Now, note("transition"));
        QVERIFY(m_log.isEmpty());
        QTRY_COMPARE(m_log.size(), 2);
        QVERIFY(m_storage->commits().empty());
    }

    void maintenanceRunsInOrder()
    {
        m_options.relaxedDelay = 10s;
        start();
        m_client->transition({change(message()->id, Processing)}, Urgency::Relaxed, note("change"));
        m_client->claimDue({}, 10, [this](auto claimed) { m_log.append("claimed " + describe(claimed)); });
        m_client->recover({},
                          [this](auto count) { m_log.append("recovered " + QByteArray::number(*count)); });
        m_client->purge({}, {}, 10,
                        [this](auto count) { m_log.append("purged " + QByteArray::number(*count)); });
        m_client->saveApiKey({}, [this](auto id) { m_log.append("saved " + QByteArray::number(*id)); });
        const QByteArrayList expected{"change ok", "claimed ok", "recovered 3", "purged 4", "saved 5"};
        QTRY_COMPARE(m_log, expected);
        const std::vector<QByteArray> journal{"commit", "claimDue node-7"};
        QCOMPARE(m_storage->journal(), journal);
    }

    void readersAnswer()
    {
        m_storage->setConcurrency({1, 3});
        start();
        const MessageId low = message()->id;
        const MessageId high = message()->id;
        m_client->pending({}, 10, {}, {high, low},
                          [this](auto found) { m_log.append("pending " + describe(found)); });
        m_client->events({}, [this](auto found) { m_log.append("events " + describe(found)); });
        m_client->list({}, [this](auto found) { m_log.append("list " + describe(found)); });
        m_client->pendingCount({},
                               [this](auto count) { m_log.append("count " + QByteArray::number(*count)); });
        m_client->statistics(
            [this](auto all) { m_log.append("dead " + QByteArray::number(all->deadLetters)); });
        m_client->findApiKey({}, [this](auto key) { m_log.append("key " + describe(key)); });
        m_client->apiKeys([this](auto keys) { m_log.append("keys " + describe(keys)); });
        QTRY_COMPARE(m_log.size(), 7);
        std::ranges::sort(m_log);
        const QByteArrayList expected{"count 6", "dead 8",  "events not-found", "key ok",
                                      "keys ok", "list ok", "pending ok"};
        QCOMPARE(m_log, expected);
    }

    void severalWritersShareTheWork()
    {
        m_storage->setConcurrency({4, 1});
        start();
        std::vector<StatusTransition> changes;
        for (int i = 0; i < 200; ++i)
            changes.push_back(change(message()->id, Delivered));
        m_client->transition(std::move(changes), Urgency::Now, note("changed"));
        QTRY_COMPARE(m_log, QByteArrayList{"changed ok"});
        QVERIFY(m_storage->commits().size() >= 2);
    }

    void stopCommitsWhatWasHandedOver()
    {
        m_options.relaxedDelay = 1h;
        start();
        m_storage->closeGate();
        m_client->persist({message()}, note("first"));
        QTRY_COMPARE(m_storage->arrivals(), std::size_t(1));
        m_client->persist({message()}, note("second"));
        m_client->transition({change(message()->id, Processing)}, Urgency::Relaxed, note("held"));
        QCoreApplication::processEvents();
        m_storage->openGate();
        QVERIFY(m_executor->stop(10s));
        QTRY_COMPARE(m_log.size(), 3);
        QCOMPARE(m_log.count("first ok") + m_log.count("second ok") + m_log.count("held ok"), 3);
        m_client->persist({message()}, note("late"));
        m_client->find({message()->id}, [this](auto found) { m_log.append("read " + describe(found)); });
        QTRY_COMPARE(m_log.size(), 5);
        QVERIFY(m_log.contains("late shutting-down") && m_log.contains("read shutting-down"));
        QCOMPARE(m_metrics->level("hudhud_storage_queued_writes"), 0);
        QCOMPARE(m_metrics->level("hudhud_storage_queued_reads"), 0);
    }

    void stopRefusesWhatIsLeftAtTheDeadline()
    {
        m_options.maximumBatch = 1;
        start();
        m_storage->closeGate();
        for (int i = 0; i < 3; ++i)
            m_client->persist({message()}, note("call"));
        QTRY_COMPARE(m_storage->arrivals(), std::size_t(1));
        const std::unique_ptr<QThread> opener(QThread::create([this] {
            QTest::qSleep(50);
            m_storage->openGate();
        }));
        opener->start();
        QVERIFY(m_executor->stop(1ms));
        opener->wait();
        QTRY_COMPARE(m_log.size(), 3);
        const QByteArrayList expected{"call ok", "call shutting-down", "call shutting-down"};
        QCOMPARE(m_log, expected);
    }

    void startFailsWithTheStore()
    {
        m_storage->refuseWriters();
        StorageExecutor executor(*m_storage, m_options, "node-7", *m_metrics, Clock::system(), *m_breakers);
        const auto started = executor.start();
        QVERIFY(!started);
        QVERIFY(started.error().code() == ErrorCode::StorageCorrupt);
    }

private:
    void start()
    {
        m_executor
            = std::make_unique<StorageExecutor>(*m_storage, m_options, "node-7", *m_metrics, Clock::system(), *m_breakers);
        QVERIFY(m_executor->start());
        m_client = m_executor->createClient();
    }

    std::shared_ptr<Message> message()
    {
        auto message = std::make_shared<Message>();
        message->id = m_ids.next();
        return message;
    }

    static StatusTransition change(const MessageId &id, MessageStatus status)
    {
        StatusTransition transition;
        transition.id = id;
        transition.events.push_back(MessageEvent{0, status, {}, "n", 0, {}});
        return transition;
    }

    template <typename T> static QByteArray describe(const Result<T> &result)
    {
        return result ? "ok" : errorCodeInfo(result.error().code()).name;
    }

    Completion<std::vector<Result<void>>> note(const QByteArray &name)
    {
        return [this, name](auto results) { m_log.append(name + ' ' + describe(results)); };
    }

    MessageIdGenerator m_ids{Clock::system()};
    StorageOptions m_options;
    std::unique_ptr<ScriptedStorage> m_storage;
    std::unique_ptr<PlainMetrics> m_metrics;
    std::unique_ptr<BreakerRegistry> m_breakers;
    std::unique_ptr<StorageExecutor> m_executor;
    std::unique_ptr<StorageClient> m_client;
    QByteArrayList m_log;
};

QTEST_GUILESS_MAIN(StorageExecutorTest)
#include "storage_executor_test.moc"
