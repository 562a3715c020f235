// SPDX-License-Identifier: GPL-3.0-or-later
// Nodes of one process that share a store and a memory cache: presence, routing, and what happens without a bus.
#include "cluster/cluster.h"
#include "delivery_fakes.h"

#include <QPluginLoader>
#include <QTest>

using namespace hudhud;
using namespace std::chrono_literals;

namespace {

Recipient phone(int number)
{
    return *Recipient::fromString(QByteArray::number(967'770'000'000 + number));
}

/// A memory cache whose commands are counted, and which can fail or lose what is published.
class WatchedCache final : public Cache
{
public:
    explicit WatchedCache(std::unique_ptr<Cache> cache)
        : m_cache(std::move(cache))
    {
    }

    Result<void> configure(const QJsonObject &, const PluginContext &) override { return {}; }
    Result<void> start() override { return {}; }
    void stop(std::chrono::milliseconds) override {}
    void get(std::vector<QByteArray> keys, Completion<std::vector<std::optional<CacheEntry>>> completion) override
    {
        ++gets;
        if (isGone)
            return completion(std::unexpected(gone()));
        if (holdGets) {
            held.push_back([this, keys = std::move(keys), completion = std::move(completion)]() mutable {
                m_cache->get(std::move(keys), std::move(completion));
            });
            return;
        }
        m_cache->get(std::move(keys), std::move(completion));
    }
    void set(std::vector<std::pair<QByteArray, QByteArray>> items, TimeToLive timeToLive,
             Completion<void> completion) override
    {
        if (isGone)
            return completion(std::unexpected(gone()));
        if (holdSets) {
            held.push_back([this, items = std::move(items), timeToLive, completion = std::move(completion)]() mutable {
                m_cache->set(std::move(items), timeToLive, std::move(completion));
            });
            return;
        }
        m_cache->set(std::move(items), timeToLive, std::move(completion));
    }
    void remove(std::vector<QByteArray> keys, Completion<qint64> completion) override
    {
        m_cache->remove(std::move(keys), std::move(completion));
    }
    void invalidatePattern(const QByteArray &pattern, Completion<qint64> completion) override
    {
        m_cache->invalidatePattern(pattern, std::move(completion));
    }
    void increment(const QByteArray &key, qint64 amount, TimeToLive timeToLive, Completion<qint64> completion) override
    {
        m_cache->increment(key, amount, timeToLive, std::move(completion));
    }
    CacheMetrics metrics() const override { return m_cache->metrics(); }
    void publish(const QByteArray &channel, const QByteArray &payload) override
    {
        published += channel.startsWith("hudhud:messages:") ? 1 : 0;
        announcements += channel == "hudhud:nodes" ? 1 : 0;
        publishedStatus += channel == "hudhud:status" ? 1 : 0;
        if (!isGone && !(losesMessages && channel.startsWith("hudhud:messages:")))
            m_cache->publish(channel, payload);
    }
    quint64 subscribe(const QByteArray &channel, Subscriber subscriber) override
    {
        return m_cache->subscribe(channel, std::move(subscriber));
    }
    void unsubscribe(quint64 handle) override { m_cache->unsubscribe(handle); }

    int gets = 0;
    int published = 0; ///< Batches of messages.
    int publishedStatus = 0;
    int announcements = 0; ///< Of all nodes.
    bool isGone = false;
    bool losesMessages = false;
    bool holdGets = false;
    bool holdSets = false;
    std::vector<std::move_only_function<void()>> held;

private:
    static Error gone() { return {ErrorCode::ConnectionLost, QStringLiteral("the cache is gone")}; }

    std::unique_ptr<Cache> m_cache;
};

std::unique_ptr<Cache> memoryCache()
{
    QPluginLoader loader(QStringLiteral(HUDHUD_PLUGIN_DIR "/hudhud-cache-memory"));
    auto *factory = qobject_cast<CacheFactory *>(loader.instance());
    auto cache = factory ? factory->create() : nullptr;
    const QJsonObject settings{{QStringLiteral("maximum_entries"), 100'000},
                               {QStringLiteral("maximum_size"), 64 * 1024 * 1024},
                               {QStringLiteral("maximum_undelivered_events"), 10'000}};
    if (!cache || !cache->configure(settings, PluginContext()) || !cache->start())
        qFatal("the memory cache cannot be used");
    return cache;
}

class NotingSubscriber final : public StatusSubscriber
{
public:
    void statusChanged(std::span<const StatusChange> told) override { changes.insert(changes.end(), told.begin(), told.end()); }

    std::vector<StatusChange> changes;
};

/// One node with one I/O thread, which is the test's.
struct TestNode
{
    TestNode(const QByteArray &name, Cache &cache, FakeStore &store, const Clock &clock, const ClusterOptions &options)
        : storage(store)
        , delivery({.delivery = deliveryOptions,
                    .storage = storageOptions,
                    .retryPolicy = policy,
                    .clock = clock,
                    .metrics = metrics,
                    .nodeId = name,
                    .ioThreads = 1,
                    .repairInterval = options.repairInterval})
        , cluster({.options = options,
                   .scaling = scaling,
                   .nodeId = name,
                   .cache = cache,
                   .delivery = delivery,
                   .clock = clock,
                   .metrics = metrics,
                   .capabilities = {},
                   .readings = [] { return Cluster::Readings{.activeConnections = 5, .requests = 100}; },
                   .nodeChanged = {},
                   .hasBeaten = {}})
    {
        delivery.setRemote(cluster);
        worker = delivery.createWorker(0, storage);
        cluster.start("http://" + name, storage);
    }

    ScalingOptions scaling;
    DeliveryOptions deliveryOptions;
    StorageOptions storageOptions;
    FakeRetryPolicy policy{3};
    FakeMetrics metrics;
    FakeStorageClient storage;
    Delivery delivery;
    Cluster cluster;
    std::unique_ptr<DeliveryWorker> worker;
};

} // namespace

class ClusterTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_cache = std::make_unique<WatchedCache>(memoryCache());
        m_options.repairInterval = 1h; // Where the bus brings it.
        m_options.presenceInterval = 1h; // No look-ups but those that are counted.
        m_options.maximumWaiting = 1'000;
        m_store = std::make_unique<FakeStore>();
        for (const char *name : {"a", "b", "c"})
            add(name);
        for (const auto &node : m_nodes)
            QTRY_COMPARE(node->cluster.nodes().size(), std::size_t(3));
    }
    void cleanup()
    {
        m_nodes.clear();
        QCoreApplication::processEvents();
        m_cache.reset();
    }

    void everyNodeKnowsAllOthersAndHowLoadedTheyAre()
    {
        QTRY_COMPARE_WITH_TIMEOUT(m_nodes[2]->cluster.scaling().currentNodes, 3, 60'000); // The next heartbeat counts them.
        QCOMPARE(m_nodes[2]->cluster.scaling().desiredNodes, 3); // Fewer would do, but not for long enough yet.
        const auto nodes = m_nodes[2]->cluster.nodes();
        QCOMPARE(nodes[0].id, QByteArray("a"));
        QCOMPARE(nodes[0].endpoint, QByteArray("http://a"));
        QCOMPARE(nodes[0].currentLoad.activeConnections, 5);
        QVERIFY(nodes[0].currentLoad.memoryUsage > 0 && nodes[0].currentLoad.memoryUsage < 1);
        QCOMPARE(m_nodes[2]->metrics.level("hudhud_cluster_nodes/healthy"), 3);
        m_nodes.pop_back(); // It says so.
        QTRY_COMPARE(m_nodes[0]->cluster.nodes().size(), std::size_t(2));
        QCOMPARE(m_nodes[0]->metrics.level("hudhud_cluster_nodes/healthy"), 2);
    }

    void aMessageReachesThePhoneOnAnotherNode()
    {
        FakeReceiver receiver;
        const ReceiverId id = attach(1, phone(1), receiver);
        const MessagePointer message = send(0, {phone(1)})[0];
        QTRY_COMPARE(receiver.all(), std::vector{message->id});
        bool isDone = false;
        m_nodes[1]->worker->acknowledge(id, {&message->id, 1}, [&](const Result<void> &result) { isDone = result.has_value(); });
        QTRY_VERIFY(isDone);
        QCOMPARE(m_store->status(message->id), MessageStatus::Delivered);
        QCOMPARE(m_nodes[2]->metrics.count("hudhud_cluster_received_messages_total"), 0);
    }

    void aBatchIsOneLookUpAndOneMessagePerNode()
    {
        FakeReceiver onB;
        FakeReceiver onC;
        attach(1, phone(1), onB);
        attach(2, phone(2), onC);
        m_cache->gets = 0;
        std::vector<Recipient> recipients;
        for (int i = 0; i < 30; ++i)
            recipients.push_back(phone(i % 3)); // The third is nowhere.
        send(0, recipients);
        QTRY_COMPARE(onB.count(), std::size_t(10));
        QTRY_COMPARE(onC.count(), std::size_t(10));
        QCOMPARE(m_cache->gets, 1);
        QCOMPARE(m_cache->published, 2);
        QCOMPARE(m_nodes[0]->metrics.count("hudhud_cluster_routed_messages_total"), 20);
        QCOMPARE(m_nodes[1]->metrics.count("hudhud_cluster_received_batches_total"), 1);
        QCOMPARE(m_nodes[1]->storage.pendingReads + m_nodes[2]->storage.pendingReads, 4); // Pages and checks of the attach.
    }

    void aLocalPhoneAsksNobody()
    {
        FakeReceiver receiver;
        attach(0, phone(1), receiver);
        m_cache->gets = 0;
        send(0, {phone(1), phone(1)});
        QTRY_COMPARE(receiver.count(), std::size_t(2));
        QCOMPARE(m_cache->gets, 0);
    }

    void twoDevicesOnTwoNodesAreBothFoundAndOneStaysWhenTheOtherLeaves()
    {
        FakeReceiver onB;
        FakeReceiver onC;
        const ReceiverId leaving = attach(1, phone(1), onB);
        attach(2, phone(1), onC);
        send(0, {phone(1)});
        QTRY_COMPARE(onB.count(), std::size_t(1));
        QTRY_COMPARE(onC.count(), std::size_t(1));
        m_nodes[1]->worker->detach(leaving);
        settle();
        send(0, {phone(1)});
        QTRY_COMPARE(onC.count(), std::size_t(2));
        QCOMPARE(onB.count(), std::size_t(1));
        QCOMPARE(m_nodes[1]->metrics.count("hudhud_cluster_received_batches_total"), 1);
    }

    void aSecondDeviceOnAnotherNodeGetsWhatTheFirstOneGets()
    {
        FakeReceiver onA;
        FakeReceiver onB;
        FakeReceiver alone;
        attach(0, phone(1), onA);
        attach(0, phone(2), alone);
        const ReceiverId second = attach(1, phone(1), onB);
        QVERIFY(m_nodes[0]->cluster.isElsewhereToo(phone(1))); // B has told A.
        QVERIFY(m_nodes[1]->cluster.isElsewhereToo(phone(1)));
        QVERIFY(!m_nodes[0]->cluster.isElsewhereToo(phone(2)));
        m_cache->gets = 0;
        send(0, std::vector<Recipient>(50, phone(2)));
        settle();
        QCOMPARE(m_cache->gets, 0); // Who has one device costs nothing.
        std::vector<Recipient> recipients(20, phone(2));
        recipients.insert(recipients.end(), 10, phone(1));
        send(0, recipients);
        QTRY_COMPARE(onA.count(), std::size_t(10));
        QTRY_COMPARE(onB.count(), std::size_t(10));
        QCOMPARE(m_cache->gets, 1); // One look-up for the batch.
        QCOMPARE(m_cache->published, 1);
        QCOMPARE(m_nodes[0]->metrics.count("hudhud_cluster_routed_messages_total"), 10);
        send(1, {phone(1)}); // It works both ways.
        QTRY_COMPARE(onA.count(), std::size_t(11));
        m_nodes[1]->worker->detach(second);
        settle();
        QVERIFY(!m_nodes[0]->cluster.isElsewhereToo(phone(1)));
        m_cache->gets = 0;
        send(0, {phone(1)});
        settle();
        QCOMPARE(m_cache->gets, 0);
    }

    void devicesThatCameWhileTheCacheWasLostAreFoundLater()
    {
        m_options.presenceInterval = 100ms;
        add("d");
        add("e");
        QTRY_COMPARE(m_nodes[3]->cluster.nodes().size(), std::size_t(5));
        FakeReceiver onD;
        FakeReceiver onE;
        m_cache->isGone = true;
        attach(3, phone(1), onD);
        attach(4, phone(1), onE);
        QVERIFY(!m_nodes[3]->cluster.isElsewhereToo(phone(1)));
        m_cache->isGone = false;
        QTRY_VERIFY_WITH_TIMEOUT(m_nodes[3]->cluster.isElsewhereToo(phone(1)), 60'000);
        QTRY_VERIFY_WITH_TIMEOUT(m_nodes[4]->cluster.isElsewhereToo(phone(1)), 60'000);
        // Of a node that stops they end at once.
        m_nodes.pop_back();
        settle();
        QVERIFY(!m_nodes[3]->cluster.isElsewhereToo(phone(1)));
    }

    void devicesOfANodeThatLeftAreForgotten()
    {
        FakeReceiver onA;
        FakeReceiver onC;
        attach(0, phone(1), onA);
        attach(2, phone(1), onC);
        QVERIFY(m_nodes[0]->cluster.isElsewhereToo(phone(1)));
        m_nodes[2]->cluster.leave();
        settle();
        QVERIFY(!m_nodes[0]->cluster.isElsewhereToo(phone(1)));
    }

    void sharedRecipientsAreBoundedAndForgottenAfterAMinute()
    {
        SharedRecipients shared(m_clock, 2);
        for (int number = 1; number <= 3; ++number)
            shared.add(phone(number), "b");
        QCOMPARE(shared.size(), std::size_t(2));
        QVERIFY(shared.contains(phone(2)) && !shared.contains(phone(3)));
        shared.add(phone(1), "c");
        QCOMPARE(shared.take(phone(1)).size(), std::size_t(2));
        QVERIFY(!shared.contains(phone(1)));
        m_clock.advance(59s);
        shared.add(phone(3), "c");
        QCOMPARE(shared.renewable().size(), std::size_t(2));
        m_clock.advance(1s);
        QCOMPARE(shared.renewable(), std::vector{phone(3)}); // The other was not renewed.
        shared.removeNode("c");
        QCOMPARE(shared.size(), std::size_t(0));
    }

    void presenceIsOfAllNodes()
    {
        FakeReceiver onA;
        FakeReceiver onB;
        FakeReceiver alsoOnB;
        attach(0, phone(1), onA);
        attach(1, phone(1), onB);
        attach(1, phone(1), alsoOnB);
        for (const auto &node : m_nodes) {
            QCOMPARE(presence(*node, phone(1)).connections, 3);
            QVERIFY(presence(*node, phone(1)).isOfCluster);
            QCOMPARE(presence(*node, phone(2)).connections, 0);
        }
        m_cache->isGone = true; // The call fails before the node knows.
        QCOMPARE(presence(*m_nodes[0], phone(1)).connections, 1);
        QVERIFY(!presence(*m_nodes[0], phone(1)).isOfCluster);
        FakeReceiver next;
        attach(2, phone(3), next); // Now it knows, and asks nobody.
        m_cache->gets = 0;
        QCOMPARE(presence(*m_nodes[2], phone(1)).connections, 0);
        QVERIFY(!presence(*m_nodes[2], phone(1)).isOfCluster);
        QCOMPARE(m_cache->gets, 0);
    }

    void whoComesAndGoesDoesNotFloodTheBus()
    {
        NotingSubscriber business;
        ThreadStatusFeed feed(m_nodes[1]->delivery.statusChanges());
        QTest::qWait(1); // The timers of the joining may run.
        m_cache->announcements = 0;
        for (int i = 0; i < 100; ++i) {
            feed.subscribe(business, StatusScope::Cluster);
            settle();
            feed.unsubscribe(business);
            settle();
        }
        QVERIFY2(m_cache->announcements <= 5, QByteArray::number(m_cache->announcements).constData());
        feed.subscribe(business, StatusScope::Cluster);
        QTRY_COMPARE_WITH_TIMEOUT(m_nodes[0]->delivery.statusChanges().isWanted(), true, 60'000); // The last word is told.
        feed.unsubscribe(business);
    }

    void whatComesBetweenTheFirstPageAndThePresenceIsFound()
    {
        FakeReceiver receiver;
        m_cache->holdSets = true;
        attach(1, phone(1), receiver); // The page that it is sent is empty.
        const auto messages = send(0, {phone(1)}); // Nobody knows yet where the phone is.
        settle();
        QCOMPARE(receiver.count(), std::size_t(0));
        QCOMPARE(m_cache->published, 0);
        m_cache->holdSets = false;
        for (auto &call : m_cache->held)
            call();
        QTRY_COMPARE(receiver.all(), std::vector{messages[0]->id});
    }

    void whatTheBusLosesTheRepairFinds()
    {
        m_options.repairInterval = 20ms;
        add("d");
        QTRY_COMPARE(m_nodes[0]->cluster.nodes().size(), std::size_t(4));
        FakeReceiver receiver;
        attach(3, phone(1), receiver);
        m_cache->losesMessages = true;
        const auto messages = send(0, {phone(1), phone(1)});
        QTRY_COMPARE(receiver.count(), std::size_t(2));
        QCOMPARE(m_cache->published, 1);
        QVERIFY(m_nodes[3]->metrics.count("hudhud_delivery_repairs_total") > 0);
        QCOMPARE(m_nodes[3]->metrics.count("hudhud_cluster_received_messages_total"), 0);
    }

    void aBusinessHearsOfItsMessagesOnOtherNodes()
    {
        NotingSubscriber business;
        NotingSubscriber webhook;
        auto feed = std::make_unique<ThreadStatusFeed>(m_nodes[1]->delivery.statusChanges());
        ThreadStatusFeed ownFeed(m_nodes[2]->delivery.statusChanges());
        ownFeed.subscribe(webhook, StatusScope::Node);
        FakeReceiver receiver;
        const ReceiverId id = attach(0, phone(1), receiver);
        const auto deliver = [&] {
            const MessagePointer message = send(0, {phone(1)})[0];
            settle();
            m_nodes[0]->worker->acknowledge(id, {&message->id, 1}, [](const Result<void> &) {});
            settle();
            return message->id;
        };
        deliver();
        QCOMPARE(m_cache->publishedStatus, 0); // Nobody wants it.
        feed->subscribe(business, StatusScope::Cluster);
        // The others have heard of it by then.
        QTRY_COMPARE_WITH_TIMEOUT(m_nodes[0]->delivery.statusChanges().isWanted(), true, 60'000);
        const MessageId delivered = deliver();
        QTRY_VERIFY(!business.changes.empty() && business.changes.back().status == MessageStatus::Delivered);
        for (const StatusChange &change : business.changes)
            QCOMPARE(change.id, delivered);
        QCOMPARE(business.changes.back().recipient, phone(1));
        QCOMPARE(m_nodes[1]->metrics.count("hudhud_cluster_received_status_changes_total"), std::ssize(business.changes));
        QCOMPARE(m_nodes[2]->metrics.count("hudhud_cluster_received_status_changes_total"), 0);
        feed->unsubscribe(business);
        QTRY_COMPARE_WITH_TIMEOUT(m_nodes[0]->delivery.statusChanges().isWanted(), false, 60'000);
        const int published = m_cache->publishedStatus;
        deliver();
        QCOMPARE(m_cache->publishedStatus, published);
        QVERIFY(webhook.changes.empty());
        ownFeed.unsubscribe(webhook);
    }

    void hintsAreDroppedWhenTheCacheLags()
    {
        FakeReceiver receiver;
        attach(1, phone(1), receiver);
        m_cache->holdGets = true;
        send(0, std::vector<Recipient>(600, phone(1)));
        QTRY_COMPARE(m_cache->held.size(), std::size_t(1));
        send(0, std::vector<Recipient>(600, phone(1))); // 1,000 may wait.
        QCOMPARE(m_nodes[0]->metrics.count("hudhud_cluster_dropped_messages_total"), 600);
        m_cache->held[0]();
        m_cache->holdGets = false;
        QTRY_VERIFY(receiver.count() > 0);
        QTRY_COMPARE(m_nodes[0]->metrics.count("hudhud_cluster_routed_messages_total"), 600);
        send(0, {phone(1)});
        QTRY_COMPARE(m_nodes[0]->metrics.count("hudhud_cluster_routed_messages_total"), 601);
    }

    void withoutTheCacheTheNodeIsDegradedAndServesItsOwnPhones()
    {
        FakeReceiver own;
        FakeReceiver other;
        attach(0, phone(1), own);
        attach(1, phone(2), other);
        QVERIFY(!m_nodes[0]->cluster.degradedReason());
        m_cache->isGone = true;
        send(0, {phone(1), phone(2)});
        QTRY_COMPARE(own.count(), std::size_t(1));
        QTRY_VERIFY(m_nodes[0]->cluster.degradedReason().has_value());
        QCOMPARE(m_nodes[0]->metrics.level("hudhud_cluster_connected"), 0);
        QCOMPARE(m_nodes[0]->metrics.count("hudhud_cluster_dropped_messages_total"), 1);
        QCOMPARE(other.count(), std::size_t(0));
        m_cache->isGone = false;
        FakeReceiver next;
        attach(0, phone(3), next); // The next write shows that it is back.
        QTRY_VERIFY(!m_nodes[0]->cluster.degradedReason());
        QCOMPARE(m_nodes[0]->metrics.level("hudhud_cluster_connected"), 1);
        send(0, {phone(2)});
        QTRY_COMPARE(other.count(), std::size_t(1));
    }

private:
    void add(const char *name)
    {
        m_nodes.push_back(std::make_unique<TestNode>(name, *m_cache, *m_store, m_clock, m_options));
    }
    Message newMessage(const Recipient &recipient)
    {
        Message message;
        message.id = m_ids.next();
        message.recipient = recipient;
        message.createdAt = m_clock.now();
        return message;
    }
    /// Accepted by a node in one batch.
    std::vector<MessagePointer> send(std::size_t node, const std::vector<Recipient> &recipients)
    {
        std::vector<MessagePointer> messages;
        for (const Recipient &recipient : recipients) {
            const Message message = newMessage(recipient);
            m_store->insert(message);
            messages.push_back(std::make_shared<Message>(message));
        }
        m_nodes[node]->worker->route(messages);
        return messages;
    }
    static RecipientPresence presence(TestNode &node, const Recipient &recipient)
    {
        std::optional<RecipientPresence> told;
        node.cluster.presences().presence(recipient, [&told](RecipientPresence answer) { told = answer; });
        settle();
        return told.value_or(RecipientPresence{.connections = -1});
    }
    /// Until everything that is on its way within the process has arrived.
    static void settle()
    {
        for (int turn = 0; turn < 20; ++turn) {
            QCoreApplication::sendPostedEvents();
            QCoreApplication::processEvents();
        }
    }
    ReceiverId attach(std::size_t node, const Recipient &recipient, Receiver &receiver)
    {
        const ReceiverId id = m_nodes[node]->worker->attach(recipient, receiver);
        settle();
        return id;
    }

    HeldClock m_clock;
    MessageIdGenerator m_ids{m_clock};
    ClusterOptions m_options;
    std::unique_ptr<FakeStore> m_store;
    std::unique_ptr<WatchedCache> m_cache;
    std::vector<std::unique_ptr<TestNode>> m_nodes;
};

QTEST_GUILESS_MAIN(ClusterTest)
#include "cluster_test.moc"
