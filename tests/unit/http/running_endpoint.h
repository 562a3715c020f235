// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "eventloop/io_thread.h"
#include "http/endpoint.h"
#include "test_metrics.h"

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>

namespace hudhud {

/// What the handlers of the tests saw of one WebSocket. Thread: any.
struct WebSocketLog
{
    std::mutex mutex; ///< Guards the rest.
    std::vector<std::pair<WebSocketOpcode, QByteArray>> received;
    int opened = 0;
    int drained = 0;
    std::vector<quint16> closed;

    std::size_t closedCount()
    {
        const std::scoped_lock lock(mutex);
        return closed.size();
    }
};

/// What the handlers of the tests saw of streams and watched answers. Thread: any.
struct StreamLog
{
    std::atomic<int> opened = 0;
    std::atomic<int> drained = 0;
    std::atomic<int> closed = 0;
    std::atomic<int> gone = 0;
};

/// An endpoint on an I/O thread of its own, with the routes that the tests use:
/// POST /echo answers the body; POST /later the same in a later turn; POST /held keeps the responder for
/// `release`; GET /items/{id} the parameter; GET /query the query; GET /large/{bytes} so many bytes; POST
/// /dropped lets the responder go; POST /watched is as /held, but asks to be told when the peer goes; GET /stream begins a
/// stream with the text "begin"; WebSocket /ws echoes and at the text "hold" takes no more, /refused answers 401, /flood
/// sends until told otherwise.
class RunningEndpoint
{
public:
    /// What the route /upload takes; the others take a MiB.
    static constexpr qint64 UploadBytes = 3 * 1024 * 1024;

    explicit RunningEndpoint(EndpointOptions options = {});
    ~RunningEndpoint();

    quint16 port() const { return m_port; }
    const std::optional<Error> &error() const { return m_error; }
    TestMetrics &metrics() { return m_metrics; }
    WebSocketLog &log() { return *m_log; }

    /// Answers the held requests, the last first.
    void release();
    int heldCount();
    /// Runs `task` with every open WebSocket.
    void withWebSockets(const std::function<void(WebSocket &)> &task);
    /// Runs `task` with every open stream.
    void withStreams(const std::function<void(HttpStream &)> &task);
    StreamLog &streams() { return m_streamLog; }
    void drain(std::chrono::milliseconds deadline, std::function<void()> done);
    void stopAccepting();
    qsizetype connectionCount();
    /// What the endpoint's thread has used so far.
    std::chrono::nanoseconds processorTime();

private:
    class EchoHandler;
    class StreamHandler;
    void addRoutes();

    TestMetrics m_metrics;
    IoThread m_thread{0};
    std::shared_ptr<WebSocketLog> m_log = std::make_shared<WebSocketLog>();
    std::vector<std::pair<HttpResponder, QByteArray>>
        m_held; ///< Touched on the thread only, as are the next ones.
    std::vector<std::pair<HttpResponder, QByteArray>> m_later;
    std::vector<WebSocket *> m_webSockets;
    std::vector<HttpStream *> m_streams;
    StreamLog m_streamLog;
    std::unique_ptr<QObject> m_anchor;
    std::unique_ptr<Endpoint> m_endpoint;
    std::optional<Error> m_error;
    quint16 m_port = 0;
};

} // namespace hudhud
