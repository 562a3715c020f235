// SPDX-License-Identifier: GPL-3.0-or-later
#include "signalr/hub_client_calls.h"

#include <algorithm>
#include <utility>

namespace hudhud {

HubCallError HubCallError::of(Reason reason)
{
    switch (reason) {
    case Reason::ClientFailed:
        return {reason, "The client's method failed."};
    case Reason::TimedOut:
        return {reason, "The client did not answer in time."};
    case Reason::ConnectionEnded:
        return {reason, "The connection ended before the client answered."};
    case Reason::Cancelled:
        return {reason, "The call was cancelled."};
    case Reason::TooMany:
        return {reason, "Too many calls of this client wait for their result; call fewer at once."};
    case Reason::NotConnected:
        return {reason, "The client is not connected."};
    }
    return {};
}

QByteArray HubClientCalls::add(quint32 due, HubReply reply)
{
    // Clients count their own calls from 0; the letter keeps logs readable.
    QByteArray id = 's' + QByteArray::number(++m_lastId);
    m_waiting.push_back({id, due, std::move(reply)});
    return id;
}

bool HubClientCalls::answer(QByteArrayView id, const HubResult &result)
{
    const auto found = std::ranges::find(m_waiting, id, &Waiting::id);
    if (found == m_waiting.end())
        return false;
    HubReply reply = std::move(found->reply);
    m_waiting.erase(found);
    reply(result);
    return true;
}

void HubClientCalls::expire(quint32 now)
{
    while (!m_waiting.empty() && m_waiting.front().due <= now)
        answer(m_waiting.front().id, std::unexpected(HubCallError::of(HubCallError::Reason::TimedOut)));
}

void HubClientCalls::failAll(HubCallError::Reason reason)
{
    for (Waiting &waiting : std::exchange(m_waiting, {}))
        waiting.reply(std::unexpected(HubCallError::of(reason)));
}

} // namespace hudhud
