// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/admin_session.h"

#include "signalr/hub_connection.h"

#include <optional>

namespace hudhud {

namespace {

std::optional<std::size_t> topicOf(QByteArrayView name)
{
    for (std::size_t i = 0; i < admin::HubTopics.size(); ++i) {
        if (name == admin::HubTopics[i].name)
            return i;
    }
    return std::nullopt;
}

QByteArray unknownTopic()
{
    QByteArray text("There is no such topic; choose one of");
    char separator = ' ';
    for (const admin::HubTopic &topic : admin::HubTopics) {
        text.append(separator).append(topic.name);
        separator = ',';
    }
    return text.append('.');
}

} // namespace

void AdminSession::opened(HubConnection &connection)
{
    m_connection = &connection;
}

void AdminSession::join(std::size_t topic)
{
    m_hub.clients().join(*m_connection, admin::HubTopics[topic].name);
    m_feed.subscribed(static_cast<admin::Topic>(topic));
}

void AdminSession::leave(std::size_t topic)
{
    m_hub.clients().leave(*m_connection, admin::HubTopics[topic].name);
    m_feed.unsubscribed(static_cast<admin::Topic>(topic));
}

void AdminSession::subscribe(HubCall call, QByteArrayView topic)
{
    const auto wanted = topicOf(topic);
    if (!wanted)
        return call.fail(unknownTopic());
    if (!std::exchange(m_wanted[*wanted], true) && !m_isCongested)
        join(*wanted);
    call.complete();
}

void AdminSession::unsubscribe(HubCall call, QByteArrayView topic)
{
    const auto unwanted = topicOf(topic);
    if (!unwanted)
        return call.fail(unknownTopic());
    if (std::exchange(m_wanted[*unwanted], false) && !m_isCongested)
        leave(*unwanted);
    call.complete();
}

void AdminSession::congested()
{
    if (std::exchange(m_isCongested, true))
        return;
    for (std::size_t topic = 0; topic < m_wanted.size(); ++topic) {
        if (m_wanted[topic])
            leave(topic);
    }
}

void AdminSession::drained()
{
    if (!std::exchange(m_isCongested, false))
        return;
    for (std::size_t topic = 0; topic < m_wanted.size(); ++topic) {
        if (m_wanted[topic])
            join(topic);
    }
}

void AdminSession::closed()
{
    for (std::size_t topic = 0; topic < m_wanted.size(); ++topic) {
        if (m_wanted[topic] && !m_isCongested)
            m_feed.unsubscribed(static_cast<admin::Topic>(topic)); // The groups have let it go.
    }
    m_connection = nullptr;
}

} // namespace hudhud
