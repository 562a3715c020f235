// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "message_encoder.h"
#include "plugin-api/delivery.h"
#include "plugin-api/services.h"
#include "signalr/hub.h"

namespace hudhud {

/// The phones' hub on one I/O thread: its methods and what its sessions share.
/// Thread: that I/O thread. Ownership: outlives its sessions' connections.
class MobileHub
{
public:
    MobileHub(MetricsRegistry &metrics, DeliveryPort &delivery);

    const Hub &hub() const { return m_hub; }
    /// Null when the token names no phone number.
    std::unique_ptr<HubSession> createSession(const TokenIdentity &identity);

private:
    friend class MobileSession;

    Hub m_hub;
    DeliveryPort &m_delivery;
    MessageEncoder m_encoder;
    Counter &m_pushes;
    Counter &m_acknowledgements;
    Counter &m_rejections;
};

/// One connected phone. `opened` announces it to delivery, `closed` takes it back.
class MobileSession final : public HubSession, public Receiver
{
public:
    /// Most bytes of a reason for a rejection.
    static constexpr qsizetype MaximumReason = 500;

    MobileSession(MobileHub &hub, const Recipient &recipient);

    void opened(HubConnection &connection) override;
    void congested() override;
    void drained() override;
    void closed() override;

    void push(std::span<const MessagePointer> messages) override;
    void pushPending(std::span<const MessagePointer> messages) override;
    void close(CloseReason reason) override;

    // The methods that phones call.
    void acknowledgeMessage(HubCall call, QByteArrayView id);
    void acknowledgeMessages(HubCall call, const std::vector<QByteArrayView> &ids);
    void rejectMessage(HubCall call, QByteArrayView id, QByteArrayView reason);

private:
    MobileHub &m_hub;
    HubConnection *m_connection = nullptr;
    Recipient m_recipient;
    ReceiverId m_receiver = 0;
};

} // namespace hudhud
