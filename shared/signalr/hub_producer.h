// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "signalr/hub_protocol.h"

#include <memory>

namespace hudhud {

class HubConnection;

/// What a producer has to say next.
struct HubStreamStep
{
    enum class Kind : quint8 {
        Item,
        Wait, ///< Nothing now; `HubProducer::wake` follows.
        End,
        Failed,
    };

    Kind kind = Kind::Wait;
    HubValues item; ///< Writes one value; called at once.
    QByteArray error; ///< For the caller.

    static HubStreamStep next(HubValues item) { return {Kind::Item, std::move(item), {}}; }
    static HubStreamStep wait() { return {}; }
    static HubStreamStep end() { return {Kind::End, {}, {}}; }
    static HubStreamStep failed(const QByteArray &error) { return {Kind::Failed, {}, error}; }
};

/// Where the items of a stream to one client come from. It is asked only while the connection has room, so a client
/// that reads slowly slows it down; there is no queue to overflow. Thread: the connection's I/O thread. Ownership: the
/// connection, which destroys it when it has ended, when the client cancels, and when the connection ends: the
/// destructor is where it stops.
class HubProducer
{
public:
    virtual ~HubProducer() = default;
    /// Answers at once: the next item, or wait.
    virtual HubStreamStep next() = 0;

protected:
    /// After `next` had said wait: there may be more now.
    void wake();

private:
    friend class HubDownloads;

    std::weak_ptr<HubConnection> m_connection;
    bool m_isReady = true;
};

} // namespace hudhud
