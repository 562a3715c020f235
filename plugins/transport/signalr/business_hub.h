// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hub_endpoint.h"
#include "recipient_hub.h"
#include "signalr_settings.h"

#include <QObject>

#include <unordered_map>

namespace hudhud {

class BusinessSession;

/// The businesses' hub on one I/O thread. Beside what every recipient has, a business is told of the status changes of
/// the messages that it sent, by REST or here. It takes part in the status feed only while a business is connected.
/// In each loop turn every connection gets at most one batch, so that a busy business does not hold up the others.
/// Thread and ownership: as RecipientHub.
class BusinessHub final : public RecipientHub, private StatusSubscriber
{
public:
    BusinessHub(const IoServices &services, const SignalRSettings &settings);

    HubEndpoint::Admitted createSession(const TokenIdentity &identity);

private:
    friend class BusinessSession;

    void join(const Recipient &account, BusinessSession &session);
    void leave(const Recipient &account, BusinessSession &session);
    void statusChanged(std::span<const StatusChange> changes) override;
    void tell(const StatusChange &change);
    /// `session` has something to send in the next loop turn.
    void schedule(BusinessSession &session);
    void sendStatuses();

    StatusFeed &m_feed;
    QByteArray m_role;
    qint64 m_bufferBytes;
    qint64 m_batchBytes;
    Counter &m_changes;
    Counter &m_dropped;
    std::unordered_multimap<Recipient, BusinessSession *> m_sessions; ///< By account.
    std::vector<BusinessSession *> m_scheduled;
    bool m_isPosted = false;
    QObject m_loop; ///< Where the next loop turn's work is posted to.
};

} // namespace hudhud
