// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/error.h"

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
    QString host;
    quint16 port = 6379;
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

    explicit RedisConnection(RedisOptions options);
    ~RedisConnection() override;

    void open();
    /// Fails at once while there is no connection.
    void send(const Command &command, Answer answer);
    /// For commands whose replies are pushed, such as SUBSCRIBE.
    void sendUnanswered(const Command &command) { append(command); }
    bool isReady() const { return m_isReady; }
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

    void append(const Command &command);
    void logIn();
    void becomeReady();
    void read();
    void checkDeadline();

    const RedisOptions m_options;
    QSslSocket m_socket;
    std::unique_ptr<redisReader, decltype(&redisReaderFree)> m_reader{nullptr, redisReaderFree};
    QByteArray m_output; ///< Written at the end of the turn.
    std::deque<Waiting> m_waiting;
    QTimer m_deadlineTimer;
    QTimer m_reconnectTimer;
    std::chrono::milliseconds m_delay;
    std::chrono::steady_clock::time_point m_opening{};
    bool m_isOpening = false;
    bool m_isReady = false;
};

} // namespace hudhud
