// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "loadgen/websocket_connection.h"

#include <simdjson.h>

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace hudhud::loadgen {

/// A pushed message. Views: valid until the listener returns.
struct PushedMessage
{
    std::string_view id;
    std::string_view subject;
    std::string_view content;
    std::string_view priority;
    bool pending = false; ///< Came by ReceivePendingMessages.
};

/// One phone: a client of the hub protocol in JSON. Parses each pushed message wholly, as a phone would.
class HubConnection : public WebSocketConnection
{
public:
    class Listener
    {
    public:
        virtual ~Listener() = default;
        virtual void hubReady(HubConnection &phone) = 0;
        virtual void hubMessage(HubConnection &phone, const PushedMessage &message) = 0;
        /// All messages of one read have been handed over: the moment to acknowledge.
        virtual void hubIdle(HubConnection &phone) = 0;
        virtual void hubLost(HubConnection &phone) = 0;
    };

    HubConnection(EventLoop &loop, Listener &listener, int number);

    bool openHub(const Endpoint &endpoint, std::string_view target, std::string_view token);
    /// Sends AcknowledgeMessage or AcknowledgeMessages; no answer is asked for.
    void acknowledge(std::span<const std::string> ids);
    void sendPing();
    bool isReady() const { return isOpen() && m_ready; }
    /// The server's Close message said that the client should come back.
    bool wasAskedToReconnect() const { return m_askedToReconnect; }

protected:
    void webSocketOpened() override;
    void webSocketMessage(std::string_view message) override;
    void webSocketIdle() override;
    void webSocketLost() override;

private:
    void handleRecord(std::string_view record);
    void handleInvocation(const simdjson::dom::object &record);
    void handlePushed(const simdjson::dom::object &object, bool pending);

    Listener &m_listener;
    bool m_ready = false;
    bool m_askedToReconnect = false;
};

} // namespace hudhud::loadgen
