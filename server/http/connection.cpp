// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/connection.h"

#include "http/endpoint_context.h"
#include "http/http_session.h"

namespace hudhud {

namespace {

/// How long a closing connection waits for the peer's end.
constexpr std::chrono::milliseconds LingerTime{2'000};

} // namespace

Connection::Connection(EndpointContext &context, const QHostAddress &peerAddress)
    : m_context(context)
    , m_protocol(std::make_unique<HttpSession>(*this))
    , m_peerAddress(peerAddress)
{
}

Connection::~Connection()
{
    if (!std::exchange(m_isFinished, true))
        m_protocol->ended();
}

void Connection::start(List::iterator position, std::unique_ptr<Link> link)
{
    m_position = position;
    m_link = std::move(link);
    setDeadline(m_context.options.headTimeout);
}

void Connection::linkReadable()
{
    do {
        if (m_isPaused || m_isAborted || m_isFinished)
            return;
        QByteArray &buffer = m_context.readBuffer;
        qsizetype length = 0;
        const Link::ReadState state = m_link->read({buffer.data(), std::size_t(buffer.size())}, length);
        deliver({buffer.data(), std::size_t(length)});
        if (state == Link::ReadState::Open)
            continue;
        m_link->setReading(false);
        m_hasPeerFinished = true;
        if (state == Link::ReadState::Broken || (m_isClosing && bytesUnsent() == 0))
            abort();
        else if (!m_isClosing)
            m_protocol->peerFinished();
        return;
    } while (m_link->hasUnannouncedBytes());
}

void Connection::pauseReading()
{
    if (!std::exchange(m_isPaused, true))
        m_link->setReading(false);
}

bool Connection::unpauseReading()
{
    if (!m_isPaused || m_isAborted || m_isFinished)
        return false;
    m_isPaused = false;
    m_link->setReading(true);
    return true;
}

void Connection::deliver(std::span<char> bytes)
{
    if (!bytes.empty() && !m_isClosing)
        m_protocol->received(bytes);
}

void Connection::write(QByteArrayView bytes)
{
    if (m_isFinished || m_isAborted || m_isSendingShutDown || bytes.isEmpty())
        return;
    if (!m_link->write(bytes))
        abort();
}

qint64 Connection::bytesUnsent() const
{
    return m_isFinished ? 0 : m_link->bytesUnsent();
}

void Connection::linkWritten()
{
    if (m_isFinished || m_isAborted)
        return;
    if (!m_isClosing)
        m_protocol->written();
    else if (bytesUnsent() == 0)
        shutDownSending();
    else
        setDeadline(m_context.options.idleTimeout); // slow, but it moves
}

void Connection::closeAfterWriting()
{
    if (m_isFinished || m_isAborted || std::exchange(m_isClosing, true))
        return;
    setDeadline(m_context.options.idleTimeout);
    unpauseReading(); // what is unread has to be read for the peer's end to be seen
    if (bytesUnsent() == 0)
        shutDownSending();
}

void Connection::shutDownSending()
{
    if (std::exchange(m_isSendingShutDown, true))
        return;
    setDeadline(LingerTime);
    if (m_hasPeerFinished || !m_link->finishSending())
        abort(); // there is nothing to wait for
}

void Connection::abort()
{
    if (m_isFinished || std::exchange(m_isAborted, true))
        return;
    m_isClosing = true;
    requestTurnEnd();
}

void Connection::setDeadline(std::chrono::milliseconds fromNow)
{
    m_context.deadlines.set(*this, fromNow);
}

void Connection::clearDeadline()
{
    m_context.deadlines.clear(*this);
}

void Connection::deadlineExpired()
{
    if (m_isFinished)
        return;
    if (m_isClosing)
        finish();
    else
        m_protocol->deadlineExpired();
}

void Connection::requestTurnEnd()
{
    if (m_isFinished || std::exchange(m_isTurnEndRequested, true))
        return;
    m_context.turnEnders.push_back(this);
    m_context.wakeTurnEnd();
}

void Connection::turnEnded()
{
    m_isTurnEndRequested = false;
    m_formerProtocol.reset();
    if (m_isFinished)
        return;
    if (m_isAborted)
        finish();
    else
        m_protocol->turnEnded();
}

void Connection::drain()
{
    if (!m_isFinished && !m_isClosing)
        m_protocol->drain();
}

void Connection::replaceProtocol(std::unique_ptr<Protocol> protocol)
{
    m_formerProtocol = std::exchange(m_protocol, std::move(protocol));
    requestTurnEnd();
}

void Connection::finish()
{
    if (std::exchange(m_isFinished, true))
        return;
    clearDeadline();
    m_link->drop();
    m_protocol->ended();
    m_context.ended.splice(m_context.ended.end(), m_context.connections, m_position);
    m_context.connectionEnded(m_peerAddress);
    m_context.wakeTurnEnd();
}

} // namespace hudhud
