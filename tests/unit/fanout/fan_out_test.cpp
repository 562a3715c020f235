// SPDX-License-Identifier: GPL-3.0-or-later
#include "fanout/stored_broadcasts.h"
#include "fanout/stored_groups.h"
#include "ingest/held_clock.h"
#include "ingest/plain_metrics.h"
#include "resilience/breaker_registry.h"
#include "storage/storage_executor.h"

#include <QPluginLoader>
#include <QTest>

#include <map>

using namespace hudhud;
using namespace std::chrono_literals;

namespace {

constexpr int Patience = 60'000; ///< Milliseconds; a busy machine may take long.

} // namespace

/// The engine and its services on the memory store behind the real executor.
class FanOutTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        QPluginLoader loader(QStringLiteral(HUDHUD_PLUGIN_DIR "/hudhud-storage-memory"));
        auto *factory = qobject_cast<StorageFactory *>(loader.instance());
        QVERIFY2(factory, qPrintable(loader.errorString()));
        m_storage = factory->create();
        PluginContext context;
        context.nodeId = "node-1";
        context.clock = &m_clock;
        QVERIFY(m_storage->configure({}, context));
        QVERIFY(m_storage->start());
        m_metrics = std::make_unique<fakes::PlainMetrics>();
        m_breakers = std::make_unique<BreakerRegistry>(BreakerOptions(), *m_metrics, Clock::system());
        m_executor = std::make_unique<StorageExecutor>(*m_storage, m_storageOptions, "node-1", *m_metrics,
                                                       Clock::system(), *m_breakers);
        QVERIFY(m_executor->start());
        m_client = m_executor->createClient();
        m_options = {};
        m_options.slice = 10;
        m_buffer = std::make_unique<MessageBuffer>(IngestOptions{});
        m_routed.clear();
        m_superseded = 0;
        m_slices.clear();
        m_started = 0;
        makeEngine();
    }

    void cleanup()
    {
        m_broadcasts.reset();
        m_groups.reset();
        m_engine.reset();
        if (m_executor)
            QVERIFY(m_executor->stop(1s));
        m_client.reset();
        m_executor.reset();
        m_storage.reset();
    }

    void everyRecipientGetsOneMessage()
    {
        m_engine->start(*m_client);
        auto list = numbers(95);
        const auto doubles = numbers(40);
        list.insert(list.begin(), doubles.begin(), doubles.end());
        const StartedBroadcast broadcast = begin({}, list);
        QCOMPARE(broadcast.total, 95);
        QTRY_COMPARE_WITH_TIMEOUT(running(), 0, Patience);
        QCOMPARE(m_routed.size(), 95U);
        for (const auto &[recipient, count] : m_routed)
            QCOMPARE(count, 1);
        QCOMPARE(stateOf(broadcast.id).stored, 95);
    }

    void aGroupIsExpandedMemberByMember()
    {
        join("riders", numbers(2'345));
        m_options.slice = 500;
        m_engine->start(*m_client);
        const StartedBroadcast broadcast = begin("riders", {});
        QCOMPARE(broadcast.total, 2'345);
        QTRY_COMPARE_WITH_TIMEOUT(m_routed.size(), 2'345U, Patience);
        QTRY_VERIFY_WITH_TIMEOUT(stateOf(broadcast.id).state == BroadcastState::Completed, Patience);
    }

    void broadcastsTakeTurns()
    {
        begin({}, numbers(100));
        begin({}, numbers(20));
        m_engine->start(*m_client);
        QTRY_COMPARE_WITH_TIMEOUT(running(), 0, Patience);
        // Had they not taken turns, the small one would have come after all of the large one.
        QVERIFY(m_slices.size() >= 12);
        const std::vector<qint64> begun(m_slices.begin(), m_slices.begin() + 4);
        QVERIFY((begun == std::vector<qint64>{1, 2, 1, 2}));
    }

    void whatALastRunLeftIsFinished()
    {
        const StartedBroadcast broadcast = begin({}, numbers(50));
        QVERIFY(expandOnce(broadcast.id));
        QCOMPARE(stateOf(broadcast.id).stored, 10);
        makeEngine();
        m_engine->start(*m_client);
        QTRY_VERIFY_WITH_TIMEOUT(stateOf(broadcast.id).state == BroadcastState::Completed, Patience);
        QCOMPARE(m_routed.size(), 40U);
    }

    void waitsWhileTheBufferIsNearlyFull()
    {
        m_engine->start(*m_client);
        const qint64 nearly = IngestOptions{}.bufferMessages * 9 / 10;
        QVERIFY(m_buffer->tryReserve(nearly, 0));
        const StartedBroadcast broadcast = begin({}, numbers(30));
        QTRY_COMPARE_WITH_TIMEOUT(running(), 1, Patience);
        QCOMPARE(stateOf(broadcast.id).stored, 0);
        m_buffer->release(nearly, 0, m_clock.steadyNow(), 0ns);
        QTRY_COMPARE_WITH_TIMEOUT(stateOf(broadcast.id).stored, 30, Patience);
    }

    void aCancelledOneEnds()
    {
        const StartedBroadcast broadcast = begin({}, numbers(50));
        QVERIFY(expandOnce(broadcast.id));
        std::optional<Broadcast> cancelled;
        m_broadcasts->cancel(broadcast.id, [&](Result<Broadcast> result) { cancelled = result.value_or(Broadcast()); });
        QTRY_VERIFY_WITH_TIMEOUT(cancelled, Patience);
        QVERIFY(cancelled->state == BroadcastState::Cancelled);
        m_engine->start(*m_client);
        m_engine->add(broadcast.id);
        QTRY_COMPARE_WITH_TIMEOUT(m_metrics->gauges["hudhud_fanout_running"].value(), 0, Patience);
        QCOMPARE(stateOf(broadcast.id).stored, 10);
        QVERIFY(m_routed.empty());
    }

    void messagesForLaterAreStoredAndNotRouted()
    {
        m_engine->start(*m_client);
        Message message;
        message.deliverAt = m_clock.now() + 1h;
        const StartedBroadcast broadcast = begin({}, numbers(12), message);
        QTRY_COMPARE_WITH_TIMEOUT(stateOf(broadcast.id).stored, 12, Patience);
        QVERIFY(m_routed.empty());
    }

    void aNewerOneTakesThePlaceOfItsCollapseKey()
    {
        Message message;
        message.collapseKey = "weather";
        m_engine->start(*m_client);
        begin({}, numbers(25), message);
        QTRY_COMPARE_WITH_TIMEOUT(running(), 0, Patience);
        QCOMPARE(m_superseded, 0);
        begin({}, numbers(12), message);
        QTRY_COMPARE_WITH_TIMEOUT(running(), 0, Patience);
        QCOMPARE(m_superseded, 12);
    }

    void aRepeatedRequestIsTheSameBroadcast()
    {
        m_engine->start(*m_client);
        const IdempotencyClaim claim{.apiKeyId = 7,
                                     .key = "k-1",
                                     .fingerprint = QByteArray(32, 'f'),
                                     .now = m_clock.now(),
                                     .expiresAt = m_clock.now() + 24h};
        const StartedBroadcast first = begin({}, numbers(25), {}, claim);
        const StartedBroadcast second = begin({}, numbers(25), {}, claim);
        QVERIFY(!first.isReplayed);
        QVERIFY(second.isReplayed);
        QCOMPARE(second.id.toString(), first.id.toString());
        QCOMPARE(second.total, 25);
        QTRY_COMPARE_WITH_TIMEOUT(running(), 0, Patience);
        QCOMPARE(m_routed.size(), 25U);
        for (const auto &[recipient, count] : m_routed)
            QCOMPARE(count, 1);
    }

    void limitsOfGroupsHold()
    {
        m_options.maximumGroupMembers = 3;
        makeEngine();
        std::optional<Error> refusal;
        m_groups->join("riders", numbers(4), [&](const Result<qint64> &added) {
            if (!added)
                refusal = added.error();
        });
        QTRY_VERIFY_WITH_TIMEOUT(refusal, Patience);
        QVERIFY(refusal->code() == ErrorCode::QuotaExceeded);
    }

private:
    void makeEngine()
    {
        m_broadcasts.reset();
        m_engine = std::make_unique<FanOut>(FanOut::Parts{
            .options = m_options,
            .clock = m_clock,
            .ids = m_ids,
            .buffer = *m_buffer,
            .route =
                [this](std::span<const MessagePointer> messages) {
                    for (const MessagePointer &message : messages)
                        ++m_routed[message->recipient];
                    m_slices.push_back(messages.front()->apiKeyId);
                },
            .superseded = [this](std::span<const MessagePointer> messages) { m_superseded += std::ssize(messages); },
            .metrics = *m_metrics});
        m_broadcasts = std::make_unique<StoredBroadcasts>(StoredBroadcasts::Parts{.options = m_options,
                                                                                  .clock = m_clock,
                                                                                  .ids = m_ids,
                                                                                  .storage = *m_client,
                                                                                  .engine = *m_engine});
        m_groups = std::make_unique<StoredGroups>(*m_client, m_options);
    }
    static std::vector<Recipient> numbers(int count)
    {
        std::vector<Recipient> recipients;
        for (int i = count; i-- > 0;)
            recipients.push_back(
                Recipient::fromString(QByteArray::number(967771000000LL + i)).value_or(Recipient()));
        return recipients;
    }
    StartedBroadcast begin(const QByteArray &group, std::vector<Recipient> recipients, Message message = {},
                           std::optional<IdempotencyClaim> claim = {})
    {
        message.apiKeyId = ++m_started;
        std::optional<StartedBroadcast> started;
        m_broadcasts->start(std::move(message), group, std::move(recipients), std::move(claim),
                            [&](Result<StartedBroadcast> result) { started = result.value_or(StartedBroadcast()); });
        [&] { QTRY_VERIFY_WITH_TIMEOUT(started, Patience); }();
        return started.value_or(StartedBroadcast());
    }
    void join(const QByteArray &group, std::vector<Recipient> members)
    {
        std::optional<qint64> added;
        m_groups->join(group, std::move(members), [&](Result<qint64> result) { added = result.value_or(-1); });
        QTRY_VERIFY_WITH_TIMEOUT(added, Patience);
    }
    bool expandOnce(const MessageId &id)
    {
        std::optional<bool> done;
        m_client->write<BroadcastSlice>(
            [this, id](StorageWriter &writer) {
                return writer.broadcasts().expand(id, m_options.slice, m_ids, m_clock.now());
            },
            [&](const Result<BroadcastSlice> &slice) { done = slice.has_value(); });
        [&] { QTRY_VERIFY_WITH_TIMEOUT(done, Patience); }();
        return done.value_or(false);
    }
    Broadcast stateOf(const MessageId &id)
    {
        std::optional<Broadcast> found;
        m_broadcasts->find(id, [&](Result<std::optional<Broadcast>> result) {
            found = result.value_or(std::nullopt).value_or(Broadcast());
        });
        [&] { QTRY_VERIFY_WITH_TIMEOUT(found, Patience); }();
        return found.value_or(Broadcast());
    }
    qint64 running()
    {
        std::optional<qint64> count;
        m_client->read<std::vector<MessageId>>(
            [](StorageReader &reader) { return reader.broadcasts().running(); },
            [&](const Result<std::vector<MessageId>> &ids) { count = ids ? std::ssize(*ids) : -1; });
        [&] { QTRY_VERIFY_WITH_TIMEOUT(count, Patience); }();
        return count.value_or(-1);
    }

    fakes::HeldClock m_clock;
    MessageIdGenerator m_ids{m_clock};
    StorageOptions m_storageOptions;
    FanOutOptions m_options;
    std::unique_ptr<Storage> m_storage;
    std::unique_ptr<fakes::PlainMetrics> m_metrics;
    std::unique_ptr<BreakerRegistry> m_breakers;
    std::unique_ptr<StorageExecutor> m_executor;
    std::unique_ptr<StorageClient> m_client;
    std::unique_ptr<MessageBuffer> m_buffer;
    std::unique_ptr<FanOut> m_engine;
    std::unique_ptr<StoredBroadcasts> m_broadcasts;
    std::unique_ptr<StoredGroups> m_groups;
    std::map<Recipient, int> m_routed;
    std::vector<qint64> m_slices; ///< The API key of each routed slice, which tells the broadcast.
    qint64 m_superseded = 0;
    qint64 m_started = 0;
};

QTEST_GUILESS_MAIN(FanOutTest)
#include "fan_out_test.moc"
