// SPDX-License-Identifier: GPL-3.0-or-later
// Several nodes on one PostgreSQL, connections that are lost, days that are dropped: what the suites, which know one node,
// do not ask.
#include "on_postgresql.h"

#include "plugin-api/attachments.h"

#include <QThread>

#include <array>
#include <atomic>
#include <set>

using namespace hudhud;
using namespace std::chrono_literals;
using enum MessageStatus;

class PostgresqlNodesTest : public OnPostgresql<StorageSuite>
{
    Q_OBJECT

private Q_SLOTS:
    void nodesThatStartTogetherMigrateOnce();
    void refusesANewerSchema();
    void twoNodesMayShareAnOrderKey();
    void oneRequestOnTwoNodesIsStoredOnce();
    void nodesClaimDifferentMessages();
    void nodesNameEachOthersEvents();
    void recoversOnlyTheLeasesOfItsNode();
    void writersInEachOthersWayLoseNothing();
    void goesOnAfterItsConnectionsWereEnded();
    void answersWhileTheDatabaseIsGone();
    void dropsDaysAndKeepsWhatMustStay();
    void mendsWhatContradicts();

private:
    /// Another node on the same database.
    struct OtherNode
    {
        std::unique_ptr<Storage> storage;
        std::unique_ptr<StorageWriter> writer;
        std::unique_ptr<StorageReader> reader;

        ~OtherNode()
        {
            writer.reset();
            reader.reset();
            if (storage)
                storage->stop(1s);
        }
    };
    std::unique_ptr<Storage> newStorage(const char *name);
    std::unique_ptr<OtherNode> newNode(const char *name);
    QByteArray sql(const QString &text) const
    {
        return PostgresqlServer::instance()->query(database(), text).trimmed();
    }
    qint64 count(const QString &what) const { return sql(QStringLiteral("SELECT count(*) FROM ") + what).toLongLong(); }
    void endConnections() const
    {
        sql(QStringLiteral("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'hudhud%'"));
    }
};

std::unique_ptr<Storage> PostgresqlNodesTest::newStorage(const char *name)
{
    PluginContext context;
    context.name = "storage";
    context.nodeId = name;
    context.dataDirectory = m_folder->path();
    context.clock = &m_clock;
    return createStorage(context);
}

std::unique_ptr<PostgresqlNodesTest::OtherNode> PostgresqlNodesTest::newNode(const char *name)
{
    auto node = std::make_unique<OtherNode>();
    node->storage = newStorage(name);
    auto started = node->storage->start();
    if (!started)
        QTest::qFail(qPrintable(started.error().message()), __FILE__, __LINE__);
    node->writer = std::move(*node->storage->createWriter());
    node->reader = std::move(*node->storage->createReader());
    return node;
}

void PostgresqlNodesTest::nodesThatStartTogetherMigrateOnce()
{
    close();
    sql(QStringLiteral("DROP SCHEMA public CASCADE; CREATE SCHEMA public"));
    constexpr int Nodes = 6;
    std::vector<std::unique_ptr<QThread>> threads;
    std::atomic_int failures = 0;
    for (int i = 0; i < Nodes; ++i) {
        threads.emplace_back(QThread::create([this, &failures] {
            const auto storage = newStorage("node-1");
            if (!storage->start())
                ++failures;
            storage->stop(1s);
        }));
    }
    for (const auto &thread : threads)
        thread->start();
    for (const auto &thread : threads)
        thread->wait();
    QCOMPARE(failures.load(), 0);
    QCOMPARE(count(QStringLiteral("schema_migration")), 4);
}

void PostgresqlNodesTest::refusesANewerSchema()
{
    close();
    sql(QStringLiteral("INSERT INTO schema_migration VALUES (5, '0005_later', 'x', 0)"));
    auto storage = newStorage("node-1");
    QCOMPARE(codeOf(storage->start()), std::optional(ErrorCode::Unsupported));
    sql(QStringLiteral("DELETE FROM schema_migration WHERE number = 5; UPDATE schema_migration SET checksum = 'y' "
                       "WHERE number = 2"));
    storage = newStorage("node-1");
    QCOMPARE(codeOf(storage->start()), std::optional(ErrorCode::Unsupported));
}

void PostgresqlNodesTest::twoNodesMayShareAnOrderKey()
{
    const auto other = newNode("node-2");
    const Message message = newMessage();
    Message twin = newMessage();
    MessageId::Bytes bytes = message.id.bytes();
    bytes[15] ^= 1;
    twin.id = MessageId(bytes);
    accept(message);
    WriteBatch batch;
    batch.accepted.push_back(std::make_shared<Message>(twin));
    QVERIFY(other->writer->commit(batch)->accepted.at(0));
    QVERIFY(*stored(twin.id) == twin && *stored(message.id) == message);
    QCOMPARE(pendingIds().size(), std::size_t(2));
}

void PostgresqlNodesTest::oneRequestOnTwoNodesIsStoredOnce()
{
    const auto other = newNode("node-2");
    constexpr int Requests = 50;
    std::array<StorageWriter *, 2> writers{m_writer.get(), other->writer.get()};
    std::array<std::vector<Result<ClaimOutcome>>, 2> outcomes;
    std::array<std::vector<WriteBatch>, 2> batches;
    for (auto &own : batches) {
        for (int i = 0; i < Requests; ++i) {
            WriteBatch batch;
            batch.accepted.push_back(std::make_shared<Message>(newMessage()));
            batch.claims.push_back({.apiKeyId = 7,
                                    .key = QByteArray::number(i),
                                    .fingerprint = QByteArray(32, 'f'),
                                    .first = 0,
                                    .count = 1,
                                    .now = m_clock.now(),
                                    .expiresAt = m_clock.now() + 1h});
            own.push_back(std::move(batch));
        }
    }
    // The other node writes over its own connection; both are only used by one thread at a time.
    const std::unique_ptr<QThread> thread(QThread::create([&] {
        const auto writer = other->storage->createWriter();
        for (const WriteBatch &batch : batches[1])
            outcomes[1].push_back((*writer)->commit(batch)->claims.at(0));
    }));
    thread->start();
    for (const WriteBatch &batch : batches[0])
        outcomes[0].push_back(writers[0]->commit(batch)->claims.at(0));
    thread->wait();
    for (int i = 0; i < Requests; ++i) {
        const auto &first = outcomes[0][static_cast<std::size_t>(i)];
        const auto &second = outcomes[1][static_cast<std::size_t>(i)];
        QVERIFY(first && second);
        QVERIFY(first->isReplayed != second->isReplayed);
        QVERIFY(first->ids == second->ids);
    }
    QCOMPARE(count(QStringLiteral("message")), Requests);
}

void PostgresqlNodesTest::nodesClaimDifferentMessages()
{
    constexpr int Messages = 400;
    std::set<MessageId> due;
    for (int i = 0; i < Messages; ++i) {
        Message message = newMessage();
        if (i % 4 == 0)
            message.expiresAt = m_clock.now() + 1s;
        accept(message);
        QVERIFY(change(message, {Processing}, m_clock.now() + 1s));
        due.insert(message.id);
    }
    m_clock.advance(2s);
    const Timestamp now = m_clock.now();
    std::array<std::vector<MessageId>, 3> claimed;
    std::vector<std::unique_ptr<QThread>> threads;
    for (std::size_t i = 0; i < claimed.size(); ++i) {
        threads.emplace_back(QThread::create([this, now, i, &claimed] {
            const auto writer = m_storage->createWriter();
            for (;;) {
                const auto some = (*writer)->claimDue(now, 10, "node-" + QByteArray::number(i));
                if (!some || some->empty())
                    return;
                for (const MessageId &id : idsOf(*some))
                    claimed[i].push_back(id);
            }
        }));
        threads.back()->start();
    }
    std::size_t total = 0;
    std::set<MessageId> seen;
    for (std::size_t i = 0; i < claimed.size(); ++i) {
        threads[i]->wait();
        total += claimed[i].size();
        seen.insert(claimed[i].begin(), claimed[i].end());
    }
    // Whoever stopped early had nothing left that was free; what remains is claimed by the next sweep.
    for (const auto &message : claimDue(Messages)) {
        ++total;
        seen.insert(message->id);
    }
    QCOMPARE(total, due.size());
    QVERIFY(seen == due);
}

void PostgresqlNodesTest::nodesNameEachOthersEvents()
{
    const Message message = newMessage();
    accept(message);
    const auto other = newNode("node-2");
    StatusTransition transition;
    transition.id = message.id;
    transition.recipient = message.recipient;
    transition.events = {{0, Processing, m_clock.now(), "node-2", 0, {}}, {0, Delivered, m_clock.now(), "node-3", 0, {}}};
    WriteBatch batch;
    batch.transitions.push_back(transition);
    QVERIFY(other->writer->commit(batch)->transitions.at(0));
    const auto events = m_reader->events(message.id);
    QVERIFY(events && events->size() == 3);
    QCOMPARE(events->at(0).node, QByteArray("node-1"));
    QCOMPARE(events->at(1).node, QByteArray("node-2"));
    QCOMPARE(events->at(2).node, QByteArray("node-3"));
}

void PostgresqlNodesTest::recoversOnlyTheLeasesOfItsNode()
{
    const auto other = newNode("node-2");
    const Message own = newMessage();
    accept(own);
    QVERIFY(change(own, {Processing}, m_clock.now() + 1h));
    QCOMPARE(*other->writer->recover("node-2", m_clock.now()), 0);
    QCOMPARE(*m_writer->recover(StorageSuite::Node, m_clock.now()), 1);
}

void PostgresqlNodesTest::writersInEachOthersWayLoseNothing()
{
    // Each batch changes the same messages in another order and lets some give way, which blocks others crosswise.
    constexpr int Rounds = 40;
    constexpr int Threads = 3;
    std::vector<Message> messages;
    for (int i = 0; i < 50; ++i) {
        messages.push_back(newMessage());
        accept(messages.back());
    }
    std::atomic_int failures = 0;
    std::atomic_int stored = 0;
    std::vector<std::unique_ptr<QThread>> threads;
    for (int number = 0; number < Threads; ++number) {
        threads.emplace_back(QThread::create([&, number] {
            const auto writer = m_storage->createWriter();
            for (int round = 0; round < Rounds; ++round) {
                WriteBatch batch;
                for (int i = 0; i < 3; ++i) {
                    Message message = newMessage();
                    message.collapseKey = "key" + QByteArray::number((round + number * i) % 5);
                    batch.accepted.push_back(std::make_shared<Message>(message));
                }
                for (std::size_t i = 0; i < messages.size(); ++i) {
                    const Message &message = messages[number % 2 == 0 ? i : messages.size() - 1 - i];
                    StatusTransition transition;
                    transition.id = message.id;
                    transition.recipient = message.recipient;
                    transition.events = {{0, round % 2 == 0 ? Processing : Queued, m_clock.now(), "node-1", 0, {}}};
                    batch.transitions.push_back(transition);
                }
                const auto outcome = (*writer)->commit(batch);
                if (!outcome)
                    ++failures;
                else
                    stored += 3;
            }
        }));
        threads.back()->start();
    }
    for (const auto &thread : threads)
        thread->wait();
    QCOMPARE(failures.load(), 0);
    QCOMPARE(count(QStringLiteral("message")), 50 + stored.load());
    QCOMPARE(count(QStringLiteral("queue")) + count(QStringLiteral("finished")), 50 + stored.load());
}

void PostgresqlNodesTest::goesOnAfterItsConnectionsWereEnded()
{
    const Message message = newMessage();
    accept(message);
    endConnections();
    QVERIFY(*stored(message.id) == message);
    const Message next = newMessage();
    accept(next);
    QVERIFY(*stored(next.id) == next);
    // In the middle of traffic: each commit is told truly.
    const std::unique_ptr<QThread> thread(QThread::create([this] {
        for (int i = 0; i < 5; ++i) {
            QThread::msleep(100);
            endConnections();
        }
    }));
    thread->start();
    qint64 told = 0;
    qint64 refused = 0;
    while (!thread->isFinished()) {
        WriteBatch batch;
        batch.accepted.push_back(std::make_shared<Message>(newMessage()));
        const auto outcome = m_writer->commit(batch);
        if (!outcome) {
            QVERIFY(outcome.error().code() == ErrorCode::StorageUnavailable);
            ++refused;
            continue;
        }
        QVERIFY(outcome->accepted.at(0));
        ++told;
    }
    thread->wait();
    QCOMPARE(count(QStringLiteral("message")), told + 2);
    qInfo("%lld stored, %lld refused", static_cast<long long>(told), static_cast<long long>(refused));
}

void PostgresqlNodesTest::answersWhileTheDatabaseIsGone()
{
    const QString name = database();
    PostgresqlServer &server = *PostgresqlServer::instance();
    server.query(QStringLiteral("postgres"), QStringLiteral("ALTER DATABASE %1 ALLOW_CONNECTIONS false").arg(name));
    server.query(QStringLiteral("postgres"),
                 QStringLiteral("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '%1'").arg(name));
    WriteBatch batch;
    batch.accepted.push_back(std::make_shared<Message>(newMessage()));
    for (int i = 0; i < 3; ++i) {
        const auto outcome = m_writer->commit(batch);
        QCOMPARE(codeOf(outcome), std::optional(ErrorCode::StorageUnavailable));
        QVERIFY(outcome.error().errorClass() == ErrorClass::System);
        QCOMPARE(codeOf(m_reader->statistics()), std::optional(ErrorCode::StorageUnavailable));
    }
    server.query(QStringLiteral("postgres"), QStringLiteral("ALTER DATABASE %1 ALLOW_CONNECTIONS true").arg(name));
    QTRY_VERIFY_WITH_TIMEOUT(m_writer->commit(batch), 10'000);
    QTRY_COMPARE_WITH_TIMEOUT(m_reader->statistics().value_or(StorageStatistics()).pending, 1, 10'000);
}

void PostgresqlNodesTest::dropsDaysAndKeepsWhatMustStay()
{
    const auto upload = [this] {
        const Attachment attachment{m_ids->next().toString(), "bill.pdf", "application/pdf", 10};
        if (!m_writer->attachments().add({attachment, QByteArray(32, 'd'), 7, m_clock.now()}, 1'000))
            QTest::qFail("An attachment was not stored.", __FILE__, __LINE__);
        return attachment;
    };
    Message delivered = newMessage();
    delivered.apiKeyId = 7;
    delivered.attachments = {upload()};
    Message dead = delivered;
    dead.id = m_ids->next();
    dead.attachments = {upload()};
    const Message waiting = newMessage();
    const Message late = newMessage();
    for (const Message &message : {delivered, dead, waiting, late})
        accept(message);
    QVERIFY(change(delivered, {Processing, Delivered}));
    QVERIFY(change(dead, {DeadLetter}));
    m_clock.advance(24h * 5);
    QVERIFY(change(late, {Processing, Delivered}));
    const Message today = newMessage();
    accept(today);
    QVERIFY(change(today, {Processing, Delivered}));
    m_clock.advance(24h);

    int removed = 0;
    do {
        const auto some = m_writer->purge(m_clock.now() - 24h * 3, m_clock.now() - 24h * 90, 10);
        QVERIFY2(some, some ? "" : qPrintable(some.error().message()));
        removed = *some;
    } while (removed == 10);
    QCOMPARE(count(QStringLiteral("pg_class WHERE relname IN ('message_20270115', 'finished_20270115')")), 0);
    QCOMPARE(count(QStringLiteral("message_kept")), 3);
    QVERIFY(!stored(delivered.id));
    QVERIFY(stored(dead.id)->status == DeadLetter);
    QVERIFY(*stored(waiting.id) == waiting);
    QVERIFY(stored(late.id)->status == Delivered && stored(today.id)->status == Delivered);
    QVERIFY(*m_writer->attachments().condemn(Timestamp(), 10) == std::vector{delivered.attachments[0].id});
    QVERIFY(m_reader->attachments().find(dead.attachments[0].id)->has_value());

    // What was kept goes on living, and goes one by one.
    QVERIFY(change(waiting, {Processing, Delivered}));
    m_clock.advance(24h * 100);
    QVERIFY(m_writer->purge(m_clock.now() - 24h * 3, m_clock.now() - 24h * 90, 10));
    while (*m_writer->purge(m_clock.now() - 24h * 3, m_clock.now() - 24h * 90, 10) == 10) { }
    QCOMPARE(count(QStringLiteral("message")), 0);
    QCOMPARE(count(QStringLiteral("finished")), 0);
    QCOMPARE(count(QStringLiteral("dead_letter")), 0);
    QVERIFY(*m_storage->highestId() == today.id);
}

void PostgresqlNodesTest::mendsWhatContradicts()
{
    const Message lost = newMessage();
    const Message stray = newMessage();
    const Message wrong = newMessage();
    const Message stateless = newMessage();
    const Message abandoned = newMessage();
    for (const Message &message : {lost, stray, wrong, stateless, abandoned})
        accept(message);
    QVERIFY(change(wrong, {Processing, Delivered}));
    QVERIFY(change(stateless, {Processing, Delivered}));
    QVERIFY(change(abandoned, {Processing}, m_clock.now() + 1s));
    const auto quoted = [](const Message &message) {
        return QLatin1Char('\'') + QString::fromLatin1(message.id.toString()) + QLatin1Char('\'');
    };
    sql(QStringLiteral("DELETE FROM queue WHERE id = ") + quoted(lost));
    sql(QStringLiteral("DELETE FROM message WHERE id IN (") + quoted(stray) + QLatin1Char(',') + quoted(stateless)
        + QLatin1Char(')'));
    sql(QStringLiteral("UPDATE finished SET delivered_at = NULL, status = 4 WHERE id = ") + quoted(wrong));
    m_clock.advance(1h);

    const auto findings = [this] {
        std::vector<Inconsistency> found;
        QByteArray from;
        do {
            const auto step = m_writer->consistency().check(ConsistencyScope::All, from, 2, m_clock.now());
            if (!step) {
                QTest::qFail(qPrintable(step.error().message()), __FILE__, __LINE__);
                break;
            }
            found.insert(found.end(), step->findings.begin(), step->findings.end());
            from = step->next;
        } while (!from.isEmpty());
        return found;
    };
    std::set<std::pair<MessageId, InconsistencyKind>> kinds;
    for (const Inconsistency &finding : findings()) {
        kinds.emplace(finding.id, finding.kind);
        const auto repaired = m_writer->consistency().repair(finding, m_clock.now());
        QVERIFY(repaired && *repaired);
    }
    const std::set<std::pair<MessageId, InconsistencyKind>> expected{
        {lost.id, InconsistencyKind::NotQueued},       {stray.id, InconsistencyKind::StrayQueueEntry},
        {wrong.id, InconsistencyKind::StatusDiffers},  {stateless.id, InconsistencyKind::StrayState},
        {abandoned.id, InconsistencyKind::AbandonedLease}};
    QVERIFY(kinds == expected);
    QVERIFY(findings().empty());
    QVERIFY(*stored(lost.id) == lost);
    QVERIFY(stored(wrong.id)->status == Delivered);
    QVERIFY(stored(abandoned.id)->status == Queued);
    QVERIFY(pendingIds() == (std::vector{lost.id, abandoned.id}));
}

QTEST_GUILESS_MAIN(PostgresqlNodesTest)
#include "postgresql_nodes_test.moc"
