// SPDX-License-Identifier: GPL-3.0-or-later
#include "attachment_conformance.h"

#include "plugin-api/dead_letters.h"

#include <algorithm>
#include <array>

namespace hudhud {

using namespace std::chrono_literals;

namespace {

constexpr qint64 ApiKey = 7;
constexpr qint64 Plenty = 1'000'000'000'000;
constexpr int ManyRunning = 100;

} // namespace

AttachmentRecord AttachmentConformance::newRecord(qint64 size)
{
    return {.attachment = {.id = m_ids->next().toString(),
                           .name = "bill \xd8\xa8.pdf",
                           .contentType = "application/pdf",
                           .size = size},
            .digest = QByteArray(32, 'd'),
            .apiKeyId = ApiKey,
            .createdAt = m_clock.now()};
}

Attachment AttachmentConformance::upload(qint64 size)
{
    const AttachmentRecord record = newRecord(size);
    if (!m_writer->attachments().add(record, Plenty))
        QTest::qFail("An attachment was not stored.", __FILE__, __LINE__);
    return record.attachment;
}

Message AttachmentConformance::messageWith(const std::vector<Attachment> &attachments)
{
    Message message = newMessage();
    message.apiKeyId = ApiKey;
    message.attachments = attachments;
    return message;
}

Result<void> AttachmentConformance::store(const Message &message)
{
    WriteBatch batch;
    batch.accepted.push_back(std::make_shared<Message>(message));
    auto outcome = m_writer->commit(batch);
    if (!outcome)
        return std::unexpected(outcome.error());
    return outcome->accepted.at(0);
}

Result<void> AttachmentConformance::die(const Message &message)
{
    StatusTransition death;
    death.id = message.id;
    death.recipient = message.recipient;
    death.events.push_back(MessageEvent{0, MessageStatus::DeadLetter, m_clock.now(), Node, 0, "given up"});
    death.deadLetterReason = DeadLetterReason::Rejected;
    WriteBatch batch;
    batch.transitions.push_back(std::move(death));
    auto outcome = m_writer->commit(batch);
    if (!outcome)
        return std::unexpected(outcome.error());
    return outcome->transitions.at(0);
}

bool AttachmentConformance::isThere(const Attachment &attachment)
{
    const auto found = m_reader->attachments().find(attachment.id);
    return found && *found && (*found)->attachment == attachment;
}

/// Without those that only wait for a message.
std::vector<QByteArray> AttachmentConformance::condemned()
{
    const auto ids = m_writer->attachments().condemn(Timestamp(), 100);
    if (!ids)
        QTest::qFail("Condemned attachments could not be read.", __FILE__, __LINE__);
    return ids.value_or(std::vector<QByteArray>());
}

Broadcast AttachmentConformance::startedBroadcast(const Attachment &attachment)
{
    Broadcast broadcast;
    broadcast.id = m_ids->next();
    broadcast.createdAt = m_clock.now();
    broadcast.message = messageWith({attachment});
    const std::vector recipients{recipientOf("967770000001"), recipientOf("967770000002"), recipientOf("967770000003")};
    if (!m_writer->broadcasts().create(broadcast, recipients, ManyRunning, std::nullopt))
        QTest::qFail("A broadcast was not created.", __FILE__, __LINE__);
    return broadcast;
}

void AttachmentConformance::keepsEveryField()
{
    const AttachmentRecord record = newRecord(5'000'000'000);
    QVERIFY(m_writer->attachments().add(record, Plenty));
    reopen();
    const auto found = m_reader->attachments().find(record.attachment.id);
    QVERIFY(found && *found);
    QVERIFY(**found == record);
    const auto unknown = m_reader->attachments().find(m_ids->next().toString());
    QVERIFY(unknown && !*unknown);
    const auto again = m_writer->attachments().add(record, Plenty);
    QVERIFY(!again && again.error().code() == ErrorCode::Conflict);
}

void AttachmentConformance::knowsTheBytesOfAll()
{
    QCOMPARE(m_reader->attachments().total().value_or(-1), 0);
    QCOMPARE(m_writer->attachments().add(newRecord(100), Plenty).value_or(-1), 100);
    const AttachmentRecord second = newRecord(11);
    QCOMPARE(m_writer->attachments().add(second, Plenty).value_or(-1), 111);
    QCOMPARE(m_reader->attachments().total().value_or(-1), 111);
    // Only what is condemned can be forgotten.
    QCOMPARE(m_writer->attachments().forget(std::array{second.attachment.id}).value_or(-1), 111);
    const Message message = messageWith({second.attachment});
    QVERIFY(store(message));
    QVERIFY(withdraw(message.id));
    QCOMPARE(m_writer->attachments().forget(std::array{second.attachment.id}).value_or(-1), 100);
    QCOMPARE(m_reader->attachments().total().value_or(-1), 100);
}

void AttachmentConformance::refusesMoreThanTheTotal()
{
    QVERIFY(m_writer->attachments().add(newRecord(60), 100));
    const auto refused = m_writer->attachments().add(newRecord(41), 100);
    QVERIFY(!refused && refused.error().code() == ErrorCode::QuotaExceeded);
    QCOMPARE(m_writer->attachments().add(newRecord(40), 100).value_or(-1), 100);
}

void AttachmentConformance::condemnsWhatNobodyNamed()
{
    const Attachment old = upload();
    const Attachment named = upload();
    QVERIFY(store(messageWith({named})));
    m_clock.advance(2h);
    const Attachment young = upload();
    const auto ids = m_writer->attachments().condemn(m_clock.now() - 1h, 100);
    QVERIFY(ids && *ids == std::vector{old.id});
    QVERIFY(!isThere(old));
    QVERIFY(isThere(named));
    QVERIFY(isThere(young));
    QVERIFY(!store(messageWith({old})));
    // Until it is forgotten it is named again and again: its file may not be gone yet.
    QVERIFY(condemned() == std::vector{old.id});
    QVERIFY(m_writer->attachments().forget(std::array{old.id}));
    QVERIFY(condemned().empty());
}

void AttachmentConformance::refusesAMessageWithoutItsAttachment()
{
    Attachment nowhere = upload();
    nowhere.id = m_ids->next().toString();
    const Attachment there = upload();
    const Message message = messageWith({there, nowhere});
    QVERIFY(codeOf(store(message)) == ErrorCode::InvalidField);
    QVERIFY(!stored(message.id));
    QVERIFY(pendingIds().empty());
    // Nothing of it was held.
    const Message other = messageWith({there});
    QVERIFY(store(other));
    QVERIFY(withdraw(other.id));
    QVERIFY(condemned() == std::vector{there.id});
}

void AttachmentConformance::refusesThoseOfOtherApiKeys()
{
    Message message = messageWith({upload()});
    message.apiKeyId = ApiKey + 1;
    QVERIFY(codeOf(store(message)) == ErrorCode::InvalidField);
    Broadcast broadcast;
    broadcast.id = m_ids->next();
    broadcast.message = message;
    const auto started = m_writer->broadcasts().create(broadcast, std::array{recipientOf("967770000001")}, ManyRunning,
                                                       std::nullopt);
    QVERIFY(!started && started.error().code() == ErrorCode::InvalidField);
    QVERIFY(m_reader->broadcasts().find(broadcast.id).value_or(broadcast) == std::nullopt);
}

void AttachmentConformance::refusesAWholeRequestUnderAKey()
{
    const Attachment there = upload();
    Attachment nowhere = there;
    nowhere.id = m_ids->next().toString();
    const auto send = [this](const std::vector<Message> &messages) {
        WriteBatch batch;
        for (const Message &message : messages)
            batch.accepted.push_back(std::make_shared<Message>(message));
        batch.claims.push_back({.apiKeyId = ApiKey,
                                .key = "order-17",
                                .fingerprint = QByteArray(32, 'f'),
                                .first = 0,
                                .count = messages.size(),
                                .now = m_clock.now(),
                                .expiresAt = m_clock.now() + 1h});
        const auto outcome = m_writer->commit(batch);
        return outcome ? outcome->claims.at(0) : Result<ClaimOutcome>(std::unexpected(outcome.error()));
    };
    const Message good = messageWith({there});
    const auto refused = send({good, messageWith({nowhere})});
    QVERIFY(!refused && refused.error().code() == ErrorCode::InvalidField);
    QVERIFY(!stored(good.id));
    const auto accepted = send({good});
    QVERIFY(accepted && !accepted->isReplayed);
    // A repetition is answered, whatever has become of the attachment.
    QVERIFY(withdraw(good.id));
    const auto replayed = send({messageWith({there})});
    QVERIFY(replayed && replayed->isReplayed && replayed->ids == std::vector{good.id});
}

void AttachmentConformance::goesWithItsMessage()
{
    const Attachment attachment = upload();
    const Message message = messageWith({attachment});
    QVERIFY(store(message));
    QVERIFY(*stored(message.id) == message);
    QVERIFY(condemned().empty());
    QVERIFY(isThere(attachment));
    QVERIFY(withdraw(message.id));
    QVERIFY(!isThere(attachment));
    QVERIFY(condemned() == std::vector{attachment.id});
}

void AttachmentConformance::purgingReleases()
{
    const Attachment delivered = upload();
    const Attachment dead = upload();
    const Message first = messageWith({delivered});
    const Message second = messageWith({dead});
    QVERIFY(store(first));
    QVERIFY(store(second));
    QVERIFY(change(first, {MessageStatus::Processing, MessageStatus::Delivered}));
    QVERIFY(die(second));
    QVERIFY(isThere(delivered));
    QVERIFY(isThere(dead));
    m_clock.advance(1h);
    QCOMPARE(m_writer->purge(m_clock.now(), Timestamp(), 100).value_or(-1), 1);
    QVERIFY(condemned() == std::vector{delivered.id});
    QCOMPARE(m_writer->purge(m_clock.now(), m_clock.now(), 100).value_or(-1), 1);
    QCOMPARE(condemned().size(), 2U);
}

void AttachmentConformance::discardedLettersRelease()
{
    const Attachment attachment = upload();
    const Message message = messageWith({attachment});
    QVERIFY(store(message));
    QVERIFY(die(message));
    Message copy = messageWith({attachment});
    copy.editedFrom = message.id;
    AuditRecord audit;
    audit.time = m_clock.now();
    QVERIFY(m_writer->deadLetters().replaceEdited(copy, "edited", audit));
    m_clock.advance(1h);
    QCOMPARE(m_writer->deadLetters().purgeDiscarded(m_clock.now(), 100).value_or(-1), 1);
    QVERIFY(isThere(attachment)); // The copy holds it.
    QVERIFY(withdraw(copy.id));
    QVERIFY(condemned() == std::vector{attachment.id});
}

void AttachmentConformance::livesUntilTheLastOfItsHoldersIsGone()
{
    const Attachment shared = upload();
    const Attachment alone = upload();
    const Message first = messageWith({shared, alone});
    const Message second = messageWith({shared});
    QVERIFY(store(first));
    QVERIFY(store(second));
    QVERIFY(withdraw(first.id));
    QVERIFY(condemned() == std::vector{alone.id});
    QVERIFY(isThere(shared));
    QVERIFY(withdraw(second.id));
    QCOMPARE(condemned().size(), 2U);
}

void AttachmentConformance::aBroadcastHoldsUntilItHasEnded()
{
    const Attachment attachment = upload();
    const Broadcast broadcast = startedBroadcast(attachment);
    m_clock.advance(48h);
    QVERIFY(condemned().empty());
    QVERIFY(m_writer->attachments().condemn(m_clock.now(), 100)->empty());

    const auto first = m_writer->broadcasts().expand(broadcast.id, 2, *m_ids, m_clock.now());
    QVERIFY(first && first->messages.size() == 2 && !first->isEnded);
    for (const MessagePointer &message : first->messages)
        QVERIFY(withdraw(message->id));
    QVERIFY(isThere(attachment)); // For those that are still to come.
    const auto second = m_writer->broadcasts().expand(broadcast.id, 2, *m_ids, m_clock.now());
    QVERIFY(second && second->messages.size() == 1 && second->isEnded);
    QVERIFY(second->messages.front()->attachments == std::vector{attachment});
    QVERIFY(isThere(attachment));
    QVERIFY(withdraw(second->messages.front()->id));
    QVERIFY(condemned() == std::vector{attachment.id});
}

void AttachmentConformance::aCancelledBroadcastLetsGo()
{
    const Attachment attachment = upload();
    const Broadcast broadcast = startedBroadcast(attachment);
    QVERIFY(m_writer->broadcasts().cancel(broadcast.id, m_clock.now()));
    QVERIFY(condemned() == std::vector{attachment.id});
    QVERIFY(m_writer->broadcasts().cancel(broadcast.id, m_clock.now()));
    QVERIFY(m_writer->attachments().forget(std::array{attachment.id}));
}

void AttachmentConformance::replacingChangesWhatIsHeld()
{
    const Attachment kept = upload();
    const Attachment dropped = upload();
    const Attachment taken = upload();
    const Message message = messageWith({kept, dropped});
    QVERIFY(store(message));
    const auto replace = [&](const std::vector<Attachment> &attachments) -> Result<void> {
        WriteBatch batch;
        batch.replacements.push_back(
            {message.id, std::make_shared<Message>(messageWith(attachments)), m_clock.now()});
        return m_writer->commit(batch)->replacements.at(0);
    };
    QVERIFY(replace({taken, kept}));
    QVERIFY(condemned() == std::vector{dropped.id});
    QVERIFY(stored(message.id)->attachments == std::vector({taken, kept}));
    QVERIFY(codeOf(replace({dropped})) == ErrorCode::InvalidField);
    QVERIFY(stored(message.id)->attachments == std::vector({taken, kept}));
    QVERIFY(replace({}));
    QCOMPARE(condemned().size(), 3U);
}

void AttachmentConformance::tellsStrangers()
{
    const Attachment known = upload();
    const Attachment gone = upload();
    const Message message = messageWith({gone});
    QVERIFY(store(message));
    QVERIFY(withdraw(message.id));
    const QByteArray stranger = m_ids->next().toString();
    const auto unknown = m_reader->attachments().unknown(std::array{known.id, stranger, gone.id});
    QVERIFY(unknown && *unknown == std::vector{stranger}); // The row of a condemned one is still there.
    QVERIFY(m_writer->attachments().forget(std::array{gone.id}));
    QVERIFY(*m_reader->attachments().unknown(std::array{gone.id}) == std::vector{gone.id});
}

void AttachmentConformance::survivesReopening()
{
    const Attachment held = upload(11);
    const Attachment gone = upload(22);
    const Message message = messageWith({held});
    const Message withdrawn = messageWith({gone});
    QVERIFY(store(message));
    QVERIFY(store(withdrawn));
    QVERIFY(withdraw(withdrawn.id));
    reopen();
    QVERIFY(isThere(held));
    QVERIFY(condemned() == std::vector{gone.id});
    QCOMPARE(m_reader->attachments().total().value_or(-1), 33);
    QVERIFY(withdraw(message.id));
    QCOMPARE(condemned().size(), 2U);
}

} // namespace hudhud
