// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "long_polling_transport.h"
#include "offered_transports.h"
#include "request_desk.h"

#include <QTimer>

#include <memory>
#include <unordered_map>

namespace hudhud {

class EventStreamTransport;
class HubConnection;

/// The connections of one I/O thread whose requests come one by one: it owns those that poll, and knows those
/// with an event stream, which the endpoint owns. Thread: the I/O thread. Ownership: shared, because streams
/// may end after it.
class HttpConnections
{
public:
    /// Handles what `desk` hands over from now on. A connection with more unread bytes than `maximumUnread`
    /// takes no more calls until its client has read, because answers to calls are not held back as pushes
    /// are. `clock` outlives it.
    HttpConnections(std::shared_ptr<RequestDesk> desk, const PollTimes &times, qint64 maximumUnread,
                    const Clock &clock);
    ~HttpConnections();
    HttpConnections(const HttpConnections &) = delete;
    HttpConnections &operator=(const HttpConnections &) = delete;

    /// Starts the tick; needs an event loop.
    void start();

    void addPolling(std::shared_ptr<HubConnection> connection, TokenLease lease,
                    const RequestAddress &firstPoll);
    void addStream(const ConnectionToken &token, EventStreamTransport &stream);
    void removeStream(const ConnectionToken &token);

    /// A request for a connection of this thread.
    void handle(HubRequest &&request);
    /// Looks for polls and connections whose time is over; what the timer calls.
    void tick();

private:
    HttpResponse handleSend(const HubRequest &request);
    template <typename Transport> HttpResponse takeBytes(Transport &transport, const QByteArray &bytes) const;
    void remove(LongPollingTransport &transport);

    const std::shared_ptr<RequestDesk> m_desk;
    const PollTimes m_times;
    const qint64 m_maximumUnread;
    const Clock &m_clock;
    const LongPollingTransport::Answer m_answer;
    PollLists m_lists;
    std::unordered_map<ConnectionToken, std::unique_ptr<LongPollingTransport>, ConnectionToken::Hash>
        m_polling;
    std::unordered_map<ConnectionToken, EventStreamTransport *, ConnectionToken::Hash> m_streams;
    QTimer m_timer;
};

} // namespace hudhud
