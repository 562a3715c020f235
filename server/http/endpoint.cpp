// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/endpoint.h"

#include "http/endpoint_context.h"
#include "http/listening_socket.h"
#include "http/plain_link.h"
#include "http/tls_configuration.h"
#include "http/tls_link.h"

#include <QBasicTimer>
#include <QCoreApplication>
#include <QEvent>
#include <QSslConfiguration>
#include <QTcpServer>
#include <QTimerEvent>

#include <sys/socket.h>
#include <unistd.h>

namespace hudhud {

namespace {

QHostAddress peerAddressOf(qintptr descriptor)
{
    sockaddr_storage storage{};
    socklen_t length = sizeof storage;
    auto *const address = reinterpret_cast<sockaddr *>(&storage);
    if (::getpeername(int(descriptor), address, &length) != 0)
        return {};
    return QHostAddress(address);
}

} // namespace

/// Accepts connections, and drives deadlines and loop turns for them.
class Endpoint::Implementation final : public QTcpServer
{
public:
    Implementation(const QByteArray &name, const EndpointOptions &options,
                   std::shared_ptr<ConnectionLimits> limits, MetricsRegistry &metrics);
    ~Implementation() override;

    Result<quint16> open(quint16 port);
    void startDraining(std::chrono::milliseconds deadline, std::function<void()> done);

    EndpointContext context;

protected:
    void incomingConnection(qintptr descriptor) override;
    void timerEvent(QTimerEvent *event) override;
    void customEvent(QEvent *event) override;

private:
    void refuse(qintptr descriptor, ConnectionLimits::Admission admission);
    void wakeTurnEnd();
    void endTurn();
    void forEachConnection(void (Connection::*action)());

    const QByteArray m_name;
    const std::shared_ptr<ConnectionLimits> m_limits;
    std::optional<QSslConfiguration> m_tls;
    QBasicTimer m_ticks;
    std::optional<SteadyTime> m_drainDeadline;
    std::function<void()> m_drained;
    bool m_isTurnEndDue = false;
    bool m_isAcceptingPaused = false;
};

Endpoint::Implementation::Implementation(const QByteArray &name, const EndpointOptions &options,
                                         std::shared_ptr<ConnectionLimits> limits, MetricsRegistry &metrics)
    : context(name, options, metrics)
    , m_name(name)
    , m_limits(std::move(limits))
{
    context.wakeTurnEnd = [this] { wakeTurnEnd(); };
    context.connectionEnded = [this](const QHostAddress &address) {
        m_limits->release(address);
        context.metrics.connections.add(-1);
    };
    // Out of descriptors: Qt stops accepting, the next tick tries again.
    connect(this, &QTcpServer::acceptError, this, [this] { m_isAcceptingPaused = true; });
}

Endpoint::Implementation::~Implementation()
{
    close();
    for (const auto &connection : context.connections)
        context.connectionEnded(connection->peerAddress());
    context.connections.clear();
}

Result<quint16> Endpoint::Implementation::open(quint16 port)
{
    auto tls = loadTlsConfiguration(m_name, context.options);
    if (!tls)
        return std::unexpected(tls.error());
    m_tls = std::move(*tls);
    const auto descriptor = openListeningSocket(m_name, context.options.listen, port);
    if (!descriptor)
        return std::unexpected(descriptor.error());
    if (!setSocketDescriptor(*descriptor)) {
        ::close(int(*descriptor));
        return std::unexpected(Error(ErrorCode::Internal, errorString()));
    }
    m_ticks.start(int(DeadlineWheel::Tick.count()), Qt::CoarseTimer, this);
    return serverPort();
}

void Endpoint::Implementation::incomingConnection(qintptr descriptor)
{
    const QHostAddress address = peerAddressOf(descriptor);
    const auto admission = m_limits->admit(address);
    if (admission != ConnectionLimits::Admission::Admitted) {
        refuse(descriptor, admission);
        return;
    }
    context.metrics.connections.add(1);
    context.connections.push_back(std::make_unique<Connection>(context, address));
    Connection &connection = *context.connections.back();
    std::unique_ptr<Link> link;
    if (m_tls)
        link = std::make_unique<TlsLink>(descriptor, *m_tls, EndpointContext::ReadBufferBytes,
                                         connection.linkListener());
    else
        link = std::make_unique<PlainLink>(descriptor, connection.linkListener());
    connection.start(std::prev(context.connections.end()), std::move(link));
}

/// Says why in one packet where that is possible without waiting for anything.
void Endpoint::Implementation::refuse(qintptr descriptor, ConnectionLimits::Admission admission)
{
    context.metrics.refused(admission == ConnectionLimits::Admission::AddressFull
                                ? EndpointMetrics::Refusal::AddressFull
                                : EndpointMetrics::Refusal::EndpointFull);
    if (!m_tls) {
        HttpResponse refusal = problemResponse(503, "The server has as many connections as it may.");
        refusal.headers = {{"Retry-After", "5"}};
        QByteArray bytes;
        context.responses.append(bytes, refusal, {false, false, false});
        const auto sent = ::send(int(descriptor), bytes.constData(), std::size_t(bytes.size()),
                                 MSG_NOSIGNAL | MSG_DONTWAIT);
        Q_UNUSED(sent); // a peer that cannot take it is refused all the same
    }
    ::close(int(descriptor));
}

void Endpoint::Implementation::wakeTurnEnd()
{
    if (!std::exchange(m_isTurnEndDue, true))
        QCoreApplication::postEvent(this, new QEvent(QEvent::User), Qt::LowEventPriority);
}

void Endpoint::Implementation::customEvent(QEvent *)
{
    endTurn();
}

void Endpoint::Implementation::endTurn()
{
    m_isTurnEndDue = false;
    const std::vector<Connection *> connections = std::exchange(context.turnEnders, {});
    for (Connection *connection : connections)
        connection->turnEnded();
    // What asked again meanwhile still points at its connection, so nothing is destroyed before the next
    // turn.
    if (context.turnEnders.empty())
        context.ended.clear();
    if (context.connections.empty() && context.ended.empty() && m_drained)
        std::exchange(m_drained, nullptr)();
}

void Endpoint::Implementation::timerEvent(QTimerEvent *event)
{
    if (event->timerId() != m_ticks.timerId()) {
        QTcpServer::timerEvent(event);
        return;
    }
    const SteadyTime now = std::chrono::steady_clock::now();
    context.deadlines.advance(now);
    if (std::exchange(m_isAcceptingPaused, false) && isListening())
        resumeAccepting();
    if (m_drainDeadline && now >= *m_drainDeadline) {
        m_drainDeadline.reset();
        forEachConnection(&Connection::abort);
    }
}

void Endpoint::Implementation::startDraining(std::chrono::milliseconds deadline, std::function<void()> done)
{
    close();
    context.isDraining = true;
    m_drained = std::move(done);
    m_drainDeadline = std::chrono::steady_clock::now() + deadline;
    forEachConnection(&Connection::drain);
    wakeTurnEnd();
}

void Endpoint::Implementation::forEachConnection(void (Connection::*action)())
{
    for (const auto &connection : context.connections)
        (connection.get()->*action)();
}

std::shared_ptr<ConnectionLimits> Endpoint::makeLimits(const EndpointOptions &options)
{
    return std::make_shared<ConnectionLimits>(options.maximumConnections,
                                              options.maximumConnectionsPerAddress);
}

Endpoint::Endpoint(const QByteArray &name, const EndpointOptions &options,
                   std::shared_ptr<ConnectionLimits> limits, MetricsRegistry &metrics)
    : m_implementation(std::make_unique<Implementation>(name, options, std::move(limits), metrics))
{
}

Endpoint::~Endpoint() = default;

RouteTable &Endpoint::routes()
{
    return m_implementation->context.routes;
}

Result<quint16> Endpoint::listen(quint16 portFromFirstInstance)
{
    return m_implementation->open(portFromFirstInstance);
}

void Endpoint::stopAccepting()
{
    m_implementation->close();
}

void Endpoint::drain(std::chrono::milliseconds deadline, std::function<void()> done)
{
    m_implementation->startDraining(deadline, std::move(done));
}

qsizetype Endpoint::connectionCount() const
{
    return qsizetype(m_implementation->context.connections.size());
}

} // namespace hudhud
