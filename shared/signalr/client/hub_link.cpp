// SPDX-License-Identifier: GPL-3.0-or-later
#include "signalr/client/hub_link.h"

#include "signalr/client/access_token.h"
#include "signalr/handshake.h"
#include "signalr/json_hub_protocol.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QPointer>

#include <utility>

namespace hudhud::client {

namespace {

using Kind = HubError::Kind;

/// Types 1 to 5: those that stateful reconnect counts.
bool isTracked(HubMessageType type)
{
    return type <= HubMessageType::CancelInvocation;
}

} // namespace

HubLink::HubLink(const QUrl &hub, HttpClient &http)
    : m_http(http)
    , m_options(http.options())
    , m_protocol(ClientProtocol::create(m_options.protocol))
    , m_connector(std::make_unique<Connector>(hub, m_protocol->hub().transferFormat(), http))
    , m_replay(m_options.statefulBufferSize)
{
    for (QTimer *timer : {&m_deadline, &m_serverTimer, &m_keepAliveTimer, &m_ackTimer})
        timer->setSingleShot(true);
    m_deadline.setInterval(m_options.handshakeTimeout);
    m_serverTimer.setInterval(m_options.serverTimeout);
    m_keepAliveTimer.setInterval(m_options.keepAliveInterval);
    m_ackTimer.setInterval(m_options.acknowledgementInterval);
    connect(m_connector.get(), &Connector::connected, this, &HubLink::connected);
    connect(m_connector.get(), &Connector::failed, this,
            [this](const HubError &error) { finish(error, true); });
    connect(&m_deadline, &QTimer::timeout, this, [this] {
        finish({.kind = Kind::Timeout,
                .message = QStringLiteral("The server did not answer the handshake in time.")},
               true);
    });
    connect(&m_serverTimer, &QTimer::timeout, this, &HubLink::silence);
    connect(&m_keepAliveTimer, &QTimer::timeout, this, [this] { write(m_protocol->ping()); });
    connect(&m_ackTimer, &QTimer::timeout, this, [this] {
        if (m_canWrite)
            write(m_protocol->ack(m_replay.lastReceived()));
    });
}

HubLink::~HubLink()
{
    if (m_transport)
        m_transport->disconnect(this);
}

void HubLink::open()
{
    m_connector->start();
}

void HubLink::connected()
{
    m_connectionId = m_connector->connectionId();
    m_target = m_connector->target();
    m_isStateful = m_connector->isStateful();
    m_hasRedirectToken = m_connector->hasRedirectToken();
    adopt(m_connector->takeTransport());
    m_connector.release()->deleteLater();
    m_state = State::Handshaking;
    m_deadline.start();
    m_transport->send(m_protocol->handshake(m_isStateful ? HighestHubProtocolVersion : 1));
}

void HubLink::adopt(std::unique_ptr<Transport> transport)
{
    m_transport = std::move(transport);
    connect(m_transport.get(), &Transport::received, this, &HubLink::bytesArrived);
    connect(m_transport.get(), &Transport::closed, this, &HubLink::transportClosed);
}

void HubLink::dropTransport()
{
    m_canWrite = false;
    m_serverTimer.stop();
    m_keepAliveTimer.stop();
    if (!m_transport)
        return;
    m_transport->disconnect(this);
    m_transport.release()->deleteLater();
}

void HubLink::transportClosed(const HubError &error)
{
    if (m_state == State::Closing) {
        finish({}, false);
        return;
    }
    HubError reason = error;
    if (!reason.isError())
        reason
            = {.kind = Kind::ConnectionLost, .message = QStringLiteral("The server ended the connection.")};
    if (m_state == State::Open && m_isStateful)
        resume(reason);
    else
        finish(reason, true);
}

void HubLink::bytesArrived(const QByteArray &bytes)
{
    if (m_state == State::Closed)
        return;
    if (m_state != State::Handshaking && !m_transport->hasOwnKeepAlive())
        m_serverTimer.start();
    m_input.append(bytes);
    if (m_state == State::Handshaking)
        takeHandshake();
    if (m_state != State::Handshaking)
        takeMessages();
}

void HubLink::takeHandshake()
{
    const qsizetype length = m_input.indexOf(RecordSeparator) + 1;
    if (length == 0) {
        if (m_input.size() > m_options.maximumMessageSize)
            protocolError(QStringLiteral("The server's answer to the handshake is too long."));
        return;
    }
    const QJsonDocument document = QJsonDocument::fromJson(m_input.first(length - 1));
    m_input.remove(0, length);
    const QJsonObject answer = document.object();
    if (!document.isObject() || answer.contains(QLatin1String("type"))) {
        protocolError(QStringLiteral("The server did not answer the handshake."));
        return;
    }
    if (const QString error = answer.value(QLatin1String("error")).toString(); !error.isEmpty()) {
        finish(
            {.kind = Kind::Refused, .message = QStringLiteral("The server refused the handshake: ") + error},
            true);
        return;
    }
    m_deadline.stop();
    m_state = State::Open;
    m_canWrite = true;
    if (!m_transport->hasOwnKeepAlive()) {
        m_serverTimer.start();
        write(m_protocol->ping()); // Some servers hold pushes back until the first message.
    }
    Q_EMIT opened();
}

void HubLink::takeMessages()
{
    // A handler may run an event loop of its own: whatever it brings is taken behind what is already here.
    const QPointer<HubLink> self(this);
    qsizetype length = 0;
    while (self && m_state != State::Closed && (length = m_protocol->hub().messageLength(m_input)) > 0) {
        if (length > m_options.maximumMessageSize)
            break;
        const QByteArray framed = m_input.first(length);
        m_input.remove(0, length);
        HubMessage message = std::move(m_message);
        switch (m_protocol->hub().parse(framed, message)) {
        case HubProtocol::Outcome::Malformed:
            protocolError(QStringLiteral("The server sent a malformed message."));
            return;
        case HubProtocol::Outcome::Ignored:
            break;
        case HubProtocol::Outcome::Parsed:
            take(message);
            break;
        }
        if (self)
            m_message = std::move(message);
    }
    if (!self || m_state == State::Closed)
        return;
    if (length < 0)
        protocolError(QStringLiteral("The server sent bytes that are no message."));
    else if (m_input.size() > m_options.maximumMessageSize)
        protocolError(QStringLiteral("The server sent a message that is longer than maximumMessageSize."));
}

void HubLink::take(const HubMessage &message)
{
    if (m_state == State::Resuming && message.type != HubMessageType::Sequence)
        return; // It belongs to a count that is not known yet; the server repeats it.
    if (m_isStateful && isTracked(message.type)) {
        if (!m_ackTimer.isActive())
            m_ackTimer.start();
        if (!m_replay.receive())
            return;
    }
    switch (message.type) {
    case HubMessageType::Ping:
        return;
    case HubMessageType::Close:
        finish({.kind = message.error.isEmpty() ? Kind::None : Kind::Refused,
                .message = QString::fromUtf8(message.error)},
               message.allowReconnect);
        return;
    case HubMessageType::Ack:
        if (m_isStateful && !m_replay.acknowledge(message.sequenceId))
            protocolError(QStringLiteral("The server acknowledged messages that were never sent."));
        else
            sendWaiting();
        return;
    case HubMessageType::Sequence:
        if (m_isStateful)
            takeSequence(message.sequenceId);
        return;
    default:
        if (m_state != State::Closing)
            Q_EMIT received(message);
    }
}

void HubLink::takeSequence(qint64 number)
{
    if (!m_replay.resumeReceivingAt(number)) {
        protocolError(QStringLiteral("The server resumes behind messages that never arrived."));
        return;
    }
    if (m_state == State::Resuming) {
        m_deadline.stop();
        m_state = State::Open;
    }
}

Result<void> HubLink::send(const QByteArray &message)
{
    if (m_state != State::Open && m_state != State::Resuming)
        return failure(Kind::NotConnected, QStringLiteral("The connection is closing."));
    if (bytesUnsent() > 0 && bytesUnsent() + message.size() > m_options.maximumUnsentBytes)
        return failure(Kind::QueueFull, QStringLiteral("More than maximumUnsentBytes wait to be sent."));
    sendAlways(message);
    return {};
}

void HubLink::sendAlways(const QByteArray &message)
{
    if (m_state != State::Open && m_state != State::Resuming)
        return;
    if (!m_isStateful) {
        write(message);
        return;
    }
    m_waiting.push_back(message);
    m_waitingBytes += message.size();
    sendWaiting();
}

void HubLink::sendWaiting()
{
    while (!m_waiting.empty() && m_replay.hasRoomFor(m_waiting.front().size())) {
        const QByteArray message = std::move(m_waiting.front());
        m_waiting.pop_front();
        m_waitingBytes -= message.size();
        m_replay.append(message);
        if (m_canWrite)
            write(message);
    }
}

void HubLink::write(const QByteArray &message)
{
    if (!m_transport->hasOwnKeepAlive())
        m_keepAliveTimer.start();
    m_transport->send(message);
}

qint64 HubLink::bytesUnsent() const
{
    return m_waitingBytes + (m_transport && m_canWrite ? m_transport->bytesUnsent() : 0);
}

void HubLink::silence()
{
    const HubError reason{.kind = Kind::Timeout,
                          .message = QStringLiteral("The server was silent for longer than serverTimeout.")};
    if (m_state == State::Open && m_isStateful)
        resume(reason);
    else
        finish(reason, true);
}

void HubLink::resume(const HubError &reason)
{
    dropTransport();
    m_input.clear(); // The server repeats a message that came in part.
    m_state = State::Resuming;
    m_ackTimer.stop();
    m_deadline.start();
    if (m_hasRedirectToken) {
        openAgain();
        return;
    }
    auto *request = new AccessTokenRequest(m_options, this);
    connect(request, &AccessTokenRequest::succeeded, this, [this, request](const QByteArray &token) {
        request->deleteLater();
        m_target.token = token;
        if (m_state == State::Resuming)
            openAgain();
    });
    connect(request, &AccessTokenRequest::failed, this, [this, reason] { finish(reason, true); });
}

void HubLink::openAgain()
{
    adopt(Transport::create(TransportKind::WebSockets, m_http));
    connect(m_transport.get(), &Transport::opened, this, &HubLink::resumed);
    m_transport->open(m_target);
}

void HubLink::resumed()
{
    m_canWrite = true;
    m_serverTimer.start();
    write(m_protocol->sequence(m_replay.firstNumber()));
    for (const QByteArray &message : m_replay.messages())
        write(message);
}

void HubLink::close()
{
    if (m_state != State::Open || !m_transport) {
        dropTransport();
        QMetaObject::invokeMethod(
            this, [this] { finish({}, false); }, Qt::QueuedConnection);
        return;
    }
    m_state = State::Closing;
    write(m_protocol->close());
    m_canWrite = false;
    m_keepAliveTimer.stop();
    m_serverTimer.stop();
    m_transport->close();
}

void HubLink::finish(const HubError &error, bool mayReturn)
{
    if (std::exchange(m_state, State::Closed) == State::Closed)
        return;
    dropTransport();
    m_deadline.stop();
    m_ackTimer.stop();
    Q_EMIT closed(error, mayReturn);
}

void HubLink::protocolError(const QString &message)
{
    finish({.kind = Kind::Protocol, .message = message}, true);
}

} // namespace hudhud::client
