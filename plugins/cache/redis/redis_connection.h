// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "redis_endpoint.h"
#include "redis_scripts.h"

#include "core/error.h"

#include <QSet>
#include <QSslSocket>
#include <QTimer>

#include <chrono>
#include <deque>
#include <functional>
#include <memory>
#include <vector>

#include <hiredis/hiredis.h>

namespace hudhud {

/// Settings of the plugin that concern a connection; metadata.json describes them.
struct RedisOptions
{
    /// One server; or, of a cluster, nodes of which one suffices to learn of the others.
    std::vector<RedisEndpoint> seeds;
    bool isCluster = false;
    QByteArray user;
    QByteArray password;
    bool isTls = false;
    QString tlsRootCertificate;
    QString tlsCertificate;
    QString tlsKey;
    QString tlsServerName;
    std::chrono::milliseconds timeout{2'000};
    std::chrono::milliseconds reconnectDelay{100};
    std::chrono::milliseconds maximumReconnectDelay{5'000};
    std::chrono::milliseconds mapRefreshInterval{250};
    int maximumRedirects = 5;
};

/// One connection that opens itself again, with RESP2 (https://redis.io/docs/reference/protocol-spec/) by hiredis' reader.
/// Commands of one turn of the event loop are written together. Thread: the one that made it, which runs an event loop.
class RedisConnection : public QObject
{
    Q_OBJECT

public:
    using Command = std::vector<QByteArray>;
    /// Called exactly once; the reply lives as long as the call. Errors: ConnectionLost, Timeout.
    using Answer = std::move_only_function<void(Result<const redisReply *>)>;

    RedisConnection(const RedisOptions &options, RedisEndpoint endpoint);
    ~RedisConnection() override;

    void open();
    const RedisEndpoint &endpoint() const { return m_endpoint; }
    /// Where to connect from the next time on.
    void setEndpoint(const RedisEndpoint &endpoint) { m_endpoint = endpoint; }
    /// Waits for the first attempt to connect; later, while there is no connection, fails at once.
    void send(const Command &command, Answer answer);
    /// The text of a script goes to the server once for each connection, afterwards its name. `isAsking`: the server takes it
    /// although it does not hold the slot yet.
    void call(const RedisScriptCall &call, bool isAsking, Answer answer);
    /// The server has forgotten the script: its text is sent with the next call.
    void forget(const RedisScript *script) { m_sentScripts.remove(script); }
    /// For commands whose replies are pushed, such as SUBSCRIBE.
    void sendUnanswered(const Command &command) { append(command); }
    bool isReady() const { return m_isReady; }
    /// Nobody waits for an answer.
    bool isIdle() const { return m_waiting.empty(); }
    /// Loses the connection for a reason, and opens it again.
    void fail(const Error &error);

Q_SIGNALS:
    /// Logged in; commands may be sent.
    void ready();
    void lost();
    /// A reply that nobody waits for.
    void pushed(const redisReply *reply);

private:
    struct Waiting
    {
        Answer answer;
        std::chrono::steady_clock::time_point deadline;
    };

    /// Ready, or about to be for the first time.
    bool isHopeful() const { return m_isReady || (m_isOpening && !m_hasFailed); }
    void append(const Command &command);
    void flush();
    void logIn();
    void becomeReady();
    void read();
    void checkDeadline();

    const RedisOptions &m_options;
    RedisEndpoint m_endpoint;
    QSslSocket m_socket;
    std::unique_ptr<redisReader, decltype(&redisReaderFree)> m_reader{nullptr, redisReaderFree};
    QByteArray m_output; ///< Written at the end of the turn, once the connection is ready.
    std::deque<Waiting> m_waiting;
    QSet<const RedisScript *> m_sentScripts; ///< On this connection.
    QTimer m_deadlineTimer;
    QTimer m_reconnectTimer;
    std::chrono::milliseconds m_delay;
    std::chrono::steady_clock::time_point m_opening{};
    bool m_isOpening = false;
    bool m_isReady = false;
    bool m_hasFailed = false;
};

} // namespace hudhud
