// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "signalr/client/hub_connection_options.h"
#include "signalr/hub_protocol.h"

#include <QObject>
#include <QUrl>

#include <memory>

namespace hudhud::client {

class HttpClient;

/// Where a transport goes, and as whom.
struct TransportTarget
{
    QUrl url; ///< With the connection's id.
    QByteArray token; ///< Of the user; may be empty.
    TransferFormat format = TransferFormat::Text;
};

/// Carries the bytes of one link. Thread: the connection's. Ownership: its creator, who may delete it at any
/// time, but later
/// (`deleteLater`) when in one of its signals.
class Transport : public QObject
{
    Q_OBJECT

public:
    /// `http` must outlive it.
    static std::unique_ptr<Transport> create(TransportKind kind, HttpClient &http);

    /// Once.
    virtual void open(const TransportTarget &target) = 0;
    /// Whole hub messages. Only after `opened`.
    virtual void send(const QByteArray &messages) = 0;
    virtual qint64 bytesUnsent() const = 0;
    /// Ends it after what was sent; `closed` follows, or never, when the network hangs.
    virtual void close() = 0;
    /// The transport itself shows that both ends are alive: no pings.
    virtual bool hasOwnKeepAlive() const { return false; }

Q_SIGNALS:
    void opened();
    void received(const QByteArray &bytes);
    /// Comes at most once, also when it cannot be opened. The kind None: the server or `close` ended it in
    /// order.
    void closed(const hudhud::client::HubError &error);
};

} // namespace hudhud::client
