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
    if (m_connection.lock())
        failInside("The method gave no answer.");
}

void HubCall::complete(const HubValues &result)
{
    if (const auto connection = takeConnection())
        connection->answer(m_invocationId, result);
}

void HubCall::stream(std::unique_ptr<HubProducer> producer)
{
    if (const auto connection = takeConnection())
        connection->startDownload(m_invocationId, std::move(producer));
}

void HubCall::fail(QByteArrayView message)
{
    if (const auto connection = takeConnection())
        connection->answerError(m_invocationId,
                                "An unexpected error occurred invoking '" + m_target
                                    + "' on the server. HubException: " + message.toByteArray());
}

void HubCall::failInside(QByteArrayView detail)
{
    const auto connection = takeConnection();
    if (!connection)
        return;
    QByteArray text = "An unexpected error occurred invoking '" + m_target + "' on the server.";
    if (connection->showsDetails())
        text += ' ' + detail.toByteArray();
    connection->answerError(m_invocationId, text);
}

void HubCall::failBinding()
{
    const auto connection = takeConnection();
    if (!connection)
        return;
    QByteArray text = "Failed to invoke '" + m_target + "' due to an error on the server.";
    if (connection->showsDetails())
        text += " InvalidDataException: Error binding arguments. Make sure that the number and the types of the provided "
                "values match those of the hub method being invoked.";
    connection->answerError(m_invocationId, text);
}

std::shared_ptr<HubConnection> HubCall::takeConnection()
{
    auto connection = std::exchange(m_connection, {}).lock();
    if (connection && wantsAnswer())
        --connection->m_waitingCalls;
    return connection;
}

} // namespace hudhud
