// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin-api/hub_topics.h"
#include "admin/admin_feed.h"
#include "signalr/hub.h"

#include <array>

namespace hudhud {

/// One console at the hub `/admin`: it is in a group of the hub for each topic that it wants. Thread: the connection's I/O
/// thread. Ownership: `hub` and `feed` outlive it.
class AdminSession final : public HubSession
{
public:
    AdminSession(const Hub &hub, AdminFeed &feed) : m_hub(hub), m_feed(feed) { }

    void opened(HubConnection &connection) override;
    /// A console that reads too slowly is told nothing until it has caught up.
    void congested() override;
    void drained() override;
    void closed() override;

    // The methods that clients call.
    void subscribe(HubCall call, QByteArrayView topic);
    void unsubscribe(HubCall call, QByteArrayView topic);

private:
    void join(std::size_t topic);
    void leave(std::size_t topic);

    const Hub &m_hub;
    AdminFeed &m_feed;
    HubConnection *m_connection = nullptr;
    std::array<bool, admin::HubTopics.size()> m_wanted{};
    bool m_isCongested = false;
};

} // namespace hudhud
