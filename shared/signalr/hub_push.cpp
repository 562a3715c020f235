// SPDX-License-Identifier: GPL-3.0-or-later
#include "signalr/hub_push.h"

#include <algorithm>
#include <utility>

namespace hudhud {

void HubPush::add(const QByteArray &target, qsizetype argumentCount, HubValues arguments)
{
    Q_ASSERT(m_encoded.empty());
    m_calls.push_back({target, argumentCount, std::move(arguments)});
}

QByteArrayView HubPush::bytesFor(const HubProtocol &protocol)
{
    const auto found = std::ranges::find(m_encoded, &protocol, &Encoded::protocol);
    if (found != m_encoded.end())
        return found->bytes;
    QByteArray bytes;
    for (const Call &call : m_calls)
        protocol.writeInvocation(bytes, call.target, call.argumentCount, call.arguments);
    return m_encoded.emplace_back(&protocol, std::move(bytes)).bytes;
}

} // namespace hudhud
