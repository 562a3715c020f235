// SPDX-License-Identifier: GPL-3.0-or-later
#include "delivery/stored_read_receipts.h"
#include "delivery_fakes.h"
#include "plugin-api/storage.h"

#include <QPluginLoader>
#include <QTest>

namespace hudhud {

namespace {

/// The memory plugin behind a door that can be held shut.
class MemoryClient final : public FakeStorageClient
{
public:
    MemoryClient(FakeStore &unused, StorageWriter &writer, StorageReader &reader)
        : FakeStorageClient(unused)
        , m_writer(writer)
        , m_reader(reader)
    {
    }

    void runOnWriter(DeviceTask<StorageWriter> task) override
    {
        ++writes;
        m_tasks.push_back(std::move(task));
        if (!holdWrites)
            QMetaObject::invokeMethod(
                &m_context, [this] { release(); }, Qt::QueuedConnection);
    }
    void find(std::vector<MessageId> ids, Completion<std::vector<MessagePointer>> completion) override
    {
        ++finds;
        completion(failReads ? std::unexpected(*failReads) : m_reader.find(ids));
    }

    void release()
    {
        for (DeviceTask<StorageWriter> &task : std::exchange(m_tasks, {}))
            (failWrites ? task(std::unexpected(*failWrites)) : task(&m_writer))();
    }

    int writes = 0;
    int finds = 0;

private:
    StorageWriter &m_writer;
    StorageReader &m_reader;
    std::vector<DeviceTask<StorageWriter>> m_tasks;
    QObject m_context;
};

Error unavailable()
{
    return Error(ErrorCode::StorageUnavailable, QStringLiteral("scripted failure"));
}

} // namespace

class ReadReceiptsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();
    void marksAndTells();
    void marksOnce();
    void refusesWhatIsNotTheReaders();
    void refusesWhatIsNotDelivered();
    void sharesTheNextWrite();
    void limitsAWrite();
    void refusesTooMany();
    void tellsOfAFailedWrite();
    void tellsOfAFailedRead();
    void survivesItsEnd();

private:
    /// A stored message for `recipient`.
    MessageId store(const Recipient &recipient, bool isDelivered = true);
    void markRead(const Recipient &reader, const MessageId &id)
    {
        m_receipts->markRead(reader, id, [this](Result<void> result) {
            m_answers.push_back(result ? QByteArray("done") : QByteArray(errorCodeInfo(result.error().code()).name));
        });
    }
    QList<QByteArray> answers()
    {
        QCoreApplication::processEvents();
        return std::exchange(m_answers, {});
    }

    const Recipient m_reader = *Recipient::fromString("967771234567");
    const Recipient m_other = *Recipient::fromString("967777654321");
    HeldClock m_clock;
    MessageIdGenerator m_ids{m_clock};
    FakeStore m_unused;
    std::unique_ptr<Storage> m_storage;
    std::unique_ptr<StorageWriter> m_writer;
    std::unique_ptr<StorageReader> m_messages;
    std::unique_ptr<MemoryClient> m_client;
    std::unique_ptr<StoredReadReceipts> m_receipts;
    std::vector<StatusChange> m_told;
    QList<QByteArray> m_answers;
};

void ReadReceiptsTest::init()
{
    QPluginLoader loader(QStringLiteral(HUDHUD_PLUGIN_DIR "/hudhud-storage-memory"));
    auto *factory = qobject_cast<StorageFactory *>(loader.instance());
    QVERIFY2(factory, qPrintable(loader.errorString()));
    m_storage = factory->create();
    PluginContext context;
    context.nodeId = "node-1";
    context.clock = &m_clock;
    QVERIFY(m_storage->configure(QJsonObject(), context));
    QVERIFY(m_storage->start());
    m_writer = m_storage->createWriter().value();
    m_messages = m_storage->createReader().value();
    m_client = std::make_unique<MemoryClient>(m_unused, *m_writer, *m_messages);
    m_receipts = std::make_unique<StoredReadReceipts>(StoredReadReceipts::Parts{
        .storage = *m_client,
        .clock = m_clock,
        .node = "node-1",
        .publish = [this](std::span<const StatusChange> changes) {
            m_told.insert(m_told.end(), changes.begin(), changes.end());
        }});
}

void ReadReceiptsTest::cleanup()
{
    m_receipts.reset();
    m_client.reset();
    m_messages.reset();
    m_writer.reset();
    m_storage.reset();
    m_told.clear();
    m_answers.clear();
}

MessageId ReadReceiptsTest::store(const Recipient &recipient, bool isDelivered)
{
    Message message;
    message.id = m_ids.next();
    message.recipient = recipient;
    message.content = "text";
    message.sender = "8001234";
    message.apiKeyId = 7;
    message.createdAt = m_clock.now();
    WriteBatch accepted;
    accepted.accepted.push_back(std::make_shared<const Message>(message));
    WriteBatch delivered;
    StatusTransition &transition = delivered.transitions.emplace_back();
    transition.id = message.id;
    transition.recipient = recipient;
    transition.events = {{0, MessageStatus::Processing, m_clock.now(), "node-1", 0, {}},
                         {0, MessageStatus::Delivered, m_clock.now(), "node-1", 0, {}}};
    const bool isStored = m_writer->commit(accepted) && (!isDelivered || m_writer->commit(delivered));
    return isStored ? message.id : MessageId();
}

void ReadReceiptsTest::marksAndTells()
{
    const MessageId id = store(m_reader);
    m_clock.advance(std::chrono::seconds(5));
    markRead(m_reader, id);
    QVERIFY(m_answers.isEmpty()); // Not before it is durable.
    QCOMPARE(answers(), QList<QByteArray>{"done"});
    QVERIFY(m_messages->find({&id, 1}).value().front()->readAt == m_clock.now());
    QCOMPARE(m_told.size(), std::size_t(1));
    const StatusChange &change = m_told.front();
    QVERIFY(change.id == id);
    QVERIFY(change.recipient == m_reader);
    QCOMPARE(change.sender, QByteArray("8001234"));
    QCOMPARE(change.apiKeyId, 7);
    QVERIFY(change.status == MessageStatus::Delivered);
    QVERIFY(change.readAt == m_clock.now());
    QVERIFY(change.time == m_clock.now());
    QCOMPARE(m_client->finds, 0);
}

void ReadReceiptsTest::marksOnce()
{
    const MessageId id = store(m_reader);
    const Timestamp first = m_clock.now();
    markRead(m_reader, id);
    markRead(m_reader, id);
    QTRY_COMPARE(m_answers.size(), 2);
    m_clock.advance(std::chrono::seconds(5));
    markRead(m_reader, id);
    QTRY_COMPARE(m_answers, (QList<QByteArray>{"done", "done", "done"}));
    QCOMPARE(m_told.size(), std::size_t(1));
    QVERIFY(m_messages->find({&id, 1}).value().front()->readAt == first);
}

void ReadReceiptsTest::refusesWhatIsNotTheReaders()
{
    const MessageId id = store(m_reader);
    markRead(m_other, id);
    QCOMPARE(answers(), QList<QByteArray>{"not-found"});
    markRead(m_reader, m_ids.next());
    QCOMPARE(answers(), QList<QByteArray>{"not-found"});
    QVERIFY(m_told.empty());
    QVERIFY(!m_messages->find({&id, 1}).value().front()->readAt);
}

void ReadReceiptsTest::refusesWhatIsNotDelivered()
{
    const MessageId id = store(m_reader, false);
    markRead(m_reader, id);
    QCOMPARE(answers(), QList<QByteArray>{"conflict"});
    QVERIFY(m_told.empty());
}

void ReadReceiptsTest::sharesTheNextWrite()
{
    m_client->holdWrites = true;
    QList<MessageId> ids;
    for (const Recipient &reader : {m_reader, m_other, m_reader, m_other}) {
        ids.append(store(reader));
        markRead(reader, ids.back());
    }
    QCOMPARE(m_client->writes, 1); // The first; the rest waits for its end.
    m_client->release();
    QCOMPARE(answers(), QList<QByteArray>{"done"});
    QCOMPARE(m_client->writes, 2);
    m_client->release();
    QCOMPARE(answers(), (QList<QByteArray>{"done", "done", "done"}));
    QCOMPARE(m_client->writes, 2);
    QCOMPARE(m_told.size(), std::size_t(4));
    QCOMPARE(m_client->finds, 0);
}

void ReadReceiptsTest::limitsAWrite()
{
    m_client->holdWrites = true;
    const int count = static_cast<int>(StoredReadReceipts::MaximumWrite) + 2;
    for (int i = 0; i < count; ++i)
        markRead(m_reader, store(m_reader));
    m_client->release();
    QCOMPARE(answers().size(), 1);
    m_client->release();
    QCOMPARE(answers().size(), static_cast<qsizetype>(StoredReadReceipts::MaximumWrite));
    m_client->release();
    QCOMPARE(answers().size(), 1);
    QCOMPARE(m_client->writes, 3);
}

void ReadReceiptsTest::refusesTooMany()
{
    m_client->holdWrites = true;
    const MessageId id = store(m_reader);
    markRead(m_reader, id); // On its way.
    for (std::size_t i = 0; i < StoredReadReceipts::MaximumWaiting; ++i)
        markRead(m_reader, id);
    QVERIFY(m_answers.isEmpty());
    markRead(m_reader, id);
    QCOMPARE(answers(), QList<QByteArray>{"buffer-full"});
}

void ReadReceiptsTest::tellsOfAFailedWrite()
{
    const MessageId id = store(m_reader);
    m_client->failWrites = unavailable();
    markRead(m_reader, id);
    QCOMPARE(answers(), QList<QByteArray>{"storage-unavailable"});
    QVERIFY(m_told.empty());
    m_client->failWrites.reset();
    markRead(m_reader, id);
    QCOMPARE(answers(), QList<QByteArray>{"done"});
}

void ReadReceiptsTest::tellsOfAFailedRead()
{
    m_client->failReads = unavailable();
    markRead(m_reader, m_ids.next());
    QCOMPARE(answers(), QList<QByteArray>{"storage-unavailable"});
}

void ReadReceiptsTest::survivesItsEnd()
{
    m_client->holdWrites = true;
    markRead(m_reader, store(m_reader));
    m_receipts.reset();
    m_client->release();
    QCOMPARE(answers(), QList<QByteArray>());
}

} // namespace hudhud

QTEST_GUILESS_MAIN(hudhud::ReadReceiptsTest)
#include "read_receipts_test.moc"
