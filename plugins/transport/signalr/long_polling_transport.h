// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connection_tokens.h"
#include "core/clock.h"
#include "hub_request.h"
#include "signalr/hub_transport.h"
#include "signalr/intrusive_link.h"

#include <functional>
#include <memory>

namespace hudhud {

class HubConnection;

/// The long polling connections of one thread in two lists, the longest waiting first: as each list has one
/// time-out for all, the first one is always the next that is due, and no connection needs a timer. Thread:
/// one.
struct PollLists
{
    IntrusiveLink polling; ///< A poll waits for messages.
    IntrusiveLink absent; ///< No poll is here: the client should come back, or the connection is over.
};

/// Carries what a hub connection sends as the answers of polls; the client's bytes come by POST. What gathers
/// between two polls leaves with the next one. An answer that is lost with its link is lost: delivery pushes
/// again what was not acknowledged. Thread: the connection's I/O thread; polls may have come in on others.
/// Ownership: HttpConnections.
class LongPollingTransport final : public HubTransport, public IntrusiveLink
{
public:
    /// Sends an answer to where the poll waits.
    using Answer = std::function<void(const RequestAddress &to, HttpResponse &&response)>;

    /// `lists`, `answer` and `clock` outlive it.
    LongPollingTransport(std::shared_ptr<HubConnection> connection, TokenLease lease, PollLists &lists,
                         const Answer &answer, const Clock &clock);
    ~LongPollingTransport() override;

    /// The first poll, which only opens the connection: it is answered at once.
    void open(const RequestAddress &firstPoll);
    void poll(const RequestAddress &from);
    /// The client of that poll has left.
    void pollGone(const RequestAddress &from);
    void receive(QByteArrayView bytes);
    /// The client ends the connection, or it did not come back.
    void end();
    /// A poll has waited long enough.
    void pollTimedOut();

    /// Since when it has been in its list.
    SteadyTime since() const { return m_since; }
    /// Nothing will come any more; whoever owns it may let it go.
    bool isOver() const { return m_isClosed && m_output.isEmpty(); }
    /// The hub connection takes nothing any more.
    bool isClosed() const { return m_isClosed; }
    const ConnectionToken &token() const { return m_lease.token(); }

    bool noticesSilence() const override { return true; }
    void send(TransferFormat format, QByteArrayView messages) override;
    qint64 bytesUnsent() const override { return m_output.size(); }
    void close() override;

private:
    bool isPolled() const { return m_poll.ioThread >= 0; }
    void answerPoll(const QByteArray &messages);
    void endPoll();
    void stand(IntrusiveLink &list);

    std::shared_ptr<HubConnection> m_connection;
    TokenLease m_lease;
    PollLists &m_lists;
    const Answer &m_answer;
    const Clock &m_clock;
    RequestAddress m_poll; ///< The one that waits.
    QByteArray m_output; ///< Whole messages for the next poll; pushes pause when there are too many.
    SteadyTime m_since{};
    bool m_isClosed = false; ///< The hub connection is done; what is in m_output still goes out.
};

} // namespace hudhud
