// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "signalr/client/hub_connection_options.h"
#include "signalr/client/hub_error.h"
#include "signalr/client/hub_stream.h"
#include "signalr/client/hub_upload.h"

#include <QFuture>
#include <QJsonArray>
#include <QJsonValue>
#include <QObject>
#include <QUrl>

#include <functional>
#include <memory>

namespace hudhud::client {

class HubConnectionPrivate;

/// A connection to a SignalR hub (ASP.NET Core SignalR, hub protocol versions 1 and 2): calls the hub's
/// methods, is called by the hub, streams values both ways, and comes back by itself when the link is lost.
/// Thread: the one it was made on, which needs an event loop; everything is called back there.
/// Ownership: streams and uploads are its children. It must not be deleted from one of its handlers,
/// continuations or signals: use `deleteLater`. Deleted, it cancels the futures that it gave out. Errors:
/// values, HubError; nothing is thrown.
class HubConnection final : public QObject
{
    Q_OBJECT
    Q_PROPERTY(State state READ state NOTIFY stateChanged)

public:
    enum class State : quint8 { Disconnected, Connecting, Connected, Reconnecting, Disconnecting };
    Q_ENUM(State)

    /// What a method is called with. No QJsonArray: `{array}` would be that array itself, not a list of one
    /// argument.
    using Arguments = QList<QJsonValue>;
    /// Is called with the arguments of the hub's call.
    using Handler = std::function<void(const QJsonArray &arguments)>;
    /// Answers the hub's call, now (`QtFuture::makeReadyFuture`) or later.
    using Responder = std::function<QFuture<Result<QJsonValue>>(const QJsonArray &arguments)>;

    /// `hub`: its http or https address, like https://example.org/online-mobile-user.
    explicit HubConnection(const QUrl &hub, HubConnectionOptions options = {}, QObject *parent = nullptr);
    ~HubConnection() override;

    State state() const;
    /// The server's public name for this connection. Empty while there is none, or without negotiation.
    QString connectionId() const;
    const HubConnectionOptions &options() const;

    /// Connects. Failures are not tried again: reconnecting begins with the first success.
    /// Errors: InvalidUse unless Disconnected; Unauthorized, Refused, ConnectionLost, Timeout, Protocol;
    /// Cancelled by `stop`.
    QFuture<Result<void>> start();
    /// Leaves in order, sending what waits. Done when Disconnected.
    QFuture<void> stop();

    /// Calls a method and waits for its result; null when it has none. Streams in `uploads` are its last
    /// parameters. Errors: Hub with the server's text; NotConnected and QueueFull: nothing was sent;
    /// ConnectionLost: nobody knows.
    QFuture<Result<QJsonValue>> invoke(const QString &method, const Arguments &arguments = {},
                                       const QList<HubUpload *> &uploads = {});
    /// Calls a method without an answer. Success only means that the call waits to be sent.
    Result<void> send(const QString &method, const Arguments &arguments = {},
                      const QList<HubUpload *> &uploads = {});
    /// Starts a stream of values from the server. Never null: failures come with its signal.
    HubStream *stream(const QString &method, const Arguments &arguments = {},
                      const QList<HubUpload *> &uploads = {});
    /// A stream of values to the server; pass it to one call.
    HubUpload *createUpload();

    /// Handles calls of `target`, in any letter case, beside the handlers that it has already.
    void on(const QString &target, Handler handler);
    /// Answers calls of `target` that want a result; replaces the last one.
    void respondTo(const QString &target, Responder responder);
    /// Removes all handlers and the responder.
    void off(const QString &target);

    /// Bytes that have not left yet; maximumUnsentBytes is the limit.
    qint64 bytesUnsent() const;

Q_SIGNALS:
    void stateChanged(hudhud::client::HubConnection::State state);
    /// The link was lost. Calls that were under way have failed.
    void reconnecting(const hudhud::client::HubError &reason);
    /// A new connection was made: the server knows nothing of the old one.
    void reconnected(const QString &connectionId);
    /// Disconnected, after it was Connected. The kind None: `stop`, or the server said good-bye.
    void closed(const hudhud::client::HubError &error);

private:
    friend class HubConnectionPrivate;
    std::unique_ptr<HubConnectionPrivate> m_private;
};

} // namespace hudhud::client
