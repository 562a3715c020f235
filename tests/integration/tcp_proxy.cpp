// SPDX-License-Identifier: GPL-3.0-or-later
#include "tcp_proxy.h"

#include <QRandomGenerator>
#include <QTcpSocket>
#include <QTimer>

#include <sys/socket.h>

#include <utility>

namespace hudhud::test {

namespace {

int randomUpTo(int highest)
{
    return highest > 0 ? static_cast<int>(QRandomGenerator::global()->bounded(qint64(highest) + 1)) : 0;
}

void reset(QTcpSocket &socket)
{
    constexpr linger AtOnce{.l_onoff = 1, .l_linger = 0}; // Makes the end a RST.
    if (socket.socketDescriptor() >= 0)
        setsockopt(static_cast<int>(socket.socketDescriptor()), SOL_SOCKET, SO_LINGER, &AtOnce,
                   sizeof AtOnce);
    socket.abort();
}

} // namespace

/// One client's TCP connection and its continuation to the server.
class ProxyLink final : public QObject
{
public:
    ProxyLink(TcpProxy &proxy, QTcpSocket *client)
        : m_proxy(proxy)
        , m_toServer{.from = *client, .to = m_server}
        , m_toClient{.from = m_server, .to = *client}
    {
        client->setParent(this);
        m_server.connectToHost(proxy.m_server.host(), static_cast<quint16>(proxy.m_server.port()));
        for (Direction *direction : {&m_toServer, &m_toClient}) {
            direction->timer.setSingleShot(true);
            connect(&direction->timer, &QTimer::timeout, this, [this, direction] { forward(*direction); });
            connect(&direction->from, &QTcpSocket::readyRead, this,
                    [this, direction] { schedule(*direction); });
            connect(&direction->from, &QTcpSocket::errorOccurred, this,
                    [direction](QAbstractSocket::SocketError error) {
                        direction->isBroken = error != QAbstractSocket::RemoteHostClosedError;
                    });
            connect(&direction->from, &QTcpSocket::stateChanged, this,
                    [this, direction] { schedule(*direction); });
        }
        client->setSocketOption(QAbstractSocket::LowDelayOption, 1);
        connect(&m_server, &QTcpSocket::connected, this,
                [this] { m_server.setSocketOption(QAbstractSocket::LowDelayOption, 1); });
    }

    ~ProxyLink() override
    {
        // Their ends are of no interest any more.
        m_toServer.from.disconnect(this);
        m_toClient.from.disconnect(this);
    }

    void cut()
    {
        reset(m_toServer.from);
        reset(m_toServer.to);
    }

    void setStalled(bool isStalled)
    {
        m_isStalled = isStalled;
        schedule(m_toServer);
        schedule(m_toClient);
    }

    bool isOver() const
    {
        return m_toServer.from.state() == QAbstractSocket::UnconnectedState
            && m_toServer.to.state() == QAbstractSocket::UnconnectedState;
    }

private:
    struct Direction
    {
        QTcpSocket &from;
        QTcpSocket &to;
        bool isBroken = false;
        QTimer timer{};
    };

    void schedule(Direction &direction)
    {
        const TcpProxy::Delay &delay = m_proxy.m_delay;
        if (!m_isStalled && !direction.timer.isActive())
            direction.timer.start(delay.latency + randomUpTo(delay.jitter));
    }

    void forward(Direction &direction)
    {
        if (m_isStalled)
            return;
        const qint64 waiting = direction.from.bytesAvailable();
        if (waiting == 0) {
            if (direction.from.state() == QAbstractSocket::UnconnectedState)
                end(direction);
            return;
        }
        if (direction.to.state() == QAbstractSocket::UnconnectedState) {
            direction.from.skip(waiting);
            return;
        }
        if (&direction == &m_toClient && std::exchange(m_proxy.m_isCutDue, false)) {
            direction.to.write(direction.from.read(waiting / 2));
            direction.to.flush();
            m_proxy.cut();
            return;
        }
        const int largest = m_proxy.m_delay.largestPiece;
        const bool isWhole = waiting <= largest;
        direction.to.write(direction.from.read(isWhole ? waiting : 1 + randomUpTo(largest - 1)));
        direction.to.flush();
        if (!isWhole || direction.from.state() == QAbstractSocket::UnconnectedState)
            direction.timer.start(1); // So that the pieces do not travel together.
    }

    static void end(Direction &direction)
    {
        if (direction.isBroken)
            reset(direction.to);
        else if (direction.to.state() != QAbstractSocket::UnconnectedState)
            direction.to.disconnectFromHost();
    }

    TcpProxy &m_proxy;
    QTcpSocket m_server;
    Direction m_toServer;
    Direction m_toClient;
    bool m_isStalled = false;
};

TcpProxy::TcpProxy(const QUrl &server)
    : m_server(server)
{
    connect(&m_listener, &QTcpServer::newConnection, this, &TcpProxy::accept);
    m_listener.listen(QHostAddress::LocalHost);
}

TcpProxy::~TcpProxy() = default;

void TcpProxy::cut()
{
    for (const auto &link : m_links)
        link->cut();
}

void TcpProxy::stall()
{
    for (const auto &link : m_links)
        link->setStalled(true);
}

void TcpProxy::resume()
{
    for (const auto &link : m_links)
        link->setStalled(false);
}

void TcpProxy::accept()
{
    m_links.remove_if([](const auto &link) { return link->isOver(); });
    while (QTcpSocket *client = m_listener.nextPendingConnection()) {
        if (!m_isRefusing) {
            m_links.push_back(std::make_unique<ProxyLink>(*this, client));
            continue;
        }
        ++m_refused;
        reset(*client);
        client->deleteLater();
    }
}

} // namespace hudhud::test
