// SPDX-License-Identifier: GPL-3.0-or-later
#include "loadgen/phone_fleet.h"

#include "loadgen/token.h"

namespace hudhud::loadgen {

PhoneFleet::PhoneFleet(EventLoop &loop, FleetOptions options, Listener *listener)
    : m_loop(loop)
    , m_options(std::move(options))
    , m_listener(listener)
    , m_phones(static_cast<std::size_t>(m_options.count))
{
    for (int i = 0; i < size(); ++i) {
        m_phones[i].endpoint = static_cast<std::size_t>(i) % m_options.endpoints.size();
        m_phones[i].token
            = signToken(m_options.jwtSecret, m_options.claim, number(i), m_options.tokenLifetime);
        m_phones[i].connection
            = std::make_unique<HubConnection>(m_loop, static_cast<HubConnection::Listener &>(*this), i);
    }
}

PhoneFleet::~PhoneFleet()
{
    disconnectAll();
}

std::string PhoneFleet::number(int phone) const
{
    return std::to_string(m_options.firstNumber + phone);
}

bool PhoneFleet::connectAll(std::chrono::milliseconds limit)
{
    const int refusedBefore = m_refusedCount;
    connectLost();
    return m_loop.runUntil([&] { return m_readyCount == size() || m_refusedCount > refusedBefore; }, limit)
        && m_readyCount == size();
}

void PhoneFleet::disconnectAll()
{
    m_toOpen.clear();
    for (Phone &phone : m_phones) {
        phone.connection->close();
        phone.unacknowledged.clear();
        phone.ready = false;
        phone.wanted = false;
    }
    m_connecting = 0;
    m_readyCount = 0;
}

void PhoneFleet::keepAlive()
{
    // Every phone once in ten calls: the server drops a client that says nothing for thirty seconds.
    const int share = size() / 10 + 1;
    for (int i = 0; i < share && size() > 0; ++i) {
        const Phone &phone = m_phones[m_nextToPing];
        if (phone.ready)
            phone.connection->sendPing();
        m_nextToPing = (m_nextToPing + 1) % size();
    }
}

void PhoneFleet::connectLost()
{
    for (int i = 0; i < size(); ++i) {
        if (!m_phones[i].wanted) {
            m_phones[i].wanted = true;
            m_toOpen.push_back(i);
        }
    }
    openMore();
}

void PhoneFleet::openMore()
{
    while (m_connecting < m_options.connectingAtOnce && !m_toOpen.empty()) {
        Phone &phone = m_phones[m_toOpen.back()];
        m_toOpen.pop_back();
        if (phone.connection->openHub(m_options.endpoints[phone.endpoint], m_options.target, phone.token)) {
            ++m_connecting;
        } else {
            phone.wanted = false;
            ++m_refusedCount;
        }
    }
}

void PhoneFleet::hubReady(HubConnection &connection)
{
    m_phones[connection.number()].ready = true;
    --m_connecting;
    ++m_readyCount;
    openMore();
}

void PhoneFleet::hubMessage(HubConnection &connection, const PushedMessage &message)
{
    m_phones[connection.number()].unacknowledged.emplace_back(message.id);
    if (m_listener)
        m_listener->phoneMessage(connection.number(), message);
}

void PhoneFleet::hubIdle(HubConnection &connection)
{
    Phone &phone = m_phones[connection.number()];
    m_acknowledgedCount += static_cast<std::int64_t>(phone.unacknowledged.size());
    connection.acknowledge(phone.unacknowledged);
    phone.unacknowledged.clear();
}

void PhoneFleet::hubLost(HubConnection &connection)
{
    Phone &phone = m_phones[connection.number()];
    if (phone.ready) {
        --m_readyCount;
        ++m_lostCount;
    } else {
        --m_connecting;
        ++m_refusedCount;
    }
    if (connection.wasAskedToReconnect())
        ++m_askedToReconnectCount;
    phone.endpoint = (phone.endpoint + 1) % m_options.endpoints.size();
    phone.ready = false;
    phone.wanted = false;
    phone.unacknowledged.clear();
    openMore();
}

} // namespace hudhud::loadgen
