// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "http/deadline_wheel.h"
#include "http/link.h"

#include <QByteArrayView>
#include <QHostAddress>

#include <list>
#include <memory>
#include <span>
#include <utility>

namespace hudhud {

class Connection;
struct EndpointContext;

/// What is spoken on a connection: HTTP first, WebSocket after an upgrade. Thread: the connection's I/O
/// thread.
class Protocol
{
public:
    virtual ~Protocol() = default;
    /// New bytes; they may be changed in place and are gone when this returns.
    virtual void received(std::span<char> bytes) = 0;
    /// The kernel took bytes that had been waiting.
    virtual void written() = 0;
    /// End of a loop turn in which `Connection::requestTurnEnd` was called.
    virtual void turnEnded() = 0;
    virtual void deadlineExpired() = 0;
    /// The peer will send nothing more; whether it still reads is unknown.
    virtual void peerFinished() = 0;
    /// The link is gone; nothing can be sent any more. Called once, last.
    virtual void ended() = 0;
    /// The server stops: finish what is under way, then close.
    virtual void drain() = 0;
};

/// One accepted connection and the protocol on it. Thread: its I/O thread. Ownership: the endpoint's list;
/// destroyed in a later loop turn than the one in which the link ended.
class Connection final : public DeadlineEntry, private Link::Listener
{
public:
    using List = std::list<std::unique_ptr<Connection>>;

    Connection(EndpointContext &context, const QHostAddress &peerAddress);
    ~Connection() override;

    /// Once, with the connection's place in the endpoint's list.
    void start(List::iterator position, std::unique_ptr<Link> link);
    /// What the link has to be made with.
    Link::Listener &linkListener() { return *this; }

    void write(QByteArrayView bytes);
    /// Bytes that the kernel has not taken yet.
    qint64 bytesUnsent() const;
    /// Nothing more will be sent: closes when all is written and the peer has closed, or after a short time.
    /// Closing at once would reset the link and could destroy the last answer on its way.
    void closeAfterWriting();
    bool isClosing() const { return m_isClosing; }
    /// Drops the link at the end of the loop turn; nothing is read or written until then.
    void abort();

    /// Bytes stay with the kernel until reading goes on, so the peer is slowed down.
    void pauseReading();
    bool isPaused() const { return m_isPaused; }
    /// Result: whether reading had been paused; `readOn` then takes what is waiting.
    bool unpauseReading();
    void readOn() { linkReadable(); }
    /// Gives bytes that were read already to the present protocol.
    void deliver(std::span<char> bytes);

    /// Each deadline replaces the one before.
    void setDeadline(std::chrono::milliseconds fromNow);
    void clearDeadline();
    /// Calls Protocol::turnEnded once, after everything else of this loop turn.
    void requestTurnEnd();
    void turnEnded();
    void drain();

    /// The old protocol is destroyed at the end of the loop turn.
    void replaceProtocol(std::unique_ptr<Protocol> protocol);

    EndpointContext &context() { return m_context; }
    const QHostAddress &peerAddress() const { return m_peerAddress; }
    bool isSecure() const { return m_link->isSecure(); }

protected:
    void deadlineExpired() override;

private:
    void linkReadable() override;
    void linkWritten() override;
    void linkBroken() override { abort(); }
    void finish();
    void shutDownSending();

    EndpointContext &m_context;
    std::unique_ptr<Link> m_link;
    std::unique_ptr<Protocol> m_protocol;
    std::unique_ptr<Protocol> m_formerProtocol;
    List::iterator m_position;
    QHostAddress m_peerAddress;
    bool m_isPaused = false;
    bool m_isClosing = false;
    bool m_isSendingShutDown = false;
    bool m_hasPeerFinished = false;
    bool m_isAborted = false;
    bool m_isFinished = false;
    bool m_isTurnEndRequested = false;
};

} // namespace hudhud
