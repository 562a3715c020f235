// SPDX-License-Identifier: GPL-3.0-or-later
#include "fan_out_conformance.h"

#include <algorithm>
#include <set>

namespace hudhud {

using namespace std::chrono_literals;

namespace {

constexpr GroupLimits Wide{.groups = 100, .members = 100'000};
constexpr int ManyRunning = 100;

/// `count` numbers in RecipientOrder, of two lengths.
std::vector<Recipient> numbers(int count)
{
    std::vector<Recipient> recipients;
    for (int i = 0; i < count; ++i) {
        const QByteArray digits = i % 2 == 0 ? QByteArray::number(96777000000LL + i) : QByteArray::number(9677000 + i);
        recipients.push_back(Recipient::fromString(digits).value_or(Recipient()));
    }
    std::ranges::sort(recipients, RecipientOrder());
    return recipients;
}

std::vector<Recipient> recipientsOf(const std::vector<MessagePointer> &messages)
{
    std::vector<Recipient> recipients;
    for (const MessagePointer &message : messages)
        recipients.push_back(message->recipient);
    return recipients;
}

} // namespace

Broadcast FanOutConformance::newBroadcast(const QByteArray &group)
{
    Broadcast broadcast;
    broadcast.id = m_ids->next();
    broadcast.group = group;
    broadcast.createdAt = m_clock.now();
    broadcast.message.subject = "News";
    broadcast.message.content = "For all of you.";
    broadcast.message.priority = Priority::Low;
    broadcast.message.apiKeyId = 7;
    return broadcast;
}

Result<qint64> FanOutConformance::create(const Broadcast &broadcast, const std::vector<Recipient> &recipients,
                                         int maximumRunning)
{
    const auto started = m_writer->broadcasts().create(broadcast, recipients, maximumRunning, std::nullopt);
    if (!started)
        return std::unexpected(started.error());
    return started->total;
}

Broadcast FanOutConformance::start(const std::vector<Recipient> &recipients)
{
    Broadcast broadcast = newBroadcast();
    const auto total = create(broadcast, recipients, ManyRunning);
    if (!total)
        QTest::qFail("A broadcast was not created.", __FILE__, __LINE__);
    broadcast.total = total.value_or(0);
    return broadcast;
}

std::vector<MessagePointer> FanOutConformance::expandAll(const MessageId &id, int limit)
{
    std::vector<MessagePointer> messages;
    for (bool isEnded = false; !isEnded;) {
        const auto slice = m_writer->broadcasts().expand(id, limit, *m_ids, m_clock.now());
        if (!slice || std::ssize(slice->messages) > limit) {
            QTest::qFail("A slice failed or is too large.", __FILE__, __LINE__);
            return messages;
        }
        messages.insert(messages.end(), slice->messages.begin(), slice->messages.end());
        isEnded = slice->isEnded;
    }
    return messages;
}

/// Of all messages in the store, sorted.
std::vector<Recipient> FanOutConformance::storedRecipients()
{
    std::vector<Recipient> recipients;
    MessageFilter filter;
    filter.limit = 1'000;
    for (;;) {
        const auto page = m_reader->list(filter);
        if (!page || page->empty())
            break;
        const auto more = recipientsOf(*page);
        recipients.insert(recipients.end(), more.begin(), more.end());
        filter.before = page->back()->id;
    }
    std::ranges::sort(recipients, RecipientOrder());
    return recipients;
}

void FanOutConformance::membersArePagedInOrder()
{
    const auto members = numbers(25);
    std::vector<Recipient> shuffled(members.rbegin(), members.rend());
    QCOMPARE(m_writer->groups().join("riders", shuffled, Wide).value_or(-1), 25);
    QCOMPARE(m_writer->groups().join("drivers", numbers(3), Wide).value_or(-1), 3);
    QCOMPARE(m_reader->groups().memberCount("riders").value_or(-1), 25);
    QCOMPARE(m_reader->groups().memberCount("Riders").value_or(-1), 0);
    std::vector<Recipient> walked;
    for (Recipient after;;) {
        const auto page = m_reader->groups().members("riders", after, 10);
        QVERIFY(page);
        if (page->empty())
            break;
        QVERIFY(page->size() <= 10);
        walked.insert(walked.end(), page->begin(), page->end());
        after = page->back();
    }
    QVERIFY(walked == members);
    reopen();
    QCOMPARE(m_reader->groups().memberCount("riders").value_or(-1), 25);
}

void FanOutConformance::joiningTwiceChangesNothing()
{
    const auto members = numbers(4);
    std::vector<Recipient> doubled = members;
    doubled.insert(doubled.end(), members.begin(), members.end());
    QCOMPARE(m_writer->groups().join("riders", doubled, Wide).value_or(-1), 4);
    QCOMPARE(m_writer->groups().join("riders", numbers(6), Wide).value_or(-1), 2);
    QCOMPARE(m_reader->groups().memberCount("riders").value_or(-1), 6);
    QCOMPARE(m_reader->groups().members("riders", {}, 100)->size(), 6U);
}

void FanOutConformance::aGroupEndsWithItsLastMember()
{
    const auto members = numbers(2);
    constexpr GroupLimits oneGroup{.groups = 1, .members = 10};
    QVERIFY(m_writer->groups().join("riders", members, oneGroup));
    QCOMPARE(m_writer->groups().leave("riders", members[0]).value_or(false), true);
    QCOMPARE(m_writer->groups().leave("riders", members[0]).value_or(true), false);
    QCOMPARE(m_writer->groups().leave("nobody", members[0]).value_or(true), false);
    QCOMPARE(m_reader->groups().memberCount("riders").value_or(-1), 1);
    QVERIFY(!m_writer->groups().join("drivers", members, oneGroup));
    QCOMPARE(m_writer->groups().leave("riders", members[1]).value_or(false), true);
    QCOMPARE(m_reader->groups().memberCount("riders").value_or(-1), 0);
    QCOMPARE(m_writer->groups().join("drivers", members, oneGroup).value_or(-1), 2);
}

void FanOutConformance::groupLimitsHold()
{
    constexpr GroupLimits narrow{.groups = 1, .members = 5};
    QCOMPARE(m_writer->groups().join("riders", numbers(4), narrow).value_or(-1), 4);
    const auto refused = m_writer->groups().join("riders", numbers(8), narrow);
    QVERIFY(!refused);
    QVERIFY(refused.error().code() == ErrorCode::QuotaExceeded);
    QCOMPARE(m_reader->groups().memberCount("riders").value_or(-1), 4);
    QCOMPARE(m_reader->groups().members("riders", {}, 100)->size(), 4U);
    const auto another = m_writer->groups().join("drivers", numbers(1), narrow);
    QVERIFY(!another);
    QVERIFY(another.error().code() == ErrorCode::QuotaExceeded);
    QCOMPARE(m_writer->groups().join("riders", numbers(5), narrow).value_or(-1), 1);
}

void FanOutConformance::keepsEveryFieldOfABroadcast()
{
    Broadcast broadcast = newBroadcast();
    broadcast.message.type = MessageType::TwoWay;
    broadcast.message.sender = "shop";
    broadcast.message.metadata = R"({"campaign":"spring"})";
    broadcast.message.collapseKey = "spring";
    broadcast.message.conversation = "c-1";
    broadcast.message.expiresAt = m_clock.now() + 1h;
    broadcast.message.deliverAt = m_clock.now() + 1min;
    broadcast.message.attachments = {{"a-1", "list.pdf", "application/pdf", 4'711}};
    for (const Attachment &attachment : broadcast.message.attachments)
        QVERIFY(m_writer->attachments().add({attachment, QByteArray(32, 'd'), 7, m_clock.now()}, 10'000'000'000));
    broadcast.total = 3;
    const auto recipients = numbers(3);
    QCOMPARE(create(broadcast, recipients, ManyRunning).value_or(-1), 3);
    const auto expected = std::optional(broadcast);
    QVERIFY(m_reader->broadcasts().find(broadcast.id).value_or(std::nullopt) == expected);
    QVERIFY(m_reader->broadcasts().find(m_ids->next()).value_or(expected) == std::nullopt);

    const auto messages = expandAll(broadcast.id, 10);
    QCOMPARE(messages.size(), 3U);
    const MessagePointer &first = messages.front();
    QVERIFY(first->recipient == recipients.front());
    QVERIFY(first->createdAt == m_clock.now());
    QVERIFY(!first->id.isNull());
    Message asTemplate = *first;
    asTemplate.id = {};
    asTemplate.recipient = {};
    asTemplate.createdAt = {};
    QVERIFY(asTemplate == broadcast.message);
}

void FanOutConformance::expandsAListInSlicesWithoutDoubles()
{
    const auto recipients = numbers(1'234);
    const Broadcast broadcast = start(recipients);
    QCOMPARE(broadcast.total, 1'234);
    const auto messages = expandAll(broadcast.id, 100);
    QVERIFY(recipientsOf(messages) == recipients);
    std::set<MessageId> ids;
    for (const MessagePointer &message : messages)
        ids.insert(message->id);
    QCOMPARE(ids.size(), recipients.size());
    QVERIFY(storedRecipients() == recipients);
    const auto found = m_reader->broadcasts().find(broadcast.id).value_or(std::nullopt);
    QVERIFY(found);
    QVERIFY(found->state == BroadcastState::Completed);
    QCOMPARE(found->stored, 1'234);
    QVERIFY(found->endedAt == m_clock.now());
    const auto more = m_writer->broadcasts().expand(broadcast.id, 100, *m_ids, m_clock.now());
    QVERIFY(more && more->messages.empty() && more->isEnded);
    QCOMPARE(m_reader->pendingCount(recipients.front()).value_or(-1), 1);
}

void FanOutConformance::aSliceIsStoredWithItsProgress()
{
    const auto recipients = numbers(30);
    const Broadcast broadcast = start(recipients);
    const auto slice = m_writer->broadcasts().expand(broadcast.id, 10, *m_ids, m_clock.now());
    QVERIFY(slice && !slice->isEnded);
    const auto found = m_reader->broadcasts().find(broadcast.id).value_or(std::nullopt);
    QVERIFY(found);
    QVERIFY(found->state == BroadcastState::Running);
    QCOMPARE(found->stored, 10);
    QCOMPARE(storedRecipients().size(), 10U);
    const auto stored = m_reader->find(std::array{slice->messages.front()->id});
    QVERIFY(stored && stored->front());
    QVERIFY(*stored->front() == *slice->messages.front());
    const auto events = m_reader->events(slice->messages.front()->id);
    QVERIFY(events);
    QCOMPARE(events->size(), 1U);
}

void FanOutConformance::expandsAGroupInOrder()
{
    const auto members = numbers(250);
    QVERIFY(m_writer->groups().join("riders", members, Wide));
    const Broadcast broadcast = newBroadcast("riders");
    QCOMPARE(create(broadcast, {}, ManyRunning).value_or(-1), 250);
    const auto messages = expandAll(broadcast.id, 100);
    QVERIFY(recipientsOf(messages) == members);
    QCOMPARE(m_reader->groups().memberCount("riders").value_or(-1), 250);
}

void FanOutConformance::refusesAGroupWithoutMembers()
{
    const Broadcast broadcast = newBroadcast("nobody");
    const auto refused = create(broadcast, {}, ManyRunning);
    QVERIFY(!refused);
    QVERIFY(refused.error().code() == ErrorCode::NotFound);
    QVERIFY(m_reader->broadcasts().running().value_or(std::vector{broadcast.id}).empty());
    const auto expanded = m_writer->broadcasts().expand(broadcast.id, 10, *m_ids, m_clock.now());
    QVERIFY(!expanded && expanded.error().code() == ErrorCode::NotFound);
}

void FanOutConformance::storesARequestOnce()
{
    const Broadcast broadcast = newBroadcast();
    IdempotencyClaim claim{.apiKeyId = 7,
                           .key = "b-1",
                           .fingerprint = QByteArray(32, 'f'),
                           .now = m_clock.now(),
                           .expiresAt = m_clock.now() + 24h};
    const auto first = m_writer->broadcasts().create(broadcast, numbers(3), ManyRunning, claim);
    QVERIFY(first);
    QVERIFY(!first->isReplayed);
    reopen();
    const auto second = m_writer->broadcasts().create(newBroadcast(), numbers(3), ManyRunning, claim);
    QVERIFY(second);
    if (keepsData()) {
        QVERIFY(second->isReplayed);
        QCOMPARE(second->id.toString(), broadcast.id.toString());
        QCOMPARE(second->total, 3);
        QCOMPARE(m_reader->broadcasts().running()->size(), 1U);
    }
    claim.fingerprint = QByteArray(32, 'g');
    const auto other = m_writer->broadcasts().create(newBroadcast(), numbers(3), ManyRunning, claim);
    QVERIFY(!other);
    QVERIFY(other.error().code() == ErrorCode::IdempotencyMismatch);
    claim.apiKeyId = 8;
    QVERIFY(m_writer->broadcasts().create(newBroadcast(), numbers(3), ManyRunning, claim));
}

void FanOutConformance::messagesTakeThePlaceOfOlderOnes()
{
    Broadcast older = newBroadcast();
    older.message.collapseKey = "weather";
    QVERIFY(create(older, numbers(5), ManyRunning));
    QCOMPARE(expandAll(older.id, 10).size(), 5U);
    Broadcast newer = newBroadcast();
    newer.message.collapseKey = "weather";
    QVERIFY(create(newer, numbers(5), ManyRunning));
    const auto slice = m_writer->broadcasts().expand(newer.id, 10, *m_ids, m_clock.now());
    QVERIFY(slice);
    QCOMPARE(slice->messages.size(), 5U);
    QCOMPARE(slice->superseded.size(), 5U);
    for (const MessagePointer &message : slice->superseded)
        QVERIFY(message->deadLetterReason == DeadLetterReason::Superseded);
}

void FanOutConformance::refusesTooManyRunning()
{
    const Broadcast first = newBroadcast();
    QVERIFY(create(first, numbers(2), 1));
    const auto refused = create(newBroadcast(), numbers(2), 1);
    QVERIFY(!refused && refused.error().code() == ErrorCode::BufferFull);
    expandAll(first.id, 10);
    QVERIFY(create(newBroadcast(), numbers(2), 1));
}

void FanOutConformance::cancellingKeepsWhatIsStored()
{
    const Broadcast broadcast = start(numbers(30));
    QVERIFY(m_writer->broadcasts().expand(broadcast.id, 10, *m_ids, m_clock.now()));
    const auto cancelled = m_writer->broadcasts().cancel(broadcast.id, m_clock.now());
    QVERIFY(cancelled);
    QVERIFY(cancelled->state == BroadcastState::Cancelled);
    QCOMPARE(cancelled->stored, 10);
    QVERIFY(expandAll(broadcast.id, 10).empty());
    QCOMPARE(storedRecipients().size(), 10U);
    m_clock.advance(1s);
    const auto again = m_writer->broadcasts().cancel(broadcast.id, m_clock.now());
    QVERIFY(again && *again == *cancelled);
    const auto unknown = m_writer->broadcasts().cancel(m_ids->next(), m_clock.now());
    QVERIFY(!unknown && unknown.error().code() == ErrorCode::NotFound);
}

void FanOutConformance::forgetsEndedBroadcasts()
{
    const Broadcast ended = start(numbers(3));
    expandAll(ended.id, 10);
    const Broadcast running = start(numbers(3));
    m_clock.advance(1h);
    QCOMPARE(m_writer->broadcasts().purge(m_clock.now() - 2h, 10).value_or(-1), 0);
    QCOMPARE(m_writer->broadcasts().purge(m_clock.now(), 10).value_or(-1), 1);
    QVERIFY(!m_reader->broadcasts().find(ended.id).value_or(ended));
    QVERIFY(m_reader->broadcasts().find(running.id).value_or(std::nullopt));
    QCOMPARE(storedRecipients().size(), 3U);
}

void FanOutConformance::tellsWhatIsRunningOldestFirst()
{
    std::vector<MessageId> expected;
    for (int i = 0; i < 3; ++i)
        expected.push_back(start(numbers(5)).id);
    QVERIFY(m_reader->broadcasts().running().value_or(std::vector<MessageId>()) == expected);
    expandAll(expected[1], 10);
    expected.erase(expected.begin() + 1);
    reopen();
    QVERIFY(!keepsData() || m_reader->broadcasts().running().value_or(std::vector<MessageId>()) == expected);
}

void FanOutConformance::goesOnAfterReopening()
{
    const auto recipients = numbers(900);
    const Broadcast broadcast = start(recipients);
    QVERIFY(m_writer->broadcasts().expand(broadcast.id, 250, *m_ids, m_clock.now()));
    reopen();
    QCOMPARE(expandAll(broadcast.id, 250).size(), 650U);
    QVERIFY(storedRecipients() == recipients);
}

} // namespace hudhud
