// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "request_exchange.h"
#include "hub_request.h"
#include "plugin-api/http.h"
#include "plugin-api/metrics.h"

#include <functional>
#include <memory>
#include <unordered_map>
#include <vector>

namespace hudhud {

/// The requests of one I/O thread that wait for the answer of the connection they are for, whichever thread
/// owns it. A request for the own thread is handled at once, others travel through the exchange. Thread: the
/// I/O thread; it runs an event loop. Ownership: shared, so that a peer that leaves late finds out whether
/// the desk still stands.
class RequestDesk : public std::enable_shared_from_this<RequestDesk>
{
public:
    /// Bytes of bodies on their way to other threads; more are refused with 503.
    static constexpr qsizetype MaximumBytesTravelling = 16 * 1024 * 1024;

    using Headers = std::vector<std::pair<QByteArray, QByteArray>>;
    /// Handles the requests for connections of this thread; the answers go to `answer`.
    using Handler = std::function<void(HubRequest &&request)>;

    /// `handedOver` counts the requests that went to another thread; it outlives the desk, as metrics do.
    RequestDesk(int ioThread, std::shared_ptr<RequestExchange> exchange, Counter &handedOver);
    ~RequestDesk();

    int ioThread() const { return m_ioThread; }
    /// Once, before the first request.
    void setHandler(Handler handler) { m_handler = std::move(handler); }

    /// Hands the request to the connection's owner and answers `responder` with what comes back, and
    /// `headers`.
    void submit(int owner, HubRequest &&request, HttpResponder responder, Headers headers);
    /// Keeps a request that is answered at once by a connection of this thread.
    RequestAddress keep(HttpResponder responder, Headers headers);
    /// Sends an answer to where it is waited for.
    void answer(const RequestAddress &to, HttpResponse &&response);

private:
    struct Waiting
    {
        HttpResponder responder;
        Headers headers;
        ConnectionToken token;
        int owner = -1;
        qsizetype bytesTravelling = 0;
    };

    RequestAddress keepFor(int owner, const HubRequest &request, HttpResponder responder, Headers headers);
    void answerHere(quint64 number, HttpResponse &&response);
    void peerGone(quint64 number);
    void hand(int owner, HubRequest &&request);

    const int m_ioThread;
    const std::shared_ptr<RequestExchange> m_exchange;
    Counter &m_handedOver;
    Handler m_handler;
    std::unordered_map<quint64, Waiting> m_waiting;
    quint64 m_lastNumber = 0;
    qsizetype m_bytesTravelling = 0;
    Mailbox<HubParcel> m_mailbox;
};

} // namespace hudhud
