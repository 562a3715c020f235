// SPDX-License-Identifier: GPL-3.0-or-later
#include "storage_conformance.h"

#include "plugin-api/attachments.h"
#include "storage_model.h"

#include <QRandomGenerator>
#include <QThread>

#include <algorithm>
#include <atomic>

namespace hudhud {

using namespace std::chrono_literals;
using enum MessageStatus;

namespace {

bool areEqual(const std::vector<MessagePointer> &messages, const std::vector<Message> &expected)
{
    return std::ranges::equal(messages, expected, [](const MessagePointer &message, const Message &other) {
        return message && *message == other;
    });
}

WriteBatch accepting(const Message &message)
{
    WriteBatch batch;
    batch.accepted.push_back(std::make_shared<Message>(message));
    return batch;
}

} // namespace

Message StorageConformance::accept(const char *recipient, Priority priority)
{
    Message message = newMessage(recipient);
    message.priority = priority;
    const auto outcome = m_writer->commit(accepting(message));
    if (!outcome || !outcome->accepted.at(0))
        QTest::qFail("A message was not accepted.", __FILE__, __LINE__);
    return message;
}

Result<void> StorageConformance::change(const Message &message, std::vector<MessageStatus> statuses,
                                        std::optional<Timestamp> dueAt, const char *node)
{
    StatusTransition transition;
    transition.id = message.id;
    transition.recipient = message.recipient;
    for (const MessageStatus status : statuses)
        transition.events.push_back(MessageEvent{0, status, m_clock.now(), node, 0, {}});
    transition.pushCount = 1;
    transition.dueAt = dueAt;
    WriteBatch batch;
    batch.transitions.push_back(std::move(transition));
    auto outcome = m_writer->commit(batch);
    if (!outcome)
        return std::unexpected(outcome.error());
    return outcome->transitions.at(0);
}

std::vector<MessageId> StorageConformance::pendingIds(const Recipient &recipient, int limit,
                                                      const std::vector<MessageId> &excluded)
{
    const auto pending = m_reader->pending(recipient, limit, m_clock.now(), excluded);
    return pending ? idsOf(*pending) : std::vector<MessageId>();
}

void StorageConformance::returnsEveryFieldUnchanged()
{
    Message full = newMessage();
    full.subject = QByteArray("\xd8\xb7\xd9\x84\xd8\xa8\xd9\x83");
    full.content = QByteArray("zero \0 byte, \xf0\x9f\x93\xa6", 18);
    full.type = MessageType::TwoWay;
    full.priority = Priority::Critical;
    full.expiresAt = m_clock.now() + 24h;
    full.deliverAt = m_clock.now() + 1h;
    full.collapseKey = "position";
    full.conversation = "order 17";
    full.editedFrom = m_ids->next();
    full.sender = "shop";
    full.metadata = R"({"order":"17"})";
    full.idempotencyKey = "key \" 1";
    full.apiKeyId = 7;
    full.attachments = {{"a1", "bill.pdf", "application/pdf", 5'000'000'000}, {"a2", "", "", 0}};
    for (const Attachment &attachment : full.attachments)
        QVERIFY(m_writer->attachments().add({attachment, QByteArray(32, 'd'), 7, m_clock.now()}, 10'000'000'000));
    QVERIFY(m_writer->commit(accepting(full))->accepted.at(0));
    const Message plain = accept();
    reopen();
    QVERIFY(*stored(full.id) == full);
    QVERIFY(*stored(plain.id) == plain);
    QVERIFY(!stored(m_ids->next()));
}

void StorageConformance::storesQueuedWithTheFirstEvent()
{
    const Message message = accept();
    const auto events = m_reader->events(message.id);
    QVERIFY(events);
    const std::vector<MessageEvent> expected{{1, Queued, message.createdAt, Node, 0, {}}};
    QVERIFY(*events == expected);
    const auto unknown = m_reader->events(m_ids->next());
    QVERIFY(!unknown && unknown.error().code() == ErrorCode::NotFound);
}

void StorageConformance::refusesAnIdThatExists()
{
    Message message = accept();
    const Message first = message;
    message.content = "other";
    const auto outcome = m_writer->commit(accepting(message));
    QVERIFY(outcome);
    QCOMPARE(codeOf(outcome->accepted.at(0)), std::optional(ErrorCode::Conflict));
    QVERIFY(*stored(message.id) == first);
}

void StorageConformance::oneRefusedItemDoesNotFailTheOthers()
{
    const Message existing = accept();
    WriteBatch batch;
    const Message one = newMessage();
    const Message two = newMessage();
    for (const Message &message : {one, existing, two, one})
        batch.accepted.push_back(std::make_shared<Message>(message));
    batch.withdrawals = {m_ids->next(), two.id};
    const auto outcome = m_writer->commit(batch);
    QVERIFY(outcome);
    QVERIFY(outcome->accepted.at(0) && outcome->accepted.at(2));
    QCOMPARE(codeOf(outcome->accepted.at(1)), std::optional(ErrorCode::Conflict));
    QCOMPARE(codeOf(outcome->accepted.at(3)), std::optional(ErrorCode::Conflict));
    QCOMPARE(codeOf(outcome->withdrawals.at(0)), std::optional(ErrorCode::NotFound));
    QVERIFY(outcome->withdrawals.at(1));
    const std::vector<MessageId> expected{existing.id, one.id};
    QVERIFY(pendingIds(one.recipient) == expected);
}

void StorageConformance::followsTheStateMachine_data()
{
    QTest::addColumn<int>("from");
    QTest::addColumn<int>("to");
    for (int from = 0; from < 5; ++from) {
        for (int to = 0; to < 5; ++to) {
            const QByteArray name = messageStatusName(static_cast<MessageStatus>(from)).toByteArray() + " to "
                + messageStatusName(static_cast<MessageStatus>(to)).toByteArray();
            QTest::newRow(name.constData()) << from << to;
        }
    }
}

void StorageConformance::followsTheStateMachine()
{
    QFETCH(int, from);
    QFETCH(int, to);
    const auto start = static_cast<MessageStatus>(from);
    const auto wanted = static_cast<MessageStatus>(to);
    const Message message = accept();
    if (start != Queued && start != Failed)
        QVERIFY(change(message, {start}));
    else if (start == Failed)
        QVERIFY(change(message, {Processing, Failed}));
    const std::size_t eventCount = m_reader->events(message.id)->size();

    const auto result = change(message, {wanted});
    if (start == wanted) {
        QVERIFY(result);
        QCOMPARE(m_reader->events(message.id)->size(), eventCount);
    } else if (isTransitionAllowed(start, wanted)) {
        QVERIFY(result);
        QCOMPARE(m_reader->events(message.id)->size(), eventCount + 1);
        QVERIFY(m_reader->events(message.id)->back().status == wanted);
    } else {
        QCOMPARE(codeOf(result), std::optional(ErrorCode::Conflict));
        QCOMPARE(m_reader->events(message.id)->size(), eventCount);
        QVERIFY(stored(message.id)->status == start);
        return;
    }
    QVERIFY(stored(message.id)->status == wanted);
    const bool isPending = wanted == Queued || wanted == Processing || wanted == Failed;
    QCOMPARE(*m_reader->pendingCount(message.recipient), isPending ? 1 : 0);
}

void StorageConformance::appliesSeveralEventsAtOnce()
{
    const Message message = accept();
    StatusTransition transition;
    transition.id = message.id;
    transition.recipient = message.recipient;
    const Timestamp pushed = m_clock.now() + 3ms;
    transition.events = {{9, Processing, pushed, "node-2", 0, {}},
                         {9, Failed, pushed + 30s, "node-2", 1, "no acknowledgement"},
                         {9, Processing, pushed + 40s, Node, 1, {}},
                         {9, Delivered, pushed + 41s, Node, 1, {}}};
    transition.retryCount = 1;
    transition.pushCount = 2;
    transition.failureReason = "no acknowledgement";
    WriteBatch batch;
    batch.transitions.push_back(transition);
    QVERIFY(m_writer->commit(batch)->transitions.at(0));
    reopen();

    Message expected = message;
    expected.status = Delivered;
    expected.retryCount = 1;
    expected.pushCount = 2;
    expected.lastRetryAt = pushed + 40s;
    expected.deliveredAt = pushed + 41s;
    expected.failureReason = "no acknowledgement";
    QVERIFY(*stored(message.id) == expected);
    std::vector<MessageEvent> events{{1, Queued, message.createdAt, Node, 0, {}}};
    for (MessageEvent event : transition.events) {
        event.sequence = static_cast<quint32>(events.size()) + 1;
        events.push_back(event);
    }
    QVERIFY(*m_reader->events(message.id) == events);
}

void StorageConformance::leavesOutStaleEvents()
{
    const Message message = accept();
    QVERIFY(change(message, {Failed, Queued, Delivered})); // Failed cannot follow Queued; the rest holds.
    QCOMPARE(m_reader->events(message.id)->size(), std::size_t(2));
    QVERIFY(stored(message.id)->status == Delivered);
    QVERIFY(change(message, {Processing, Delivered})); // A late double.
    QCOMPARE(m_reader->events(message.id)->size(), std::size_t(2));
    QCOMPARE(codeOf(change(message, {Delivered, Processing})), std::optional(ErrorCode::Conflict));
    QCOMPARE(m_reader->events(message.id)->size(), std::size_t(2));
}

void StorageConformance::stayingIsSuccessAndStoresNothing()
{
    const Message message = accept();
    QVERIFY(change(message, {Processing}, m_clock.now() + 1min));
    const Message before = *stored(message.id);
    m_clock.advance(5s);
    QVERIFY(change(message, {Processing}, m_clock.now() + 5min));
    QVERIFY(*stored(message.id) == before);
    QCOMPARE(m_writer->claimDue(before.createdAt + 1min, 10, Node)->size(), std::size_t(1));
}

void StorageConformance::refusesChangesForAnotherRecipient()
{
    Message message = accept();
    message.recipient = recipientOf("967770000000");
    QCOMPARE(codeOf(change(message, {Delivered})), std::optional(ErrorCode::NotFound));
    QVERIFY(stored(message.id)->status == Queued);
}

void StorageConformance::refusesChangesOfUnknownMessages()
{
    QCOMPARE(codeOf(change(newMessage(), {Delivered})), std::optional(ErrorCode::NotFound));
    // The same order key with other random bits is another id.
    const Message message = accept();
    MessageId::Bytes bytes = message.id.bytes();
    bytes[15] ^= 1;
    Message similar = message;
    similar.id = MessageId(bytes);
    QCOMPARE(codeOf(change(similar, {Delivered})), std::optional(ErrorCode::NotFound));
    QVERIFY(!stored(similar.id));
    WriteBatch batch;
    batch.withdrawals.push_back(similar.id);
    QCOMPARE(codeOf(m_writer->commit(batch)->withdrawals.at(0)), std::optional(ErrorCode::NotFound));
    QVERIFY(*stored(message.id) == message);
}

void StorageConformance::appliesAChangeInTheCommitThatAccepts()
{
    const Message message = newMessage();
    WriteBatch batch = accepting(message);
    StatusTransition transition;
    transition.id = message.id;
    transition.recipient = message.recipient;
    transition.events
        = {{0, Processing, m_clock.now(), Node, 0, {}}, {0, Delivered, m_clock.now(), Node, 0, {}}};
    batch.transitions.push_back(transition);
    const auto outcome = m_writer->commit(batch);
    QVERIFY(outcome && outcome->accepted.at(0) && outcome->transitions.at(0));
    QVERIFY(stored(message.id)->status == Delivered);
    QVERIFY(pendingIds(message.recipient).empty());
}

void StorageConformance::replaysDeadLetters()
{
    const Message message = accept();
    QVERIFY(change(message, {DeadLetter}));
    QVERIFY(stored(message.id)->movedToDlqAt == m_clock.now());
    QVERIFY(pendingIds(message.recipient).empty());
    QCOMPARE(m_reader->statistics()->deadLetters, 1);
    QVERIFY(change(message, {Queued}));
    QVERIFY(!stored(message.id)->movedToDlqAt);
    QCOMPARE(pendingIds(message.recipient).size(), std::size_t(1));
    QCOMPARE(m_reader->statistics()->deadLetters, 0);
}

void StorageConformance::withdrawsOnlyQueuedMessages()
{
    const Message queued = accept();
    const Message returned = accept();
    QVERIFY(change(returned, {Processing, Queued}));
    const Message pushed = accept();
    QVERIFY(change(pushed, {Processing}));
    WriteBatch batch;
    batch.withdrawals = {queued.id, returned.id, pushed.id};
    const auto outcome = m_writer->commit(batch);
    QVERIFY(outcome && outcome->withdrawals.at(0) && outcome->withdrawals.at(1));
    QCOMPARE(codeOf(outcome->withdrawals.at(2)), std::optional(ErrorCode::Conflict));
    reopen();
    QVERIFY(!stored(queued.id) && !stored(returned.id) && stored(pushed.id));
    QVERIFY(!m_reader->events(queued.id) && !m_reader->events(returned.id));
    QVERIFY(pendingIds(queued.recipient) == std::vector{pushed.id});
}

void StorageConformance::givesPendingByPriorityThenAge()
{
    std::vector<std::vector<MessageId>> byPriority(PriorityCount);
    for (int i = 0; i < 20; ++i) {
        const auto priority = static_cast<Priority>((i * 7) % PriorityCount);
        byPriority[static_cast<std::size_t>(priority)].push_back(accept("967771234567", priority).id);
        accept("967771234568", priority);
    }
    std::vector<MessageId> expected;
    for (auto ids = byPriority.rbegin(); ids != byPriority.rend(); ++ids)
        expected.insert(expected.end(), ids->begin(), ids->end());
    const Recipient recipient = recipientOf("967771234567");
    QVERIFY(pendingIds(recipient) == expected);
    expected.resize(7);
    QVERIFY(pendingIds(recipient, 7) == expected);
    QVERIFY(pendingIds(recipient, 0).empty());
    QVERIFY(pendingIds(recipientOf("967779999999")).empty());
}

void StorageConformance::leavesOutExcludedWithoutCounting()
{
    std::vector<MessageId> ids;
    for (int i = 0; i < 10; ++i)
        ids.push_back(accept().id);
    const std::vector<MessageId> excluded{ids[0], ids[2], ids[3]};
    const std::vector<MessageId> expected{ids[1], ids[4], ids[5]};
    QVERIFY(pendingIds(recipientOf("967771234567"), 3, excluded) == expected);
}

void StorageConformance::holdsFailedBackUntilDue()
{
    const Message failed = accept();
    const Message pushed = accept();
    QVERIFY(change(failed, {Processing, Failed}, m_clock.now() + 10s));
    QVERIFY(change(pushed, {Processing}, m_clock.now() + 30s));
    QVERIFY(stored(failed.id)->nextRetryAt == m_clock.now() + 10s);
    QVERIFY(!stored(pushed.id)->nextRetryAt);
    QVERIFY(pendingIds(failed.recipient) == std::vector{pushed.id});
    QCOMPARE(*m_reader->pendingCount(failed.recipient), 2);
    m_clock.advance(10s);
    const std::vector<MessageId> both{failed.id, pushed.id};
    QVERIFY(pendingIds(failed.recipient) == both);
}

void StorageConformance::tellsForWhomMessagesWait()
{
    const std::vector<Recipient> all{recipientOf("967770000001"), recipientOf("967770000002"),
                                     recipientOf("967770000003"), recipientOf("967770000004"),
                                     recipientOf("967770000005"), recipientOf("967770000006")};
    const auto waiting = [&](std::span<const Recipient> asked) {
        auto found = *m_reader->waiting(asked, m_clock.now());
        std::ranges::sort(found);
        return found;
    };
    QVERIFY(waiting({}).empty());
    QVERIFY(waiting(all).empty());
    accept("967770000001");
    accept("967770000001"); // Named once.
    QVERIFY(change(accept("967770000002"), {Processing}, m_clock.now() + 30s)); // Somebody is at it,
    QVERIFY(change(accept("967770000003"), {Processing, Failed}, m_clock.now() + 10s)); // or will be,
    QVERIFY(change(accept("967770000004"), {Processing, Delivered})); // or it has ended.
    const Message putBack = accept("967770000005");
    QVERIFY(change(putBack, {Processing, Queued}));
    Message scheduled = newMessage();
    scheduled.recipient = all[5];
    scheduled.deliverAt = m_clock.now() + 1h;
    StorageSuite::accept(scheduled);
    QVERIFY(waiting(all) == (std::vector{all[0], all[4]}));
    QVERIFY(waiting(std::span(all).subspan(1, 3)).empty());
    m_clock.advance(1h);
    QVERIFY(waiting(all) == (std::vector{all[0], all[4], all[5]}));
    QVERIFY(change(putBack, {Delivered}));
    QVERIFY(waiting(all) == (std::vector{all[0], all[5]}));
}

void StorageConformance::tellsSimilarRecipientsApart()
{
    const std::vector<const char *> numbers{"1234567",  "01234567",        "001234567",
                                            "12345670", "999999999999999", "000000000000000"};
    std::vector<MessageId> ids;
    for (const char *number : numbers)
        ids.push_back(accept(number).id);
    for (std::size_t i = 0; i < numbers.size(); ++i) {
        QVERIFY(pendingIds(recipientOf(numbers[i])) == std::vector{ids[i]});
        QCOMPARE(stored(ids[i])->recipient.toByteArray(), QByteArray(numbers[i]));
    }
}

void StorageConformance::claimsWhatIsDueOldestFirst()
{
    const Timestamp start = m_clock.now();
    const Message late = accept();
    const Message early = accept();
    const Message failed = accept();
    const Message future = accept();
    QVERIFY(change(late, {Processing}, start + 30s, "node-2"));
    QVERIFY(change(early, {Processing}, start + 10s));
    QVERIFY(change(failed, {Processing, Failed}, start + 20s));
    QVERIFY(change(future, {Processing}, start + 60s));
    QVERIFY(m_writer->claimDue(start + 9s, 10, Node)->empty());
    m_clock.advance(30s);
    const auto first = m_writer->claimDue(m_clock.now(), 2, Node);
    QVERIFY(first);
    const std::vector<MessageId> expected{early.id, failed.id};
    QVERIFY(idsOf(*first) == expected);
    QVERIFY(std::ranges::all_of(*first, [](const auto &message) { return message->status == Queued; }));
    QVERIFY(!first->at(1)->nextRetryAt);
    QVERIFY(*first->at(0) == *stored(early.id));
    QVERIFY(idsOf(*m_writer->claimDue(m_clock.now(), 10, Node)) == std::vector{late.id});
    QVERIFY(m_writer->claimDue(m_clock.now(), 10, Node)->empty());
    const MessageEvent lease{3, Queued, m_clock.now(), Node, 0, "lease expired"};
    const MessageEvent retry{4, Queued, m_clock.now(), Node, 0, "retry due"};
    QVERIFY(m_reader->events(late.id)->back() == lease);
    QVERIFY(m_reader->events(failed.id)->back() == retry);
    QVERIFY(stored(early.id)->pushCount == 1);
}

void StorageConformance::recoversOnlyItsOwnMessages()
{
    const Message own = accept();
    const Message withoutDue = accept();
    const Message others = accept();
    const Message failed = accept();
    QVERIFY(change(own, {Processing}, m_clock.now() + 1h));
    QVERIFY(change(withoutDue, {Processing}));
    QVERIFY(change(others, {Processing}, m_clock.now() + 1h, "node-2"));
    QVERIFY(change(failed, {Processing, Failed}, m_clock.now() + 1h));
    reopen();
    m_clock.advance(2s);
    QCOMPARE(*m_writer->recover(Node, m_clock.now()), 2);
    QCOMPARE(*m_writer->recover(Node, m_clock.now()), 0);
    QVERIFY(stored(own.id)->status == Queued);
    QVERIFY(stored(withoutDue.id)->status == Queued);
    QVERIFY(stored(others.id)->status == Processing);
    QVERIFY(stored(failed.id)->status == Failed);
    const MessageEvent expected{3, Queued, m_clock.now(), Node, 0, "node restarted"};
    QVERIFY(m_reader->events(own.id)->back() == expected);
}

void StorageConformance::purgesInSteps()
{
    std::vector<Message> delivered;
    for (int i = 0; i < 5; ++i) {
        delivered.push_back(accept());
        QVERIFY(change(delivered.back(), {Delivered}));
    }
    const Message dead = accept();
    QVERIFY(change(dead, {DeadLetter}));
    const Message queued = accept();
    m_clock.advance(1h);
    const Message recent = accept();
    QVERIFY(change(recent, {Delivered}));
    m_clock.advance(1s);

    QCOMPARE(*m_writer->purge(m_clock.now() - 2h, m_clock.now() - 2h, 10), 0);
    QCOMPARE(*m_writer->purge(m_clock.now() - 30min, m_clock.now() - 2h, 3), 3);
    QCOMPARE(*m_writer->purge(m_clock.now() - 30min, m_clock.now() - 2h, 3), 2);
    QVERIFY(!stored(delivered.front().id) && !m_reader->events(delivered.front().id));
    QVERIFY(stored(dead.id) && stored(queued.id) && stored(recent.id));
    QCOMPARE(*m_writer->purge(m_clock.now() - 30min, m_clock.now() - 30min, 3), 1);
    QVERIFY(!stored(dead.id) && stored(queued.id) && stored(recent.id));
    QCOMPARE(m_reader->statistics()->deadLetters, 0);
}

void StorageConformance::listsNewestFirstWithCursor()
{
    std::vector<Message> messages;
    const std::vector<std::vector<MessageStatus>> ends{
        {}, {Processing}, {Delivered}, {Processing, Failed}, {DeadLetter}};
    for (std::size_t i = 0; i < 20; ++i) {
        messages.push_back(accept(i % 2 ? "967771111111" : "967772222222"));
        const auto &statuses = ends[(i / 2) % ends.size()];
        if (!statuses.empty())
            QVERIFY(change(messages.back(), statuses, m_clock.now() + 1h));
    }
    const std::vector<MessageStatus> states{Queued, Processing, Delivered, Failed, DeadLetter};
    for (std::optional<Recipient> recipient :
         {std::optional<Recipient>(), std::optional(recipientOf("967771111111"))}) {
        for (int state = -1; state < 5; ++state) {
            MessageFilter filter{recipient, {}, {}, 3};
            if (state >= 0)
                filter.status = states[static_cast<std::size_t>(state)];
            std::vector<MessageId> expected;
            for (auto message = messages.rbegin(); message != messages.rend(); ++message) {
                if ((!recipient || message->recipient == *recipient)
                    && (!filter.status || stored(message->id)->status == *filter.status))
                    expected.push_back(message->id);
            }
            std::vector<MessageId> listed;
            for (;;) {
                const auto page = m_reader->list(filter);
                QVERIFY(page && page->size() <= 3);
                if (page->empty())
                    break;
                for (const MessagePointer &message : *page)
                    listed.push_back(message->id);
                filter.before = listed.back();
            }
            QVERIFY(listed == expected);
        }
    }
}

void StorageConformance::countsWhatItHolds()
{
    QCOMPARE(m_reader->statistics()->pending, 0);
    accept();
    QVERIFY(change(accept(), {Processing}));
    QVERIFY(change(accept(), {Processing, Failed}));
    QVERIFY(change(accept(), {Delivered}));
    QVERIFY(change(accept("967779999999"), {DeadLetter}));
    const auto statistics = m_reader->statistics();
    QCOMPARE(statistics->pending, 3);
    QCOMPARE(statistics->deadLetters, 1);
    QVERIFY(statistics->sizeBytes > 0);
    QCOMPARE(*m_reader->pendingCount(recipientOf("967771234567")), 3);
    QCOMPARE(*m_reader->pendingCount(recipientOf("967779999999")), 0);
}

void StorageConformance::keepsApiKeys()
{
    ApiKeyRecord key;
    key.hash = QByteArray(31, '\xAB') + '\0';
    key.name = "shop";
    key.scopes = {"send", "read"};
    key.createdAt = m_clock.now();
    key.account = recipientOf("00967771234567");
    key.messagesPerSecond = 100;
    key.messagesPerDay = 5'000'000'000;
    QVERIFY(!*m_reader->findApiKey(key.hash));
    const auto id = m_writer->saveApiKey(key);
    QVERIFY(id && *id > 0);
    const auto again = m_writer->saveApiKey(key);
    QVERIFY(!again && again.error().code() == ErrorCode::Conflict);
    key.id = *id;
    reopen();
    QVERIFY(*m_reader->findApiKey(key.hash) == key);
    key.revokedAt = m_clock.now() + 1min;
    key.expiresAt = m_clock.now() + 1h;
    key.scopes.clear();
    key.account = {};
    key.messagesPerSecond = 0;
    key.messagesPerDay = 7;
    QCOMPARE(*m_writer->saveApiKey(key), *id);
    ApiKeyRecord other = key;
    other.id = 0;
    other.hash = QByteArray(32, 'x');
    other.id = *m_writer->saveApiKey(other);
    QVERIFY(other.id != key.id);
    const std::vector<ApiKeyRecord> both{key, other};
    QVERIFY(*m_reader->apiKeys() == both);
    other.hash = key.hash;
    QCOMPARE(m_writer->saveApiKey(other).error().code(), ErrorCode::Conflict);
    other.id = 99;
    other.hash = QByteArray(32, 'y');
    QCOMPARE(m_writer->saveApiKey(other).error().code(), ErrorCode::NotFound);
}

void StorageConformance::remembersTheHighestId()
{
    QVERIFY(m_storage->highestId()->isNull());
    accept();
    const Message last = accept();
    QVERIFY(*m_storage->highestId() == last.id);
    WriteBatch batch;
    batch.withdrawals.push_back(last.id);
    QVERIFY(m_writer->commit(batch)->withdrawals.at(0));
    reopen();
    QVERIFY(*m_storage->highestId() == last.id);
}

void StorageConformance::readersSeeWholeCommits()
{
    constexpr int Commits = 100;
    constexpr qint64 PerCommit = 10;
    const Recipient recipient = recipientOf("967771234567");
    std::atomic<qint64> committed{0};
    std::atomic_bool isWrong{false};
    const std::unique_ptr<QThread> thread(QThread::create([&] {
        auto reader = m_storage->createReader();
        while (reader && committed.load() < Commits * PerCommit) {
            const qint64 before = committed.load();
            const auto count = (*reader)->pendingCount(recipient);
            if (!count || *count < before || *count % PerCommit != 0)
                isWrong = true;
        }
    }));
    thread->start();
    for (int i = 0; i < Commits; ++i) {
        WriteBatch batch;
        for (qint64 j = 0; j < PerCommit; ++j)
            batch.accepted.push_back(std::make_shared<Message>(newMessage()));
        if (!m_writer->commit(batch))
            isWrong = true;
        committed += PerCommit;
    }
    thread->wait();
    QVERIFY(!isWrong);
}

void StorageConformance::survivesReopening()
{
    if (!keepsData())
        QSKIP("This store forgets by design.");
    const Message message = accept();
    QVERIFY(change(message, {Processing}, m_clock.now() + 5s, "node-2"));
    const Message before = *stored(message.id);
    const auto events = *m_reader->events(message.id);
    reopen();
    QVERIFY(*stored(message.id) == before);
    QVERIFY(*m_reader->events(message.id) == events);
    QCOMPARE(m_writer->claimDue(m_clock.now() + 5s, 10, Node)->size(), std::size_t(1));
}

namespace {

/// A random life of a store beside the model; every answer of the one must be that of the other.
class RandomRun
{
public:
    RandomRun(quint32 seed, HeldClock &clock, MessageIdGenerator &ids)
        : m_random(seed)
        , m_clock(clock)
        , m_ids(ids)
        , m_model(StorageSuite::Node)
    {
    }

    /// Result: empty, or what differed.
    QByteArray step(StorageWriter &writer)
    {
        m_clock.advance(std::chrono::milliseconds(m_random.bounded(2'000)));
        switch (m_random.bounded(11)) {
        case 0:
            return claim(writer);
        case 1:
            return m_random.bounded(5) == 0 ? purge(writer) : QByteArray();
        case 2:
            return m_random.bounded(5) == 0 ? recover(writer) : QByteArray();
        case 3:
            return markRead(writer);
        default:
            return commit(writer);
        }
    }

    QByteArray compare(StorageReader &reader)
    {
        for (const auto &[id, row] : m_model.rows()) {
            const auto found = reader.find(std::array{id});
            if (!found || !found->at(0) || *found->at(0) != row.message)
                return "find " + id.toString();
            const auto events = reader.events(id);
            if (!events || *events != row.events)
                return "events " + id.toString();
        }
        for (const Recipient &recipient : Recipients) {
            const auto pending = reader.pending(recipient, 10'000, m_clock.now(), {});
            if (!pending || !areEqual(*pending, m_model.pending(recipient, m_clock.now())))
                return "pending " + recipient.toByteArray();
            if (!isListed(reader, recipient, {}))
                return "list " + recipient.toByteArray();
        }
        for (int status = 0; status < 5; ++status) {
            const auto wanted = static_cast<MessageStatus>(status);
            if (!isListed(reader, {}, wanted))
                return "list " + messageStatusName(wanted).toByteArray();
        }
        const auto dead = std::ssize(m_model.newestFirst({}, DeadLetter));
        const auto finished = std::ssize(m_model.newestFirst({}, Delivered)) + dead;
        const auto statistics = reader.statistics();
        if (!statistics || statistics->deadLetters != dead
            || statistics->pending != std::ssize(m_model.rows()) - finished)
            return "statistics";
        return {};
    }

private:
    inline static const std::vector<Recipient> Recipients{
        StorageSuite::recipientOf("9671000001"), StorageSuite::recipientOf("09671000001"), StorageSuite::recipientOf("9671000002")};

    bool isListed(StorageReader &reader, std::optional<Recipient> recipient,
                  std::optional<MessageStatus> status) const
    {
        constexpr std::size_t Limit = 1'000;
        auto expected = m_model.newestFirst(recipient, status);
        expected.resize(std::min(expected.size(), Limit));
        const auto listed = reader.list({recipient, status, {}, static_cast<int>(Limit)});
        return listed && areEqual(*listed, expected);
    }

    const Recipient &anyRecipient()
    {
        return Recipients[m_random.bounded(static_cast<quint32>(Recipients.size()))];
    }
    QByteArray anyNode() { return m_random.bounded(4) == 0 ? "node-2" : StorageSuite::Node; }

    Message anyMessage()
    {
        Message message;
        message.id = m_ids.next();
        message.recipient = anyRecipient();
        message.content = QByteArray(static_cast<qsizetype>(m_random.bounded(300)), 'c');
        message.priority = static_cast<Priority>(m_random.bounded(PriorityCount));
        message.createdAt = m_clock.now();
        if (m_random.bounded(4) == 0)
            message.expiresAt = m_clock.now() + std::chrono::milliseconds(m_random.bounded(60'000));
        if (m_random.bounded(5) == 0)
            message.deliverAt = m_clock.now() + std::chrono::milliseconds(m_random.bounded(40'000));
        if (m_random.bounded(4) == 0)
            message.collapseKey = m_random.bounded(2) == 0 ? "position" : "price";
        m_known.push_back(message.id);
        return message;
    }

    StatusTransition anyTransition(const MessageId &id)
    {
        StatusTransition transition;
        transition.id = id;
        const auto row = m_model.rows().find(id);
        transition.recipient = row == m_model.rows().end() || m_random.bounded(20) == 0
            ? anyRecipient()
            : row->second.message.recipient;
        for (quint32 i = 0; i <= m_random.bounded(3U); ++i) {
            transition.events.push_back(
                MessageEvent{0, static_cast<MessageStatus>(m_random.bounded(5)), m_clock.now(), anyNode(),
                             static_cast<quint16>(m_random.bounded(3)),
                             QByteArray(static_cast<qsizetype>(m_random.bounded(40)), 'r')});
        }
        transition.retryCount = static_cast<quint16>(m_random.bounded(5));
        transition.pushCount = static_cast<quint16>(m_random.bounded(20));
        if (m_random.bounded(4) != 0)
            transition.dueAt = m_clock.now() + std::chrono::milliseconds(m_random.bounded(30'000));
        if (m_random.bounded(2) == 0)
            transition.failureReason = "reason " + QByteArray::number(m_random.bounded(100));
        transition.failureClass = static_cast<ErrorClass>(m_random.bounded(4));
        if (transition.events.back().status == DeadLetter)
            transition.deadLetterReason = static_cast<DeadLetterReason>(m_random.bounded(quint32(DeadLetterReasonCount)));
        transition.replayJob = m_random.bounded(3);
        return transition;
    }

    MessageId anyKnownId() { return m_known[m_random.bounded(static_cast<quint32>(m_known.size()))]; }

    /// Messages of a request whose key was perhaps used before.
    void addClaim(WriteBatch &batch)
    {
        IdempotencyClaim claim;
        claim.apiKeyId = 1 + m_random.bounded(2);
        claim.key = QByteArray::number(m_random.bounded(20));
        claim.fingerprint = QByteArray(32, m_random.bounded(4) == 0 ? 'a' : 'b');
        claim.first = batch.accepted.size();
        claim.count = 1 + m_random.bounded(3U);
        claim.now = m_clock.now();
        claim.expiresAt = m_clock.now() + std::chrono::milliseconds(m_random.bounded(90'000));
        for (std::size_t i = 0; i < claim.count; ++i)
            batch.accepted.push_back(std::make_shared<Message>(anyMessage()));
        batch.claims.push_back(std::move(claim));
    }

    QByteArray commit(StorageWriter &writer)
    {
        WriteBatch batch;
        for (quint32 i = m_random.bounded(6U); i > 0; --i) {
            if (m_random.bounded(4) == 0)
                addClaim(batch);
            else
                batch.accepted.push_back(std::make_shared<Message>(anyMessage()));
        }
        if (!batch.accepted.empty() && m_random.bounded(10) == 0)
            batch.accepted.push_back(batch.accepted.front());
        for (quint32 i = m_random.bounded(6U); i > 0 && !m_known.empty(); --i) {
            const MessageId id = anyKnownId();
            if (std::ranges::find(batch.transitions, id, &StatusTransition::id) == batch.transitions.end())
                batch.transitions.push_back(anyTransition(id));
        }
        if (m_random.bounded(3) == 0 && !m_known.empty())
            batch.replacements.push_back(
                {anyKnownId(), std::make_shared<Message>(anyMessage()), m_clock.now()});
        if (m_random.bounded(4) == 0 && !m_known.empty())
            batch.withdrawals.push_back(anyKnownId());

        const auto outcome = writer.commit(batch);
        if (!outcome)
            return "commit: " + outcome.error().message().toUtf8();
        std::vector<bool> areStored;
        std::size_t claims = 0;
        while (areStored.size() < batch.accepted.size()) {
            const std::size_t i = areStored.size();
            if (claims == batch.claims.size() || batch.claims[claims].first != i) {
                areStored.push_back(m_model.accept(*batch.accepted[i]));
                continue;
            }
            const IdempotencyClaim &claim = batch.claims[claims];
            const auto wanted = m_model.claim(claim, std::span(batch.accepted).subspan(i, claim.count));
            const auto &claimed = outcome->claims.at(claims++);
            if (wanted ? !claimed || *claimed != *wanted : claimed || claimed.error().code() != wanted.error())
                return "claim";
            areStored.resize(i + claim.count, wanted && !wanted->isReplayed);
        }
        for (std::size_t i = 0; i < batch.accepted.size(); ++i) {
            if (areStored[i] != outcome->accepted.at(i).has_value())
                return "accepted";
        }
        for (std::size_t i = 0; i < batch.transitions.size(); ++i) {
            if (m_model.transition(batch.transitions[i]) != StorageSuite::codeOf(outcome->transitions.at(i)))
                return "transition of " + batch.transitions[i].id.toString();
        }
        auto superseded = outcome->superseded.begin();
        for (std::size_t i = 0; i < batch.accepted.size(); ++i) {
            if (!areStored[i])
                continue;
            for (const MessageId &id : m_model.supersede(*batch.accepted[i])) {
                if (superseded == outcome->superseded.end() || superseded->by != i || superseded->message->id != id)
                    return "superseded";
                ++superseded;
            }
        }
        if (superseded != outcome->superseded.end())
            return "superseded too many";
        for (std::size_t i = 0; i < batch.replacements.size(); ++i) {
            if (m_model.replace(batch.replacements[i]) != StorageSuite::codeOf(outcome->replacements.at(i)))
                return "replacement";
        }
        for (std::size_t i = 0; i < batch.withdrawals.size(); ++i) {
            if (m_model.withdraw(batch.withdrawals[i]) != StorageSuite::codeOf(outcome->withdrawals.at(i)))
                return "withdrawal";
        }
        return {};
    }

    QByteArray claim(StorageWriter &writer)
    {
        const int limit = 1 + static_cast<int>(m_random.bounded(10));
        const QByteArray node = anyNode();
        const auto claimed = writer.claimDue(m_clock.now(), limit, node);
        return claimed && StorageSuite::idsOf(*claimed) == m_model.claimDue(m_clock.now(), limit, node) ? QByteArray()
                                                                                          : "claimDue";
    }

    QByteArray markRead(StorageWriter &writer)
    {
        std::vector<MessageId> ids;
        for (quint32 i = m_random.bounded(10U); i > 0 && !m_known.empty(); --i)
            ids.push_back(anyKnownId());
        const Recipient recipient = anyRecipient();
        const QByteArray node = anyNode();
        const auto marked = writer.receipts().markRead(recipient, ids, m_clock.now(), node);
        const bool isEqual
            = marked && StorageSuite::idsOf(*marked) == m_model.markRead(recipient, ids, m_clock.now(), node);
        return isEqual ? QByteArray() : "markRead";
    }

    QByteArray recover(StorageWriter &writer)
    {
        const QByteArray node = anyNode();
        const auto count = writer.recover(node, m_clock.now());
        return count && *count == m_model.recover(node, m_clock.now()) ? QByteArray() : "recover";
    }

    QByteArray purge(StorageWriter &writer)
    {
        const Timestamp deliveredBefore = m_clock.now() - 60s;
        const Timestamp deadBefore = m_clock.now() - 120s;
        int total = 0;
        for (;;) {
            const auto count = writer.purge(deliveredBefore, deadBefore, 7);
            if (!count)
                return "purge";
            total += *count;
            if (*count < 7)
                break;
        }
        return total == m_model.purge(deliveredBefore, deadBefore, m_clock.now()) ? QByteArray() : "purge";
    }

    QRandomGenerator m_random;
    HeldClock &m_clock;
    MessageIdGenerator &m_ids;
    StorageModel m_model;
    std::vector<MessageId> m_known;
};

} // namespace

void StorageConformance::behavesLikeTheModel()
{
    bool isGiven = false;
    const int given = qEnvironmentVariableIntValue("HUDHUD_TEST_SEED", &isGiven);
    const quint32 seed = isGiven ? static_cast<quint32>(given) : QRandomGenerator::global()->generate();
    qInfo("random run, repeat it with HUDHUD_TEST_SEED=%u", seed);
    RandomRun run(seed, m_clock, *m_ids);
    for (int i = 1; i <= 1'000; ++i) {
        const QByteArray difference = run.step(*m_writer);
        QVERIFY2(difference.isEmpty(), difference.constData());
        if (i % 250 == 0)
            reopen();
        if (i % 50 == 0) {
            const QByteArray other = run.compare(*m_reader);
            QVERIFY2(other.isEmpty(), other.constData());
        }
    }
}

} // namespace hudhud
