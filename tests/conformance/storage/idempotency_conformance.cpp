// SPDX-License-Identifier: GPL-3.0-or-later
#include "idempotency_conformance.h"

#include <QCryptographicHash>

#include <algorithm>

namespace hudhud {

using namespace std::chrono_literals;
using enum MessageStatus;

IdempotencyClaim IdempotencyConformance::claimOf(const QByteArray &key, const QByteArray &request)
{
    IdempotencyClaim claim;
    claim.apiKeyId = 7;
    claim.key = key;
    claim.fingerprint = QCryptographicHash::hash(request, QCryptographicHash::Sha256);
    claim.now = m_clock.now();
    claim.expiresAt = m_clock.now() + 24h;
    return claim;
}

void IdempotencyConformance::add(WriteBatch &batch, IdempotencyClaim claim, const std::vector<Message> &messages)
{
    claim.first = batch.accepted.size();
    claim.count = messages.size();
    batch.claims.push_back(std::move(claim));
    for (const Message &message : messages)
        batch.accepted.push_back(std::make_shared<Message>(message));
}

Result<ClaimOutcome> IdempotencyConformance::send(const IdempotencyClaim &claim, std::size_t count)
{
    std::vector<Message> messages;
    for (std::size_t i = 0; i < count; ++i)
        messages.push_back(newMessage());
    WriteBatch batch;
    add(batch, claim, messages);
    auto outcome = m_writer->commit(batch);
    if (!outcome)
        return std::unexpected(outcome.error());
    return outcome->claims.at(0);
}

void IdempotencyConformance::storesARequestOnce()
{
    const auto first = send(claimOf("key \" 1"), 3);
    QVERIFY(first && !first->isReplayed);
    QCOMPARE(first->ids.size(), std::size_t(3));
    QVERIFY(first->createdAt == m_clock.now());
    QVERIFY(pendingIds() == first->ids);
    m_clock.advance(1h);
    for (int i = 0; i < 2; ++i) {
        const auto again = send(claimOf("key \" 1"), 3);
        QVERIFY(again && again->isReplayed);
        QVERIFY(again->ids == first->ids);
        QVERIFY(again->createdAt == first->createdAt);
        QVERIFY(pendingIds() == first->ids);
        reopen();
    }
}

void IdempotencyConformance::knowsARequestWithinOneCommit()
{
    WriteBatch batch;
    const std::vector<Message> messages{newMessage(), newMessage(), newMessage()};
    add(batch, claimOf("a"), {messages[0]});
    add(batch, claimOf("a"), {messages[1]});
    add(batch, claimOf("a", "other"), {messages[2]});
    const auto outcome = m_writer->commit(batch);
    QVERIFY(outcome);
    QVERIFY(outcome->claims.at(0) && !outcome->claims.at(0)->isReplayed);
    QVERIFY(outcome->claims.at(1) && outcome->claims.at(1)->isReplayed);
    QVERIFY(outcome->claims.at(1)->ids == std::vector{messages[0].id});
    QVERIFY(!outcome->claims.at(2));
    QVERIFY(outcome->accepted.at(0));
    QVERIFY(codeOf(outcome->accepted.at(1)) == ErrorCode::Conflict);
    QVERIFY(codeOf(outcome->accepted.at(2)) == ErrorCode::Conflict);
    QVERIFY(pendingIds() == std::vector{messages[0].id});
}

void IdempotencyConformance::refusesAnotherRequestOfTheSameKey()
{
    const auto first = send(claimOf("a", "one"));
    QVERIFY(first);
    const auto other = send(claimOf("a", "two"));
    QVERIFY(!other && other.error().code() == ErrorCode::IdempotencyMismatch);
    QVERIFY(pendingIds() == first->ids);
    reopen();
    QVERIFY(!send(claimOf("a", "two")));
    const auto again = send(claimOf("a", "one"));
    QVERIFY(again && again->isReplayed);
}

void IdempotencyConformance::keepsTheKeysOfApiKeysApart()
{
    QVERIFY(send(claimOf("a")));
    IdempotencyClaim other = claimOf("a", "other");
    other.apiKeyId = 8;
    const auto theirs = send(other);
    QVERIFY(theirs && !theirs->isReplayed);
    QCOMPARE(pendingIds().size(), std::size_t(2));
}

void IdempotencyConformance::mixesWithOtherMessages()
{
    const auto known = send(claimOf("known"));
    QVERIFY(known);
    WriteBatch batch;
    const Message before = newMessage();
    const Message between = newMessage();
    const Message after = newMessage();
    const std::vector<Message> request{newMessage(), newMessage()};
    batch.accepted.push_back(std::make_shared<Message>(before));
    add(batch, claimOf("known"), {newMessage(), newMessage()});
    batch.accepted.push_back(std::make_shared<Message>(between));
    add(batch, claimOf("new"), request);
    batch.accepted.push_back(std::make_shared<Message>(after));
    const auto outcome = m_writer->commit(batch);
    QVERIFY(outcome);
    std::vector<bool> stored;
    for (const Result<void> &result : outcome->accepted)
        stored.push_back(result.has_value());
    QCOMPARE(stored, (std::vector<bool>{true, false, false, true, true, true, true}));
    QVERIFY(outcome->claims.at(0) && outcome->claims.at(0)->ids == known->ids);
    QVERIFY(outcome->claims.at(1) && !outcome->claims.at(1)->isReplayed);
    auto pending = pendingIds();
    std::ranges::sort(pending);
    std::vector<MessageId> expected{known->ids[0], before.id, between.id, request[0].id, request[1].id, after.id};
    std::ranges::sort(expected);
    QVERIFY(pending == expected);
}

void IdempotencyConformance::storesNothingOfARequestWithATakenId()
{
    const Message existing = newMessage();
    accept(existing);
    Message taken = newMessage();
    taken.id = existing.id;
    const Message fresh = newMessage();
    WriteBatch batch;
    add(batch, claimOf("a"), {fresh, taken});
    const auto outcome = m_writer->commit(batch);
    QVERIFY(outcome && !outcome->claims.at(0));
    QVERIFY(outcome->claims.at(0).error().code() == ErrorCode::Conflict);
    QVERIFY(!outcome->accepted.at(0) && !outcome->accepted.at(1));
    QVERIFY(!stored(fresh.id));
    QVERIFY(pendingIds() == std::vector{existing.id});
    const auto again = send(claimOf("a"));
    QVERIFY(again && !again->isReplayed); // The key is still free.
}

void IdempotencyConformance::forgetsAfterItsTime()
{
    QVERIFY(send(claimOf("a", "one")));
    m_clock.advance(24h - 1ms);
    QVERIFY(send(claimOf("a", "one"))->isReplayed);
    m_clock.advance(1ms);
    const auto later = send(claimOf("a", "two"));
    QVERIFY(later && !later->isReplayed);
    const auto again = send(claimOf("a", "two"));
    QVERIFY(again && again->isReplayed && again->ids == later->ids);
}

void IdempotencyConformance::purgesWhatHasEnded()
{
    for (int i = 0; i < 5; ++i)
        QVERIFY(send(claimOf(QByteArray::number(i))));
    m_clock.advance(12h);
    QVERIFY(send(claimOf("late")));
    const Timestamp longAgo = m_clock.now() - 1000h;
    QCOMPARE(*m_writer->purge(longAgo, longAgo, 3), 0);
    m_clock.advance(12h);
    QCOMPARE(*m_writer->purge(longAgo, longAgo, 3), 3);
    QCOMPARE(*m_writer->purge(longAgo, longAgo, 3), 2);
    QCOMPARE(*m_writer->purge(longAgo, longAgo, 3), 0);
    QVERIFY(send(claimOf("late"))->isReplayed);
    QCOMPARE(pendingIds().size(), std::size_t(6)); // The messages stay.
}

void IdempotencyConformance::outlivesItsMessages()
{
    const auto first = send(claimOf("a"));
    QVERIFY(first);
    QVERIFY(withdraw(first->ids[0]));
    const auto again = send(claimOf("a"));
    QVERIFY(again && again->isReplayed && again->ids == first->ids);
    QVERIFY(pendingIds().empty());
}

} // namespace hudhud
