// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "signalr/client/call_table.h"
#include "signalr/client/handler_table.h"
#include "signalr/client/hub_link.h"

#include <QElapsedTimer>
#include <QPointer>
#include <QPromise>

#include <optional>

namespace hudhud::client {

/// The life of a HubConnection: which link it has, when it gets the next one, and what becomes of calls
/// meanwhile. Thread: the connection's. Ownership: its HubConnection.
class HubConnectionPrivate final : public QObject, public CallPort
{
    Q_OBJECT

public:
    HubConnectionPrivate(HubConnection &connection, const QUrl &hub, HubConnectionOptions options);
    ~HubConnectionPrivate() override;

    using State = HubConnection::State;

    QFuture<Result<void>> start();
    QFuture<void> stop();
    /// Sends `call` and opens its uploads. Errors: NotConnected, QueueFull.
    Result<void> sendCall(const OutgoingCall &call, const QList<HubUpload *> &uploads);

    void cancelCall(const QByteArray &id) override;
    Result<void> sendItem(const QByteArray &id, const QJsonValue &item) override;
    void endUpload(const QByteArray &id, const QString &error) override;

    HubConnection &connection;
    const QUrl hub;
    const HubConnectionOptions options;
    CallTable calls;
    HandlerTable handlers;
    std::unique_ptr<HubLink> link; ///< Null while there is none.
    State state = State::Disconnected;

private:
    void setState(State next);
    void openLink();
    void dropLink();
    void linkOpened();
    void linkClosed(const HubError &error, bool mayReturn);
    void received(const HubMessage &message);
    void called(const HubMessage &message);
    void respond(const QByteArray &id, const QString &target, const QJsonArray &arguments);
    void answer(const QByteArray &id, const Result<QJsonValue> &result);
    void loseCalls(const HubError &reason);
    void scheduleAttempt(const HubError &reason);
    void finishStart(const Result<void> &result);
    /// Disconnected; `error` says why.
    void end(const HubError &error);

    HttpClient m_http;
    std::optional<QPromise<Result<void>>> m_starting;
    std::optional<QPromise<void>> m_stopping;
    QTimer m_retryTimer;
    QTimer m_closeTimer;
    QElapsedTimer m_sinceOpened;
    QElapsedTimer m_sinceLost;
    int m_attempts = 0;
    qsizetype m_unanswered = 0; ///< Calls by the server that wait for the application.
};

} // namespace hudhud::client
