// SPDX-License-Identifier: GPL-3.0-or-later
#include "signalr/hub_call.h"

#include "signalr/hub_connection.h"

#include <utility>

namespace hudhud {

HubCall::HubCall(HubConnection &connection, QByteArrayView invocationId, QByteArrayView target)
    : m_connection(connection.weak_from_this())
    , m_invocationId(invocationId.toByteArray())
    , m_target(target.toByteArray())
{
    if (wantsAnswer())
        ++connection.m_waitingCalls;
}

HubCall::~HubCall()
{
    if (const auto connection = takeConnection())
        connection->answerError(m_invocationId,
                                "An unexpected error occurred invoking '" + m_target + "' on the server.");
}

void HubCall::complete(const HubValues &result)
{
    if (const auto connection = takeConnection())
        connection->answer(m_invocationId, result);
}

void HubCall::fail(QByteArrayView message)
{
    if (const auto connection = takeConnection())
        connection->answerError(m_invocationId,
                                "An unexpected error occurred invoking '" + m_target
                                    + "' on the server. HubException: " + message.toByteArray());
}

void HubCall::failBinding()
{
    if (const auto connection = takeConnection())
        connection->answerError(m_invocationId,
                                "Failed to invoke '" + m_target + "' due to an error on the server.");
}

std::shared_ptr<HubConnection> HubCall::takeConnection()
{
    auto connection = std::exchange(m_connection, {}).lock();
    if (connection && wantsAnswer())
        --connection->m_waitingCalls;
    return connection;
}

} // namespace hudhud
