// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "signalr/hub_protocol.h"

#include <vector>

namespace hudhud {

/// Calls of client methods on their way to many connections: written once for each protocol, whoever gets them.
/// Thread: that of the protocols; copies may go to other threads as long as the values' writers read only what does
/// not change.
class HubPush
{
public:
    HubPush() = default;
    HubPush(const QByteArray &target, qsizetype argumentCount, HubValues arguments)
    {
        add(target, argumentCount, std::move(arguments));
    }

    /// One more call, in order. Before the first `bytesFor`.
    void add(const QByteArray &target, qsizetype argumentCount, HubValues arguments);
    qsizetype count() const { return static_cast<qsizetype>(m_calls.size()); }
    /// Ownership: the bytes are this object's.
    QByteArrayView bytesFor(const HubProtocol &protocol);

private:
    struct Call
    {
        QByteArray target;
        qsizetype argumentCount = 0;
        HubValues arguments;
    };
    struct Encoded
    {
        const HubProtocol *protocol = nullptr;
        QByteArray bytes;
    };

    std::vector<Call> m_calls;
    std::vector<Encoded> m_encoded;
};

} // namespace hudhud
