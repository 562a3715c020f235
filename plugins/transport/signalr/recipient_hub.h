// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "chat_limits.h"
#include "message_encoder.h"
#include "plugin-api/services.h"
#include "signalr/hub.h"

namespace hudhud {

/// Who connects to a hub.
enum class HubAudience : quint8 { Phones, Businesses };

/// What the hubs of phones and of businesses have in common on one I/O thread: the methods of whoever receives and sends
/// messages, and what the sessions share. Thread: that I/O thread. Ownership: outlives its sessions' connections; the
/// services outlive it.
class RecipientHub
{
public:
    RecipientHub(HubAudience audience, const IoServices &services, const ChatLimits &limits);

    /// What metrics and operators call the hub.
    static QByteArray nameOf(HubAudience audience);

    const Hub &hub() const { return m_hub; }
    const QByteArray &name() const { return m_name; }

private:
    friend class RecipientSession;

    HubAudience m_audience;
    QByteArray m_name;
    Hub m_hub;
    ChatLimits m_limits;
    const Clock &m_clock;
    DeliveryPort &m_delivery;
    MessageIntake &m_intake;
    ReadReceipts &m_readReceipts;
    Authenticator &m_authenticator;
    Groups *m_groups; ///< Null unless recipients may join and leave.
    MessageEncoder m_encoder;
    Counter &m_pushes;
    Counter &m_acknowledgements;
    Counter &m_rejections;
    Counter &m_reads;
    Counter &m_sends;
};

} // namespace hudhud
