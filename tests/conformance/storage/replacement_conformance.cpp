// SPDX-License-Identifier: GPL-3.0-or-later
#include "replacement_conformance.h"

#include "plugin-api/attachments.h"

namespace hudhud {

using namespace std::chrono_literals;
using enum MessageStatus;

Result<void> ReplacementConformance::replace(const MessageId &id, const Message &content)
{
    WriteBatch batch;
    batch.replacements.push_back({id, std::make_shared<Message>(content), m_clock.now()});
    auto outcome = m_writer->commit(batch);
    if (!outcome)
        return std::unexpected(outcome.error());
    return outcome->replacements.at(0);
}

void ReplacementConformance::givesNewContent()
{
    Message message = newMessage();
    message.idempotencyKey = "key";
    message.collapseKey = "position";
    message.apiKeyId = 7;
    accept(message);
    m_clock.advance(5s);
    Message content = newMessage("967779999999");
    content.subject = "Your new order";
    content.content = "It is on its way.";
    content.type = MessageType::TwoWay;
    content.priority = Priority::High;
    content.sender = "shop";
    content.metadata = R"({"order":"18"})";
    content.conversation = "order 18";
    content.attachments = {{"a1", "bill.pdf", "application/pdf", 5'000'000'000}};
    content.apiKeyId = message.apiKeyId;
    for (const Attachment &attachment : content.attachments)
        QVERIFY(m_writer->attachments().add({attachment, QByteArray(32, 'd'), 7, m_clock.now()}, 10'000'000'000));
    content.expiresAt = m_clock.now() + 1h;
    QVERIFY(replace(message.id, content));
    Message expected = content;
    expected.id = message.id;
    expected.recipient = message.recipient;
    expected.createdAt = message.createdAt;
    expected.idempotencyKey = message.idempotencyKey;
    expected.collapseKey = message.collapseKey;
    expected.apiKeyId = message.apiKeyId;
    QVERIFY(*stored(message.id) == expected);
    const MessageEvent event{2, Queued, m_clock.now(), Node, 0, "replaced"};
    QVERIFY(m_reader->events(message.id)->back() == event);
    QVERIFY(pendingIds() == std::vector{message.id});
    QVERIFY(pendingIds("967779999999").empty());
}

void ReplacementConformance::refusesWhatWasPushed()
{
    QVERIFY(codeOf(replace(m_ids->next(), newMessage())) == ErrorCode::NotFound);
    const std::vector<std::vector<MessageStatus>> pasts{
        {Processing}, {Processing, Queued}, {Processing, Failed}, {Processing, Delivered}, {DeadLetter}};
    for (const auto &past : pasts) {
        const Message message = newMessage();
        accept(message);
        QVERIFY(change(message, past));
        const Message before = *stored(message.id);
        QVERIFY(codeOf(replace(message.id, newMessage())) == ErrorCode::Conflict);
        QVERIFY(*stored(message.id) == before);
    }
}

void ReplacementConformance::movesAlongTheQueue()
{
    Message first = newMessage();
    first.priority = Priority::High;
    accept(first);
    const Message second = newMessage();
    accept(second);
    Message content = newMessage();
    content.priority = Priority::Critical;
    QVERIFY(replace(second.id, content));
    QVERIFY(pendingIds() == (std::vector{second.id, first.id}));
    content.priority = Priority::Low;
    QVERIFY(replace(second.id, content));
    QVERIFY(pendingIds() == (std::vector{first.id, second.id}));
    QVERIFY(change(second, {Processing, Delivered}));
    QVERIFY(pendingIds() == std::vector{first.id});
    QCOMPARE(m_reader->statistics()->pending, 1);
}

void ReplacementConformance::changesTheTimes()
{
    Message message = newMessage();
    message.expiresAt = m_clock.now() + 1min;
    accept(message);
    Message content = newMessage();
    content.deliverAt = m_clock.now() + 1h;
    QVERIFY(replace(message.id, content));
    m_clock.advance(30min);
    QVERIFY(pendingIds().empty());
    QVERIFY(claimDue().empty()); // It no longer expires.
    content.deliverAt = m_clock.now() + 1h;
    content.expiresAt = m_clock.now() + 2h;
    QVERIFY(replace(message.id, content));
    m_clock.advance(30min);
    QVERIFY(claimDue().empty());
    m_clock.advance(30min);
    const auto due = claimDue();
    QVERIFY(idsOf(due) == std::vector{message.id} && due[0]->status == Queued);
    m_clock.advance(1h);
    QVERIFY(claimDue().at(0)->deadLetterReason == DeadLetterReason::Expired);
    const Message plain = newMessage();
    accept(plain);
    content.deliverAt = m_clock.now() + 1h;
    content.expiresAt.reset();
    QVERIFY(replace(plain.id, content));
    content.deliverAt.reset();
    QVERIFY(replace(plain.id, content));
    QVERIFY(pendingIds() == std::vector{plain.id});
}

void ReplacementConformance::survivesReopening()
{
    const Message message = newMessage();
    accept(message);
    Message content = newMessage();
    content.content = "new";
    content.deliverAt = m_clock.now() + 1h;
    QVERIFY(replace(message.id, content));
    reopen();
    QCOMPARE(stored(message.id)->content, QByteArray("new"));
    QVERIFY(pendingIds().empty());
    m_clock.advance(1h);
    QVERIFY(idsOf(claimDue()) == std::vector{message.id});
}

} // namespace hudhud
