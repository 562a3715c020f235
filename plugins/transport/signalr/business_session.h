// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "recipient_session.h"

#include <deque>

namespace hudhud {

class BusinessHub;
class HubProtocol;

/// One connection of a business: a recipient that is told of status changes as well. What cannot be sent at once waits
/// here up to a limit; beyond it the oldest is dropped.
class BusinessSession final : public RecipientSession
{
public:
    BusinessSession(BusinessHub &hub, const Recipient &account);

    void opened(HubConnection &connection) override;
    void congested() override;
    void drained() override;
    void closed() override;

    /// Of the connection, to encode for it.
    const HubProtocol &protocol() const;
    /// Takes an encoded MessageStatusChanged, to be sent in the next loop turn; the bytes are shared.
    void add(const QByteArray &change);
    /// Sends one batch; the rest follows in the next loop turns.
    void sendStatuses();

private:
    void schedule();

    BusinessHub &m_hub;
    std::deque<QByteArray> m_changes; ///< Oldest first.
    qint64 m_bytes = 0;
    bool m_isCongested = false;
    bool m_isScheduled = false;
};

} // namespace hudhud
