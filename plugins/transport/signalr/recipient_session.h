// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "plugin-api/delivery.h"
#include "send_allowance.h"
#include "signalr/hub_call.h"
#include "signalr/hub_message.h"
#include "signalr/hub_session.h"

namespace hudhud {

class RecipientHub;

/// One connection of whoever receives messages. `opened` announces it to delivery, `closed` takes it back.
class RecipientSession : public HubSession, public Receiver
{
public:
    /// Most bytes of a reason for a rejection.
    static constexpr qsizetype MaximumReason = 500;

    /// `account`: who the token says is connected.
    RecipientSession(RecipientHub &hub, const Recipient &account);

    void opened(HubConnection &connection) override;
    void congested() override;
    void drained() override;
    void closed() override;

    void push(std::span<const MessagePointer> messages) override;
    void pushPending(std::span<const MessagePointer> messages) override;
    void withdrawn(std::span<const MessageId> ids) override;
    void close(CloseReason reason) override;

    // The methods that clients call.
    void acknowledgeMessage(HubCall call, QByteArrayView id);
    void acknowledgeMessages(HubCall call, const std::vector<QByteArrayView> &ids);
    void rejectMessage(HubCall call, QByteArrayView id, QByteArrayView reason);
    void markAsRead(HubCall call, QByteArrayView id);
    void sendMessage(HubCall call, const HubValue &message);
    void joinGroup(HubCall call, QByteArrayView group);
    void leaveGroup(HubCall call, QByteArrayView group);
    /// A new token of the same account, so that the connection need not end with the old one.
    void refreshToken(HubCall call, QByteArrayView token);

protected:
    const Recipient &account() const { return m_account; }
    /// Only between `opened` and `closed`.
    HubConnection &connection() const { return *m_connection; }

private:
    void submit(HubCall call, Message message, const QByteArray &idempotencyKey);

    RecipientHub &m_hub;
    HubConnection *m_connection = nullptr;
    Recipient m_account;
    ReceiverId m_receiver = 0;
    SendAllowance m_allowance;
};

} // namespace hudhud
