// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connection_tokens.h"
#include "plugin-api/http.h"
#include "signalr/hub_transport.h"

#include <atomic>
#include <memory>

namespace hudhud {

/// A new link of a connection whose old link was lost. The kernel hands the client's upgrade to any I/O thread, while
/// the connection stays on its own: this carries the bytes between the two, batch by batch, in order. Thread: the first
/// half on the socket's, the transport on the connection's. Ownership: shared by both.
class ResumedLink final : public HubTransport, public std::enable_shared_from_this<ResumedLink>
{
public:
    ResumedLink(ConnectionHome home, std::shared_ptr<LoopPort> socketPort);

    // On the socket's thread.
    void opened(WebSocket &socket);
    void received(QByteArrayView payload);
    void drained();
    void closed(quint16 code);

    // On the connection's thread.
    void send(TransferFormat format, QByteArrayView messages) override;
    qint64 bytesUnsent() const override { return m_posted.load() + m_unsent.load(); }
    void close() override;
    void abandon() override;

private:
    void attach();

    const ConnectionHome m_home;
    const std::shared_ptr<LoopPort> m_socketPort;
    WebSocket *m_socket = nullptr; ///< Of the socket's thread.
    bool m_isAttached = false; ///< Of the connection's thread.
    std::atomic<qint64> m_posted{0}; ///< Bytes on their way to the socket's thread.
    std::atomic<qint64> m_unsent{0}; ///< Of the socket, as of the last batch.
};

/// What the endpoint is given for it. Thread: the socket's.
class ResumedSocket final : public WebSocketHandler
{
public:
    explicit ResumedSocket(std::shared_ptr<ResumedLink> link)
        : m_link(std::move(link))
    {
    }

    void opened(WebSocket &socket) override { m_link->opened(socket); }
    void received(WebSocketOpcode, QByteArrayView payload) override { m_link->received(payload); }
    void drained() override { m_link->drained(); }
    void closed(quint16 code) override { m_link->closed(code); }

private:
    std::shared_ptr<ResumedLink> m_link;
};

} // namespace hudhud
