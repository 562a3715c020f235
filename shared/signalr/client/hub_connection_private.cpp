// SPDX-License-Identifier: GPL-3.0-or-later
#include "signalr/client/hub_connection_private.h"

#include "signalr/client/json_values.h"

#include <QFutureWatcher>

#include <utility>

namespace hudhud::client {

using Kind = HubError::Kind;

HubConnectionPrivate::HubConnectionPrivate(HubConnection &owner, const QUrl &address,
                                           HubConnectionOptions chosen)
    : connection(owner)
    , hub(address)
    , options(std::move(chosen))
    , calls(*this, options.maximumWaitingCalls)
    , m_http(options)
{
    m_retryTimer.setSingleShot(true);
    m_closeTimer.setSingleShot(true);
    connect(&m_retryTimer, &QTimer::timeout, this, &HubConnectionPrivate::openLink);
    connect(&m_closeTimer, &QTimer::timeout, this, [this] { linkClosed({}, false); });
}

HubConnectionPrivate::~HubConnectionPrivate()
{
    if (link)
        link->disconnect(this);
}

QFuture<Result<void>> HubConnectionPrivate::start()
{
    if (state != State::Disconnected)
        return QtFuture::makeReadyFuture(
            Result<void>(failure(Kind::InvalidUse, QStringLiteral("The connection was started already."))));
    m_starting.emplace();
    m_starting->start();
    const QFuture<Result<void>> future = m_starting->future();
    m_attempts = 0;
    openLink();
    setState(State::Connecting);
    return future;
}

QFuture<void> HubConnectionPrivate::stop()
{
    if (state == State::Disconnecting)
        return m_stopping->future();
    m_stopping.emplace();
    m_stopping->start();
    const QFuture<void> future = m_stopping->future();
    switch (std::exchange(state, State::Disconnecting)) {
    case State::Connected:
        m_closeTimer.start(options.closeTimeout);
        Q_EMIT connection.stateChanged(state);
        if (link)
            link->close();
        break;
    case State::Connecting:
        dropLink();
        setState(State::Disconnected);
        finishStart(
            failure(Kind::Cancelled, QStringLiteral("The connection was stopped before it was made.")));
        break;
    case State::Reconnecting:
        end({});
        break;
    case State::Disconnected:
    case State::Disconnecting:
        state = State::Disconnected;
        break;
    }
    if (state != State::Disconnecting && m_stopping) {
        m_stopping->finish();
        m_stopping.reset();
    }
    return future;
}

void HubConnectionPrivate::setState(State next)
{
    if (std::exchange(state, next) != next)
        Q_EMIT connection.stateChanged(next);
}

void HubConnectionPrivate::openLink()
{
    link = std::make_unique<HubLink>(hub, m_http);
    connect(link.get(), &HubLink::opened, this, &HubConnectionPrivate::linkOpened);
    connect(link.get(), &HubLink::received, this, &HubConnectionPrivate::received);
    connect(link.get(), &HubLink::closed, this, &HubConnectionPrivate::linkClosed);
    link->open();
}

void HubConnectionPrivate::dropLink()
{
    m_retryTimer.stop();
    m_closeTimer.stop();
    if (!link)
        return;
    link->disconnect(this);
    link.release()->deleteLater();
}

void HubConnectionPrivate::linkOpened()
{
    const bool isFirst = state == State::Connecting;
    m_sinceOpened.start();
    setState(State::Connected);
    if (isFirst)
        finishStart({});
    else if (state == State::Connected)
        Q_EMIT connection.reconnected(link->connectionId());
}

void HubConnectionPrivate::linkClosed(const HubError &error, bool mayReturn)
{
    dropLink();
    switch (state) {
    case State::Connecting: {
        const HubError reason = error.isError()
            ? error
            : HubError{.kind = Kind::Refused,
                       .message = QStringLiteral("The server closed the connection at once.")};
        setState(State::Disconnected);
        finishStart(std::unexpected(reason));
        return;
    }
    case State::Connected:
        if (!mayReturn || !options.reconnect) {
            end(error);
            return;
        }
        if (m_sinceOpened.hasExpired(options.stableAfter.count()))
            m_attempts = 0;
        m_sinceLost.start();
        setState(State::Reconnecting);
        loseCalls(error);
        if (state == State::Reconnecting)
            Q_EMIT connection.reconnecting(error);
        if (state == State::Reconnecting)
            scheduleAttempt(error);
        return;
    case State::Reconnecting:
        if (mayReturn)
            scheduleAttempt(error);
        else
            end(error);
        return;
    case State::Disconnecting:
        end({});
        return;
    case State::Disconnected:
        return;
    }
}

void HubConnectionPrivate::scheduleAttempt(const HubError &reason)
{
    const auto delay = options.reconnect({.previousAttempts = m_attempts,
                                          .elapsed = std::chrono::milliseconds(m_sinceLost.elapsed()),
                                          .reason = reason});
    if (!delay) {
        end(reason);
        return;
    }
    ++m_attempts;
    m_retryTimer.start(*delay);
}

void HubConnectionPrivate::loseCalls(const HubError &reason)
{
    HubError error{.kind = Kind::ConnectionLost,
                   .message = QStringLiteral("The connection ended before the answer came.")};
    if (reason.isError())
        error.message += QLatin1Char(' ') + reason.message;
    calls.failAll(error);
}

void HubConnectionPrivate::finishStart(const Result<void> &result)
{
    std::optional<QPromise<Result<void>>> promise = std::move(m_starting);
    m_starting.reset();
    if (!promise)
        return;
    promise->addResult(result);
    promise->finish();
}

void HubConnectionPrivate::end(const HubError &error)
{
    // The application may start anew in any of these: nothing of the next connection is touched.
    dropLink();
    setState(State::Disconnected);
    loseCalls(error);
    Q_EMIT connection.closed(error);
    if (auto promise = std::move(m_stopping)) {
        m_stopping.reset();
        promise->finish();
    }
}

Result<void> HubConnectionPrivate::sendCall(const OutgoingCall &call, const QList<HubUpload *> &uploads)
{
    if (state != State::Connected)
        return failure(Kind::NotConnected, QStringLiteral("There is no connection."));
    const Result<void> sent = link->send(link->protocol().call(call));
    if (sent)
        calls.openUploads(call, uploads);
    return sent;
}

void HubConnectionPrivate::cancelCall(const QByteArray &id)
{
    if (calls.forget(id) && link)
        link->sendAlways(link->protocol().cancel(id));
}

Result<void> HubConnectionPrivate::sendItem(const QByteArray &id, const QJsonValue &item)
{
    if (!link)
        return failure(Kind::NotConnected, QStringLiteral("There is no connection."));
    return link->send(link->protocol().streamItem(id, item));
}

void HubConnectionPrivate::endUpload(const QByteArray &id, const QString &error)
{
    calls.forgetUpload(id);
    if (link)
        link->sendAlways(error.isEmpty() ? link->protocol().completion(id)
                                         : link->protocol().failure(id, error));
}

void HubConnectionPrivate::received(const HubMessage &message)
{
    const QByteArray id = message.invocationId.toByteArray();
    switch (message.type) {
    case HubMessageType::Invocation:
        called(message);
        return;
    case HubMessageType::StreamItem:
        calls.takeItem(id, toJson(message.value));
        return;
    case HubMessageType::Completion:
        if (message.error.isEmpty())
            calls.takeCompletion(id, toJson(message.value));
        else
            calls.takeCompletion(id, failure(Kind::Hub, QString::fromUtf8(message.error)));
        return;
    default:
        return; // Servers do not send the others.
    }
}

void HubConnectionPrivate::called(const HubMessage &message)
{
    // Owned copies: handlers may bring the next message.
    const QByteArray id = message.invocationId.toByteArray();
    const QString target = QString::fromUtf8(message.target);
    const QJsonArray arguments = toJson(message.arguments);
    for (const HubConnection::Handler &handler : handlers.handlers(target))
        handler(arguments);
    if (!id.isEmpty())
        respond(id, target, arguments);
}

void HubConnectionPrivate::respond(const QByteArray &id, const QString &target, const QJsonArray &arguments)
{
    const HubConnection::Responder responder = handlers.responder(target);
    if (!responder || m_unanswered >= options.maximumWaitingCalls) {
        answer(id,
               failure(Kind::Hub,
                       responder ? QStringLiteral("The client has too many calls to answer.")
                                 : QStringLiteral("Client didn't provide a result.")));
        return;
    }
    using Watcher = QFutureWatcher<Result<QJsonValue>>;
    auto *watcher = new Watcher(this);
    ++m_unanswered;
    connect(watcher, &Watcher::finished, this, [this, watcher, id, asked = QPointer<HubLink>(link.get())] {
        --m_unanswered;
        watcher->deleteLater();
        if (!asked || asked != link.get())
            return; // Whoever asked is gone.
        if (watcher->isCanceled() || watcher->future().resultCount() == 0)
            answer(id, failure(Kind::Hub, QStringLiteral("Client didn't provide a result.")));
        else
            answer(id, watcher->result());
    });
    watcher->setFuture(responder(arguments));
}

void HubConnectionPrivate::answer(const QByteArray &id, const Result<QJsonValue> &result)
{
    if (!link)
        return;
    const ClientProtocol &protocol = link->protocol();
    link->sendAlways(result ? protocol.result(id, *result) : protocol.failure(id, result.error().message));
}

} // namespace hudhud::client
