// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "loadgen/hub_connection.h"

#include <chrono>
#include <memory>
#include <string>
#include <vector>

namespace hudhud::loadgen {

struct FleetOptions
{
    /// Phones are spread over them; one that lost its connection tries the next.
    std::vector<Endpoint> endpoints;
    std::string target = "/online-mobile-user";
    std::string jwtSecret;
    std::string claim = "mobile_number";
    std::int64_t firstNumber = 967770000000;
    int count = 0;
    int connectingAtOnce = 256; ///< Phones between connect and handshake answer at any time.
    std::chrono::seconds tokenLifetime{3600};
};

/// Many phones with consecutive numbers. Each is kept alive by pings and told apart by its index.
class PhoneFleet : private HubConnection::Listener
{
public:
    class Listener
    {
    public:
        virtual ~Listener() = default;
        virtual void phoneMessage(int phone, const PushedMessage &message) = 0;
    };

    /// Signs the tokens; opens nothing yet. `listener` may be null: then messages are acknowledged and
    /// forgotten.
    PhoneFleet(EventLoop &loop, FleetOptions options, Listener *listener);
    ~PhoneFleet() override;

    /// Connects every phone that is not; `limit` bounds the whole. Result: false when some could not.
    bool connectAll(std::chrono::milliseconds limit);
    void disconnectAll();
    /// Call about once a second: pings phones that are due.
    void keepAlive();

    /// Starts connecting every phone that is not connected; returns at once.
    void connectLost();

    int size() const { return static_cast<int>(m_phones.size()); }
    int readyCount() const { return m_readyCount; }
    int lostCount() const { return m_lostCount; }
    int refusedCount() const { return m_refusedCount; }
    int askedToReconnectCount() const { return m_askedToReconnectCount; }
    std::string number(int phone) const;
    std::int64_t acknowledgedCount() const { return m_acknowledgedCount; }

private:
    struct Phone
    {
        std::unique_ptr<HubConnection> connection;
        std::string token;
        std::size_t endpoint = 0; ///< Index of the one it is to connect to.
        std::vector<std::string> unacknowledged;
        bool ready = false;
        bool wanted = false;
    };

    void hubReady(HubConnection &connection) override;
    void hubMessage(HubConnection &connection, const PushedMessage &message) override;
    void hubIdle(HubConnection &connection) override;
    void hubLost(HubConnection &connection) override;
    void openMore();

    EventLoop &m_loop;
    FleetOptions m_options;
    Listener *m_listener;
    std::vector<Phone> m_phones;
    std::vector<int> m_toOpen;
    int m_connecting = 0;
    int m_readyCount = 0;
    int m_lostCount = 0;
    int m_refusedCount = 0;
    int m_askedToReconnectCount = 0;
    int m_nextToPing = 0;
    std::int64_t m_acknowledgedCount = 0;
};

} // namespace hudhud::loadgen
