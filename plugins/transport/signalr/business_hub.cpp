// SPDX-License-Identifier: GPL-3.0-or-later
#include "business_hub.h"

#include "business_session.h"
#include "signalr/hub_connection.h"
#include "status_change_writer.h"

#include <algorithm>
#include <ranges>
#include <utility>

namespace hudhud {

BusinessHub::BusinessHub(const IoServices &services, const SignalRSettings &settings)
    : RecipientHub(HubAudience::Businesses, services, settings.chat)
    , m_feed(*services.statusFeed)
    , m_role(settings.businessRole)
    , m_bufferBytes(settings.statusBufferBytes)
    , m_batchBytes(settings.hub.batchBytes)
    , m_changes(services.metrics->counter("hudhud_signalr_status_changes_total",
                                          "Status changes pushed to businesses.", {{"hub", name()}}))
    , m_dropped(services.metrics->counter("hudhud_signalr_status_changes_dropped_total",
                                          "Status changes that businesses did not take in time.",
                                          {{"hub", name()}}))
{
}

HubEndpoint::Admitted BusinessHub::createSession(const TokenIdentity &identity)
{
    if (std::ranges::find(identity.roles, m_role) == identity.roles.end())
        return std::unexpected("This hub is for businesses; the token needs the role '" + m_role + "'.");
    const std::optional<Recipient> account = Recipient::fromString(identity.subject);
    if (!account)
        return std::unexpected("The token names no account of 7 to 15 digits.");
    return std::make_unique<BusinessSession>(*this, *account);
}

void BusinessHub::join(const Recipient &account, BusinessSession &session)
{
    if (m_sessions.empty())
        m_feed.subscribe(*this, StatusScope::Cluster);
    m_sessions.emplace(account, &session);
}

void BusinessHub::leave(const Recipient &account, BusinessSession &session)
{
    std::erase(m_scheduled, &session);
    const auto [begin, end] = m_sessions.equal_range(account);
    m_sessions.erase(std::ranges::find(begin, end, &session, [](const auto &entry) { return entry.second; }));
    if (m_sessions.empty())
        m_feed.unsubscribe(*this);
}

void BusinessHub::statusChanged(std::span<const StatusChange> changes)
{
    for (const StatusChange &change : changes) {
        if (!change.sender.isEmpty())
            tell(change);
    }
}

void BusinessHub::tell(const StatusChange &change)
{
    const std::optional<Recipient> account = Recipient::fromString(change.sender);
    if (!account)
        return;
    // Encoded once for all connections of the account that speak the same protocol.
    const HubProtocol *protocol = nullptr;
    QByteArray encoded;
    const auto [begin, end] = m_sessions.equal_range(*account);
    for (BusinessSession *session : std::ranges::subrange(begin, end) | std::views::values) {
        if (std::exchange(protocol, &session->protocol()) != &session->protocol()) {
            encoded = QByteArray();
            protocol->writeInvocation(encoded, "MessageStatusChanged", 1, [&change](HubValueWriter &writer) {
                writeStatusChange(writer, change);
            });
        }
        session->add(encoded);
    }
}

void BusinessHub::schedule(BusinessSession &session)
{
    m_scheduled.push_back(&session);
    if (!std::exchange(m_isPosted, true))
        QMetaObject::invokeMethod(
            &m_loop, [this] { sendStatuses(); }, Qt::QueuedConnection);
}

void BusinessHub::sendStatuses()
{
    m_isPosted = false;
    for (BusinessSession *session : std::exchange(m_scheduled, {}))
        session->sendStatuses();
}

} // namespace hudhud
