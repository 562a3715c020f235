// SPDX-License-Identifier: GPL-3.0-or-later
#include "dispatcher_kinds.h"

#include <QDeadlineTimer>
#include <QPointer>
#include <QTcpServer>
#include <QTcpSocket>

#include <memory>
#include <vector>

using namespace hudhud;

/// What QTcpServer and QTcpSocket make of the dispatcher's notifiers.
class SocketTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();
    void echoManyMessages();
    void bulkBothWays();
    void readerThatPauses();
    void connectAndCloseManyTimes();
    void refusedConnection();

private:
    std::unique_ptr<QTcpServer> m_server;
};

void SocketTest::init()
{
    m_server = std::make_unique<QTcpServer>();
    QVERIFY(m_server->listen(QHostAddress::LocalHost));
}

void SocketTest::cleanup()
{
    m_server.reset();
}

void SocketTest::echoManyMessages()
{
    connect(m_server.get(), &QTcpServer::newConnection, this, [this] {
        QTcpSocket *socket = m_server->nextPendingConnection();
        connect(socket, &QTcpSocket::readyRead, socket, [socket] { socket->write(socket->readAll()); });
    });
    std::vector<std::unique_ptr<QTcpSocket>> clients;
    int rounds = 0;
    for (int i = 0; i < 20; ++i) {
        clients.push_back(std::make_unique<QTcpSocket>());
        QTcpSocket *client = clients.back().get();
        connect(client, &QTcpSocket::connected, client, [client] { client->write("hello"); });
        connect(client, &QTcpSocket::readyRead, client, [&rounds, client] {
            ++rounds;
            // With and without flush: the write notifier stays off, or goes on for one turn.
            client->write(client->readAll());
            if (rounds % 2 == 0)
                client->flush();
        });
        client->connectToHost(QHostAddress::LocalHost, m_server->serverPort());
    }
    QTRY_VERIFY(rounds >= 2000);
}

void SocketTest::bulkBothWays()
{
    const QByteArray data(4 * 1024 * 1024, 'd');
    QPointer<QTcpSocket> peer;
    connect(m_server.get(), &QTcpServer::newConnection, this, [&] {
        peer = m_server->nextPendingConnection();
        peer->write(data);
    });
    QTcpSocket client;
    client.connectToHost(QHostAddress::LocalHost, m_server->serverPort());
    client.write(data);
    QTRY_VERIFY(peer && peer->bytesAvailable() == data.size() && client.bytesAvailable() == data.size());
    QCOMPARE(client.readAll(), data);
    QCOMPARE(peer->readAll(), data);
}

void SocketTest::readerThatPauses()
{
    const QByteArray data(2 * 1024 * 1024, 'd');
    connect(m_server.get(), &QTcpServer::newConnection, this,
            [&] { m_server->nextPendingConnection()->write(data); });
    QTcpSocket client;
    // A full buffer switches the read notifier off, reading switches it on again.
    client.setReadBufferSize(1000);
    client.connectToHost(QHostAddress::LocalHost, m_server->serverPort());
    qint64 received = 0;
    QDeadlineTimer deadline(20000);
    while (received < data.size() && !deadline.hasExpired()) {
        QCoreApplication::processEvents();
        received += client.readAll().size();
    }
    QCOMPARE(received, qint64(data.size()));
}

void SocketTest::connectAndCloseManyTimes()
{
    // The same few descriptor numbers are used over and over, on both sides.
    int served = 0;
    connect(m_server.get(), &QTcpServer::newConnection, this, [&] {
        while (QTcpSocket *socket = m_server->nextPendingConnection()) {
            connect(socket, &QTcpSocket::readyRead, socket, [&served, socket] {
                ++served;
                socket->write(socket->readAll());
                socket->disconnectFromHost();
            });
            connect(socket, &QTcpSocket::disconnected, socket, &QObject::deleteLater);
        }
    });
    for (int i = 0; i < 300; ++i) {
        QTcpSocket client;
        bool isDone = false;
        connect(&client, &QTcpSocket::disconnected, &client, [&] { isDone = true; });
        client.connectToHost(QHostAddress::LocalHost, m_server->serverPort());
        client.write("x");
        QTRY_VERIFY(isDone);
        QCOMPARE(client.readAll(), QByteArray("x"));
    }
    QCOMPARE(served, 300);
}

void SocketTest::refusedConnection()
{
    const quint16 port = m_server->serverPort();
    m_server->close();
    QTcpSocket client;
    client.connectToHost(QHostAddress::LocalHost, port);
    QTRY_COMPARE(client.error(), QAbstractSocket::ConnectionRefusedError);
}

int main(int argc, char **argv)
{
    return runOnEachDispatcher<SocketTest>(argc, argv);
}

#include "socket_test.moc"
