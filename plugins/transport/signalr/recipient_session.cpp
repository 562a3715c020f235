// SPDX-License-Identifier: GPL-3.0-or-later
#include "recipient_session.h"

#include "chat_idempotency.h"
#include "chat_message_reader.h"
#include "plugin-api/fan_out.h"
#include "recipient_hub.h"
#include "signalr/hub_connection.h"

#include <array>

namespace hudhud {

namespace {

QByteArray noMessageId()
{
    return "A message id has 36 characters, like 0192e4a0-0000-7000-8000-000000000000; send the id of the "
           "message.";
}

QByteArray noGroupName()
{
    return "A group's name has 1 to 64 characters of A-Z a-z 0-9 . _ -; choose such a name.";
}

/// Answers the call when the change is durable; nothing to do for callers that want no answer.
DeliveryPort::AckCompletion answerWhenDurable(HubCall call)
{
    if (!call.wantsAnswer()) {
        call.complete();
        return {};
    }
    return [answer = std::move(call)](Result<void> result) mutable {
        if (result)
            answer.complete();
        else
            answer.fail(result.error().message().toUtf8());
    };
}

void writeId(HubValueWriter &writer, const MessageId &id)
{
    std::array<char, 36> text;
    id.writeTo(text.data());
    writer.string(QByteArrayView(text.data(), text.size()));
}

void writeSent(HubCall &call, const MessageId &id, Timestamp createdAt)
{
    call.complete([&id, createdAt](HubValueWriter &writer) {
        writer.beginObject(2);
        writer.name("id");
        writeId(writer, id);
        writer.name("createdAt");
        writer.string(toRfc3339(createdAt));
        writer.endObject();
    });
}

/// Tells the sender which message his has become.
void answerSent(HubCall &call, const Result<std::vector<MessagePointer>> &stored)
{
    if (!stored) {
        call.fail(stored.error().message().toUtf8());
        return;
    }
    writeSent(call, stored->front()->id, stored->front()->createdAt);
}

HubCloseCause closeCause(CloseReason reason)
{
    switch (reason) {
    case CloseReason::ServerStopping:
        return HubCloseCause::ServerStopping;
    case CloseReason::SlowReader:
        return HubCloseCause::SlowReader;
    case CloseReason::Revoked:
        break;
    }
    return HubCloseCause::Revoked;
}

} // namespace

RecipientSession::RecipientSession(RecipientHub &hub, const Recipient &account)
    : m_hub(hub)
    , m_account(account)
    , m_allowance(hub.m_limits.messagesPerSecond, hub.m_limits.burst)
{
}

void RecipientSession::opened(HubConnection &connection)
{
    m_connection = &connection;
    m_receiver = m_hub.m_delivery.attach(m_account, *this);
}

void RecipientSession::congested()
{
    m_hub.m_delivery.setPaused(m_receiver, true);
}

void RecipientSession::drained()
{
    m_hub.m_delivery.setPaused(m_receiver, false);
}

void RecipientSession::closed()
{
    m_hub.m_delivery.detach(m_receiver);
    m_connection = nullptr;
}

void RecipientSession::push(std::span<const MessagePointer> messages)
{
    for (const MessagePointer &message : messages)
        m_connection->send(m_hub.m_encoder.encode(m_connection->protocol(), message));
    m_hub.m_pushes.add(static_cast<qint64>(messages.size()));
}

void RecipientSession::pushPending(std::span<const MessagePointer> messages)
{
    m_hub.m_encoder.pushPending(*m_connection, messages);
    m_hub.m_pushes.add(static_cast<qint64>(messages.size()));
}

void RecipientSession::withdrawn(std::span<const MessageId> ids)
{
    for (const MessageId &id : ids)
        m_connection->invoke("MessageWithdrawn", 1, [&id](HubValueWriter &writer) { writeId(writer, id); });
}

void RecipientSession::close(CloseReason reason)
{
    m_connection->close(closeCause(reason));
}

void RecipientSession::acknowledgeMessage(HubCall call, QByteArrayView id)
{
    const std::optional<MessageId> parsed = MessageId::fromString(id);
    if (!parsed) {
        call.fail(noMessageId());
        return;
    }
    m_hub.m_acknowledgements.add();
    m_hub.m_delivery.acknowledge(m_receiver, {&*parsed, 1}, answerWhenDurable(std::move(call)));
}

void RecipientSession::acknowledgeMessages(HubCall call, const std::vector<QByteArrayView> &ids)
{
    std::vector<MessageId> parsed;
    parsed.reserve(ids.size());
    for (const QByteArrayView text : ids) {
        const std::optional<MessageId> id = MessageId::fromString(text);
        if (!id) {
            call.fail(noMessageId());
            return;
        }
        parsed.push_back(*id);
    }
    if (parsed.empty()) {
        call.complete();
        return;
    }
    m_hub.m_acknowledgements.add(static_cast<qint64>(parsed.size()));
    m_hub.m_delivery.acknowledge(m_receiver, parsed, answerWhenDurable(std::move(call)));
}

void RecipientSession::rejectMessage(HubCall call, QByteArrayView id, QByteArrayView reason)
{
    const std::optional<MessageId> parsed = MessageId::fromString(id);
    if (!parsed) {
        call.fail(noMessageId());
        return;
    }
    if (reason.size() > MaximumReason) {
        call.fail("A reason may have at most 500 bytes; shorten it.");
        return;
    }
    m_hub.m_rejections.add();
    const QByteArray text = reason.isEmpty() ? QByteArray("Rejected by the recipient.") : reason.toByteArray();
    m_hub.m_delivery.reject(m_receiver, *parsed, text, answerWhenDurable(std::move(call)));
}

void RecipientSession::markAsRead(HubCall call, QByteArrayView id)
{
    const std::optional<MessageId> parsed = MessageId::fromString(id);
    if (!parsed) {
        call.fail(noMessageId());
        return;
    }
    m_hub.m_reads.add();
    m_hub.m_readReceipts.markRead(m_account, *parsed, answerWhenDurable(std::move(call)));
}

void RecipientSession::sendMessage(HubCall call, const HubValue &message)
{
    const std::chrono::nanoseconds wait = m_allowance.take(m_hub.m_clock.steadyNow());
    if (wait > std::chrono::nanoseconds(0)) {
        const auto milliseconds = std::chrono::ceil<std::chrono::milliseconds>(wait).count();
        call.fail("One connection may send " + QByteArray::number(m_hub.m_limits.messagesPerSecond)
                  + " messages a second, and " + QByteArray::number(m_hub.m_limits.burst)
                  + " at once after a pause; send this one again in " + QByteArray::number(milliseconds) + " ms.");
        return;
    }
    const ChatSender sender{.account = m_account,
                            .mayChoosePriority = m_hub.m_audience == HubAudience::Businesses,
                            .mayUseKeys = m_hub.m_audience == HubAudience::Businesses};
    Result<Message> read = readChatMessage(message, sender, m_hub.m_limits);
    if (!read) {
        call.fail(read.error().message().toUtf8());
        return;
    }
    m_hub.m_sends.add();
    submit(std::move(call), *std::move(read), idempotencyKeyOf(message));
}

void RecipientSession::submit(HubCall call, Message message, const QByteArray &idempotencyKey)
{
    std::optional<IdempotencyClaim> claim;
    if (!idempotencyKey.isEmpty())
        claim = chatClaim(message, idempotencyKey, m_hub.m_clock.now(), m_hub.m_limits.idempotencyWindow);
    std::vector<Message> messages;
    messages.push_back(std::move(message));
    if (!claim) {
        m_hub.m_intake.submit(std::move(messages),
                              [answer = std::move(call)](Result<std::vector<MessagePointer>> stored) mutable {
                                  answerSent(answer, stored);
                              });
        return;
    }
    m_hub.m_intake.submitOnce(std::move(messages), *std::move(claim),
                              [answer = std::move(call)](Result<StoredRequest> stored) mutable {
                                  if (stored)
                                      writeSent(answer, stored->ids.front(), stored->createdAt);
                                  else
                                      answer.fail(stored.error().message().toUtf8());
                              });
}

void RecipientSession::joinGroup(HubCall call, QByteArrayView group)
{
    if (!isGroupName(group)) {
        call.fail(noGroupName());
        return;
    }
    m_hub.m_groups->join(group.toByteArray(), {m_account},
                         [answer = std::move(call)](const Result<qint64> &joined) mutable {
                             if (joined)
                                 answer.complete();
                             else
                                 answer.fail(joined.error().message().toUtf8());
                         });
}

void RecipientSession::leaveGroup(HubCall call, QByteArrayView group)
{
    if (!isGroupName(group)) {
        call.fail(noGroupName());
        return;
    }
    m_hub.m_groups->leave(group.toByteArray(), m_account,
                          [answer = std::move(call)](const Result<bool> &left) mutable {
                              if (left)
                                  answer.complete();
                              else
                                  answer.fail(left.error().message().toUtf8());
                          });
}

void RecipientSession::refreshToken(HubCall call, QByteArrayView token)
{
    const Result<TokenIdentity> identity = m_hub.m_authenticator.verifyToken(token);
    if (!identity) {
        call.fail(identity.error().message().toUtf8());
        return;
    }
    if (Recipient::fromString(identity->subject) != m_account) {
        call.fail("The token is another account's; give one of " + m_account.toByteArray() + '.');
        return;
    }
    m_connection->renew(identity->expiresAt);
    call.complete();
}

} // namespace hudhud
