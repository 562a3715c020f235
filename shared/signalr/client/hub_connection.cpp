// SPDX-License-Identifier: GPL-3.0-or-later
#include "signalr/client/hub_connection.h"

#include "signalr/client/hub_connection_private.h"

namespace hudhud::client {

HubConnection::HubConnection(const QUrl &hub, HubConnectionOptions options, QObject *parent)
    : QObject(parent)
    , m_private(std::make_unique<HubConnectionPrivate>(*this, hub, std::move(options)))
{
}

HubConnection::~HubConnection()
{
    // Streams and uploads speak to the private part when they go.
    qDeleteAll(findChildren<HubStream *>(Qt::FindDirectChildrenOnly));
    qDeleteAll(findChildren<HubUpload *>(Qt::FindDirectChildrenOnly));
}

HubConnection::State HubConnection::state() const
{
    return m_private->state;
}

QString HubConnection::connectionId() const
{
    return m_private->state == State::Connected ? m_private->link->connectionId() : QString();
}

const HubConnectionOptions &HubConnection::options() const
{
    return m_private->options;
}

QFuture<Result<void>> HubConnection::start()
{
    return m_private->start();
}

QFuture<void> HubConnection::stop()
{
    return m_private->stop();
}

QFuture<Result<QJsonValue>> HubConnection::invoke(const QString &method, const Arguments &arguments,
                                                  const QList<HubUpload *> &uploads)
{
    Result<OutgoingCall> call
        = m_private->calls.prepare(HubMessageType::Invocation, method, arguments, uploads);
    if (!call)
        return QtFuture::makeReadyFuture(Result<QJsonValue>(std::unexpected(call.error())));
    call->id = m_private->calls.takeId();
    if (const Result<void> sent = m_private->sendCall(*call, uploads); !sent)
        return QtFuture::makeReadyFuture(Result<QJsonValue>(std::unexpected(sent.error())));
    return m_private->calls.addCall(call->id);
}

Result<void> HubConnection::send(const QString &method, const Arguments &arguments,
                                 const QList<HubUpload *> &uploads)
{
    const Result<OutgoingCall> call
        = m_private->calls.prepare(HubMessageType::Invocation, method, arguments, uploads);
    return call ? m_private->sendCall(*call, uploads) : std::unexpected(call.error());
}

HubStream *HubConnection::stream(const QString &method, const Arguments &arguments,
                                 const QList<HubUpload *> &uploads)
{
    CallTable &calls = m_private->calls;
    HubStream *stream = calls.createStream(this);
    Result<OutgoingCall> call = calls.prepare(HubMessageType::StreamInvocation, method, arguments, uploads);
    if (!call) {
        CallTable::failLater(*stream, call.error());
        return stream;
    }
    call->id = calls.takeId();
    if (const Result<void> sent = m_private->sendCall(*call, uploads); sent)
        calls.addStream(call->id, *stream);
    else
        CallTable::failLater(*stream, sent.error());
    return stream;
}

HubUpload *HubConnection::createUpload()
{
    return m_private->calls.createUpload(this);
}

void HubConnection::on(const QString &target, Handler handler)
{
    m_private->handlers.add(target, std::move(handler));
}

void HubConnection::respondTo(const QString &target, Responder responder)
{
    m_private->handlers.setResponder(target, std::move(responder));
}

void HubConnection::off(const QString &target)
{
    m_private->handlers.remove(target);
}

qint64 HubConnection::bytesUnsent() const
{
    return m_private->link ? m_private->link->bytesUnsent() : 0;
}

} // namespace hudhud::client
