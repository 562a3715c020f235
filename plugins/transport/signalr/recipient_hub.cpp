// SPDX-License-Identifier: GPL-3.0-or-later
#include "recipient_hub.h"

#include "recipient_session.h"

namespace hudhud {

namespace {

Counter &counter(const IoServices &services, HubAudience audience, const QByteArray &name, const QByteArray &help)
{
    return services.metrics->counter("hudhud_signalr_" + name, help, {{"hub", RecipientHub::nameOf(audience)}});
}

} // namespace

QByteArray RecipientHub::nameOf(HubAudience audience)
{
    return audience == HubAudience::Businesses ? "business-user" : "online-mobile-user";
}

RecipientHub::RecipientHub(HubAudience audience, const IoServices &services, const ChatLimits &limits)
    : m_audience(audience)
    , m_name(nameOf(audience))
    , m_hub(HubCounters::create(*services.metrics, m_name))
    , m_limits(limits)
    , m_clock(*services.clock)
    , m_delivery(*services.delivery)
    , m_intake(*services.intake)
    , m_readReceipts(*services.readReceipts)
    , m_authenticator(*services.authenticator)
    , m_groups(limits.mayJoinGroups ? services.groups : nullptr)
    , m_encoder("ReceiveChatMessage",
                audience == HubAudience::Businesses ? "ReceiveChatMessage" : "ReceiveMessage",
                services.attachmentLinks)
    , m_pushes(counter(services, audience, "pushes_total", "Messages pushed to hub connections."))
    , m_acknowledgements(counter(services, audience, "acknowledgements_total", "Messages that clients acknowledged."))
    , m_rejections(counter(services, audience, "rejections_total", "Messages that clients rejected."))
    , m_reads(counter(services, audience, "reads_total", "Messages that clients marked as read."))
    , m_sends(counter(services, audience, "sends_total", "Messages that clients sent."))
{
    m_hub.addMethod("AcknowledgeMessage", &RecipientSession::acknowledgeMessage);
    m_hub.addMethod("AcknowledgeMessages", &RecipientSession::acknowledgeMessages);
    m_hub.addMethod("RejectMessage", &RecipientSession::rejectMessage);
    m_hub.addMethod("MarkAsRead", &RecipientSession::markAsRead);
    m_hub.addMethod("SendMessage", &RecipientSession::sendMessage);
    m_hub.addMethod("RefreshToken", &RecipientSession::refreshToken);
    if (m_groups) {
        m_hub.addMethod("JoinGroup", &RecipientSession::joinGroup);
        m_hub.addMethod("LeaveGroup", &RecipientSession::leaveGroup);
    }
}

} // namespace hudhud
