// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connection_tokens.h"
#include "plugin-api/http.h"
#include "signalr/hub_transport.h"

#include <memory>

namespace hudhud {

class HttpConnections;
class HubConnection;

/// Appends one event of an event stream (HTML standard, "Server-sent events"): a data line for each line of
/// `text`.
void appendEvent(QByteArray &out, QByteArrayView text);

/// Carries what a hub connection sends as server-sent events; the client's bytes come by POST. The end of the
/// stream is the end of the connection. Thread: the connection's I/O thread. Ownership: the endpoint's.
class EventStreamTransport final : public HttpStreamHandler, public HubTransport
{
public:
    /// Some browsers call a stream open only when something has come: a comment.
    static constexpr QByteArrayView Beginning{":\r\n"};

    /// `connections` learns of the connection while the stream is open.
    EventStreamTransport(std::shared_ptr<HubConnection> connection, TokenLease lease,
                         std::weak_ptr<HttpConnections> connections);
    ~EventStreamTransport() override;

    void opened(HttpStream &stream) override;
    void drained() override;
    void closed() override;

    /// The client's next bytes.
    void receive(QByteArrayView bytes);

    bool carries(TransferFormat format) const override { return format == TransferFormat::Text; }
    void send(TransferFormat format, QByteArrayView messages) override;
    qint64 bytesUnsent() const override;
    void close() override;

private:
    void leave();

    std::shared_ptr<HubConnection> m_connection;
    TokenLease m_lease;
    std::weak_ptr<HttpConnections> m_connections;
    HttpStream *m_stream = nullptr;
};

} // namespace hudhud
