// SPDX-License-Identifier: GPL-3.0-or-later
#include "loadgen/hub_connection.h"

namespace hudhud::loadgen {

namespace {

constexpr char RecordSeparator = '\x1e';

/// One parser for all phones: there is one thread, and its buffer grows to the largest record once.
simdjson::dom::parser &sharedParser()
{
    static simdjson::dom::parser parser;
    return parser;
}

std::string_view stringField(const simdjson::dom::object &object, std::string_view name)
{
    std::string_view value;
    if (object[name].get(value) != simdjson::SUCCESS)
        return {};
    return value;
}

} // namespace

HubConnection::HubConnection(EventLoop &loop, Listener &listener, int number)
    : WebSocketConnection(loop, number)
    , m_listener(listener)
{
}

bool HubConnection::openHub(const Endpoint &endpoint, std::string_view target, std::string_view token)
{
    m_ready = false;
    m_askedToReconnect = false;
    return openWebSocket(endpoint, target, token);
}

void HubConnection::acknowledge(std::span<const std::string> ids)
{
    if (ids.empty())
        return;
    std::string text;
    text.reserve(80 + ids.size() * 40);
    text.append(ids.size() == 1 ? R"({"type":1,"target":"AcknowledgeMessage","arguments":[)"
                                : R"({"type":1,"target":"AcknowledgeMessages","arguments":[[)");
    for (std::size_t i = 0; i < ids.size(); ++i) {
        if (i > 0)
            text.push_back(',');
        text.append("\"").append(ids[i]).append("\"");
    }
    text.append(ids.size() == 1 ? "]}" : "]]}").push_back(RecordSeparator);
    sendText(text);
}

void HubConnection::sendPing()
{
    sendText("{\"type\":6}\x1e");
}

void HubConnection::webSocketOpened()
{
    sendText("{\"protocol\":\"json\",\"version\":1}\x1e");
}

void HubConnection::webSocketMessage(std::string_view message)
{
    while (isOpen()) {
        const std::size_t end = message.find(RecordSeparator);
        if (end == std::string_view::npos)
            return;
        handleRecord(message.substr(0, end));
        message.remove_prefix(end + 1);
    }
}

void HubConnection::webSocketIdle()
{
    if (m_ready)
        m_listener.hubIdle(*this);
}

void HubConnection::webSocketLost()
{
    m_listener.hubLost(*this);
}

void HubConnection::handleRecord(std::string_view record)
{
    simdjson::dom::object object;
    if (sharedParser().parse(record.data(), record.size()).get(object) != simdjson::SUCCESS) {
        close();
        webSocketLost();
        return;
    }
    if (!m_ready) {
        std::string_view error;
        if (object["error"].get(error) == simdjson::SUCCESS) {
            close();
            webSocketLost();
            return;
        }
        m_ready = true;
        m_listener.hubReady(*this);
        return;
    }
    constexpr std::int64_t Invocation = 1;
    constexpr std::int64_t Close = 7;
    std::int64_t type = 0;
    if (object["type"].get(type) != simdjson::SUCCESS)
        return;
    if (type == Invocation)
        handleInvocation(object);
    else if (type == Close)
        m_askedToReconnect
            = object["allowReconnect"].get(m_askedToReconnect) == simdjson::SUCCESS && m_askedToReconnect;
}

void HubConnection::handleInvocation(const simdjson::dom::object &record)
{
    const std::string_view target = stringField(record, "target");
    simdjson::dom::array arguments;
    simdjson::dom::element first;
    if (record["arguments"].get(arguments) != simdjson::SUCCESS
        || arguments.at(0).get(first) != simdjson::SUCCESS)
        return;
    simdjson::dom::object message;
    simdjson::dom::array messages;
    if (target == "ReceiveMessage" && first.get(message) == simdjson::SUCCESS) {
        handlePushed(message, false);
    } else if (target == "ReceivePendingMessages" && first.get(messages) == simdjson::SUCCESS) {
        for (const simdjson::dom::element element : messages) {
            if (element.get(message) == simdjson::SUCCESS)
                handlePushed(message, true);
        }
    }
}

void HubConnection::handlePushed(const simdjson::dom::object &object, bool pending)
{
    PushedMessage message;
    message.id = stringField(object, "id");
    message.subject = stringField(object, "subject");
    message.content = stringField(object, "content");
    message.priority = stringField(object, "priority");
    message.pending = pending;
    m_listener.hubMessage(*this, message);
}

} // namespace hudhud::loadgen
