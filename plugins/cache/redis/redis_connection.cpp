// SPDX-License-Identifier: GPL-3.0-or-later
#include "redis_connection.h"

#include <QFile>
#include <QRandomGenerator>
#include <QSslConfiguration>
#include <QSslKey>

#include <algorithm>

namespace hudhud {

namespace {

QByteArray encoded(const RedisConnection::Command &command)
{
    QByteArray bytes = '*' + QByteArray::number(command.size()) + "\r\n";
    for (const QByteArray &word : command)
        bytes += '$' + QByteArray::number(word.size()) + "\r\n" + word + "\r\n";
    return bytes;
}

} // namespace

RedisConnection::RedisConnection(const RedisOptions &options, RedisEndpoint endpoint)
    : m_options(options)
    , m_endpoint(std::move(endpoint))
    , m_socket(this)
    , m_deadlineTimer(this)
    , m_reconnectTimer(this)
    , m_delay(m_options.reconnectDelay)
{
    m_reconnectTimer.setSingleShot(true);
    connect(&m_reconnectTimer, &QTimer::timeout, this, &RedisConnection::open);
    connect(&m_deadlineTimer, &QTimer::timeout, this, &RedisConnection::checkDeadline);
    if (m_options.isTls)
        connect(&m_socket, &QSslSocket::encrypted, this, &RedisConnection::logIn);
    else
        connect(&m_socket, &QSslSocket::connected, this, &RedisConnection::logIn);
    connect(&m_socket, &QSslSocket::readyRead, this, &RedisConnection::read);
    connect(&m_socket, &QSslSocket::errorOccurred, this, [this] {
        fail({ErrorCode::ConnectionLost, QStringLiteral("Redis: %1.").arg(m_socket.errorString())});
    });
}

RedisConnection::~RedisConnection()
{
    m_socket.disconnect(this);
}

void RedisConnection::open()
{
    m_reader.reset(redisReaderCreate());
    m_sentScripts.clear();
    m_isOpening = true;
    m_opening = std::chrono::steady_clock::now();
    m_deadlineTimer.start(std::max(m_options.timeout / 4, std::chrono::milliseconds(1)));
    m_socket.setSocketOption(QAbstractSocket::LowDelayOption, 1);
    if (!m_options.isTls) {
        m_socket.connectToHost(m_endpoint.host, m_endpoint.port);
        return;
    }
    QSslConfiguration tls = QSslConfiguration::defaultConfiguration();
    if (!m_options.tlsRootCertificate.isEmpty())
        tls.setCaCertificates(QSslCertificate::fromPath(m_options.tlsRootCertificate));
    if (!m_options.tlsCertificate.isEmpty()) {
        tls.setLocalCertificateChain(QSslCertificate::fromPath(m_options.tlsCertificate));
        if (QFile file(m_options.tlsKey); file.open(QIODevice::ReadOnly)) {
            const QByteArray pem = file.readAll();
            const QSslKey key(pem, QSsl::Rsa);
            tls.setPrivateKey(key.isNull() ? QSslKey(pem, QSsl::Ec) : key);
        }
    }
    m_socket.setSslConfiguration(tls);
    m_socket.connectToHostEncrypted(m_endpoint.host, m_endpoint.port,
                                    m_options.tlsServerName.isEmpty() ? m_endpoint.host : m_options.tlsServerName);
}

void RedisConnection::append(const Command &command)
{
    if (m_output.isEmpty() && m_isReady)
        QMetaObject::invokeMethod(this, &RedisConnection::flush, Qt::QueuedConnection);
    m_output += encoded(command);
}

void RedisConnection::flush()
{
    if (m_isReady)
        m_socket.write(std::exchange(m_output, {}));
}

void RedisConnection::send(const Command &command, Answer answer)
{
    if (!isHopeful()) {
        answer(std::unexpected(Error(ErrorCode::ConnectionLost, QStringLiteral("Redis is not connected."))));
        return;
    }
    append(command);
    m_waiting.push_back({std::move(answer), std::chrono::steady_clock::now() + m_options.timeout});
}

void RedisConnection::call(const RedisScriptCall &call, bool isAsking, Answer answer)
{
    if (isAsking)
        send({"ASKING"}, [](const Result<const redisReply *> &) {});
    Command command;
    command.reserve(3 + call.keys.size() + call.arguments.size());
    if (m_sentScripts.contains(call.script))
        command = {"EVALSHA", call.script->name};
    else
        command = {"EVAL", call.script->text};
    if (isHopeful())
        m_sentScripts.insert(call.script);
    command.push_back(QByteArray::number(call.keys.size()));
    command.insert(command.end(), call.keys.begin(), call.keys.end());
    command.insert(command.end(), call.arguments.begin(), call.arguments.end());
    send(command, std::move(answer));
}

void RedisConnection::logIn()
{
    if (m_options.password.isEmpty()) {
        becomeReady();
        return;
    }
    Command command{"AUTH"};
    if (!m_options.user.isEmpty())
        command.push_back(m_options.user);
    command.push_back(m_options.password);
    // Before the commands that wait for the connection.
    m_socket.write(encoded(command));
    m_waiting.push_front({[this](Result<const redisReply *> reply) {
                              if (!reply)
                                  return;
                              if ((*reply)->type == REDIS_REPLY_ERROR)
                                  fail({ErrorCode::ConnectionLost, QStringLiteral("Redis refuses the user or password.")});
                              else
                                  becomeReady();
                          },
                          std::chrono::steady_clock::now() + m_options.timeout});
}

void RedisConnection::becomeReady()
{
    m_isOpening = false;
    m_isReady = true;
    m_delay = m_options.reconnectDelay;
    flush();
    Q_EMIT ready();
}

void RedisConnection::read()
{
    const QByteArray bytes = m_socket.readAll();
    redisReaderFeed(m_reader.get(), bytes.constData(), static_cast<std::size_t>(bytes.size()));
    while (m_reader) {
        void *raw = nullptr;
        if (redisReaderGetReply(m_reader.get(), &raw) != REDIS_OK) {
            fail({ErrorCode::ConnectionLost, QStringLiteral("Redis sent what is not its protocol.")});
            return;
        }
        if (!raw)
            return;
        const std::unique_ptr<void, decltype(&freeReplyObject)> reply(raw, freeReplyObject);
        const auto *read = static_cast<const redisReply *>(raw);
        if (m_waiting.empty()) {
            Q_EMIT pushed(read);
            continue;
        }
        Answer answer = std::move(m_waiting.front().answer);
        m_waiting.pop_front();
        answer(read);
    }
}

void RedisConnection::checkDeadline()
{
    const auto now = std::chrono::steady_clock::now();
    if ((m_isOpening && now - m_opening >= m_options.timeout) || (!m_waiting.empty() && m_waiting.front().deadline <= now))
        fail({ErrorCode::Timeout, QStringLiteral("Redis did not answer within command_timeout.")});
}

void RedisConnection::fail(const Error &error)
{
    if (!m_reader)
        return;
    m_reader.reset();
    m_isReady = false;
    m_isOpening = false;
    m_hasFailed = true;
    m_output.clear();
    m_deadlineTimer.stop();
    m_socket.abort();
    for (Waiting &waiting : std::exchange(m_waiting, {}))
        waiting.answer(std::unexpected(error));
    const auto half = m_delay / 2;
    m_reconnectTimer.start(half + std::chrono::milliseconds(QRandomGenerator::global()->bounded(int(half.count()) + 1)));
    m_delay = std::min(m_delay * 2, m_options.maximumReconnectDelay);
    Q_EMIT lost();
}

} // namespace hudhud
