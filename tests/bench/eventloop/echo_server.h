// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QThread>

#include <memory>

namespace hudhud {

enum class DispatcherKind { QtDefault, QtPoll, Epoll };

/// The measured side: a QTcpServer in a thread with the dispatcher in question. Greets each connection with
/// one byte and sends back what it gets, through QTcpSocket. The constructor returns when it listens.
class EchoServer
{
public:
    explicit EchoServer(DispatcherKind kind);
    ~EchoServer();
    EchoServer(const EchoServer &) = delete;
    EchoServer &operator=(const EchoServer &) = delete;

    quint16 port() const { return m_port; }
    /// The dispatcher's class.
    const QByteArray &dispatcherName() const { return m_dispatcherName; }

private:
    std::unique_ptr<QThread> m_thread;
    quint16 m_port = 0;
    QByteArray m_dispatcherName;
};

} // namespace hudhud
