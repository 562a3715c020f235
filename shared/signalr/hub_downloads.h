// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "signalr/hub_producer.h"

#include <memory>
#include <vector>

namespace hudhud {

class HubConnection;

/// The streams from the server to one client. Thread: the connection's. Bounds: their number is the connection's
/// affair; no items are kept.
class HubDownloads
{
public:
    std::size_t size() const { return m_streams.size(); }
    bool contains(QByteArrayView id) const;
    void add(HubConnection &connection, const QByteArray &id, std::unique_ptr<HubProducer> producer);
    /// The client wants no more. False: there is no such stream.
    bool cancel(QByteArrayView id);
    /// Sends what producers have, each its share, while the connection has room. Result: whether one has more.
    bool pull(HubConnection &connection, int share);

private:
    struct Stream
    {
        QByteArray id;
        std::unique_ptr<HubProducer> producer;
    };

    /// Result: whether it goes on.
    bool pullOne(HubConnection &connection, Stream &stream, int share);

    std::vector<Stream> m_streams;
};

} // namespace hudhud
