// SPDX-License-Identifier: GPL-3.0-or-later
#include "echo_server.h"

#include "eventloop/event_dispatcher.h"

#include <QEventLoop>
#include <QTcpServer>
#include <QTcpSocket>

#include <future>

namespace hudhud {

namespace {

void serve(QTcpServer &server)
{
    while (QTcpSocket *socket = server.nextPendingConnection()) {
        socket->setSocketOption(QAbstractSocket::LowDelayOption, 1);
        QObject::connect(socket, &QTcpSocket::readyRead, socket,
                         [socket] { socket->write(socket->readAll()); });
        socket->write("!", 1);
    }
}

} // namespace

EchoServer::EchoServer(DispatcherKind kind)
{
    std::promise<void> isListening;
    m_thread.reset(QThread::create([this, &isListening] {
        QTcpServer server;
        server.setListenBacklogSize(4096);
        server.setMaxPendingConnections(4096);
        QObject::connect(&server, &QTcpServer::newConnection, &server, [&server] { serve(server); });
        if (!server.listen(QHostAddress::LocalHost))
            qFatal("cannot listen: %s", qPrintable(server.errorString()));
        m_port = server.serverPort();
        m_dispatcherName = QAbstractEventDispatcher::instance()->metaObject()->className();
        isListening.set_value();
        QEventLoop().exec();
    }));
    if (kind == DispatcherKind::Epoll)
        m_thread->setEventDispatcher(createEventDispatcher().release());
    // Read by Qt when a thread makes its own dispatcher.
    qputenv("QT_NO_THREADED_GLIB", kind == DispatcherKind::QtPoll ? "1" : "");
    m_thread->start();
    isListening.get_future().wait();
}

EchoServer::~EchoServer()
{
    m_thread->quit();
    m_thread->wait();
}

} // namespace hudhud
