// SPDX-License-Identifier: GPL-3.0-or-later
#include "mobile_hub.h"

#include "signalr/hub_connection.h"

namespace hudhud {

namespace {

constexpr char HubName[] = "online-mobile-user";

QByteArray noMessageId()
{
    return "A message id has 36 characters, like 0192e4a0-0000-7000-8000-000000000000; send the id of the "
           "message.";
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

MobileHub::MobileHub(MetricsRegistry &metrics, DeliveryPort &delivery)
    : m_hub(HubMetrics::create(metrics, HubName))
    , m_delivery(delivery)
    , m_pushes(metrics.counter("hudhud_signalr_pushes_total", "Messages pushed to hub connections.",
                               {{"hub", HubName}}))
    , m_acknowledgements(metrics.counter("hudhud_signalr_acknowledgements_total",
                                         "Messages that phones acknowledged.", {{"hub", HubName}}))
    , m_rejections(metrics.counter("hudhud_signalr_rejections_total", "Messages that phones rejected.",
                                   {{"hub", HubName}}))
{
    m_hub.addMethod("AcknowledgeMessage", &MobileSession::acknowledgeMessage);
    m_hub.addMethod("AcknowledgeMessages", &MobileSession::acknowledgeMessages);
    m_hub.addMethod("RejectMessage", &MobileSession::rejectMessage);
}

std::unique_ptr<HubSession> MobileHub::createSession(const TokenIdentity &identity)
{
    const std::optional<Recipient> recipient = Recipient::fromString(identity.subject);
    return recipient ? std::make_unique<MobileSession>(*this, *recipient) : nullptr;
}

MobileSession::MobileSession(MobileHub &hub, const Recipient &recipient)
    : m_hub(hub)
    , m_recipient(recipient)
{
}

void MobileSession::opened(HubConnection &connection)
{
    m_connection = &connection;
    m_receiver = m_hub.m_delivery.attach(m_recipient, *this);
}

void MobileSession::congested()
{
    m_hub.m_delivery.setPaused(m_receiver, true);
}

void MobileSession::drained()
{
    m_hub.m_delivery.setPaused(m_receiver, false);
}

void MobileSession::closed()
{
    m_hub.m_delivery.detach(m_receiver);
    m_connection = nullptr;
}

void MobileSession::push(std::span<const MessagePointer> messages)
{
    for (const MessagePointer &message : messages)
        m_connection->send(m_hub.m_encoder.receiveMessage(m_connection->protocol(), message));
    m_hub.m_pushes.add(static_cast<qint64>(messages.size()));
}

void MobileSession::pushPending(std::span<const MessagePointer> messages)
{
    pushPendingMessages(*m_connection, messages);
    m_hub.m_pushes.add(static_cast<qint64>(messages.size()));
}

void MobileSession::close(CloseReason reason)
{
    m_connection->close(closeCause(reason));
}

void MobileSession::acknowledgeMessage(HubCall call, QByteArrayView id)
{
    const std::optional<MessageId> parsed = MessageId::fromString(id);
    if (!parsed) {
        call.fail(noMessageId());
        return;
    }
    m_hub.m_acknowledgements.add();
    m_hub.m_delivery.acknowledge(m_receiver, {&*parsed, 1}, answerWhenDurable(std::move(call)));
}

void MobileSession::acknowledgeMessages(HubCall call, const std::vector<QByteArrayView> &ids)
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

void MobileSession::rejectMessage(HubCall call, QByteArrayView id, QByteArrayView reason)
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
    const QByteArray text = reason.isEmpty() ? QByteArray("Rejected by the phone.") : reason.toByteArray();
    m_hub.m_delivery.reject(m_receiver, *parsed, text, answerWhenDurable(std::move(call)));
}

} // namespace hudhud
