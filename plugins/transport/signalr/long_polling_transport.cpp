// SPDX-License-Identifier: GPL-3.0-or-later
#include "long_polling_transport.h"

#include "hub_answers.h"
#include "signalr/hub_connection.h"

#include <utility>

namespace hudhud {

LongPollingTransport::LongPollingTransport(std::shared_ptr<HubConnection> connection, TokenLease lease,
                                           PollLists &lists, const Answer &answer, const Clock &clock)
    : m_connection(std::move(connection))
    , m_lease(std::move(lease))
    , m_lists(lists)
    , m_answer(answer)
    , m_clock(clock)
{
}

LongPollingTransport::~LongPollingTransport()
{
    m_connection->transportClosed();
}

void LongPollingTransport::open(const RequestAddress &firstPoll)
{
    m_connection->open(*this);
    m_poll = firstPoll;
    answerPoll({}); // held back, it would keep the client from its handshake
}

void LongPollingTransport::poll(const RequestAddress &from)
{
    endPoll(); // its client has moved on to this one
    m_poll = from;
    if (isOver()) {
        endPoll();
    } else if (m_output.isEmpty()) {
        stand(m_lists.polling);
    } else {
        answerPoll(std::exchange(m_output, QByteArray()));
        m_connection->drained();
    }
}

void LongPollingTransport::pollGone(const RequestAddress &from)
{
    if (m_poll != from)
        return;
    m_poll = {};
    stand(m_lists.absent);
}

void LongPollingTransport::receive(QByteArrayView bytes)
{
    m_connection->receive(bytes);
}

void LongPollingTransport::end()
{
    m_isClosed = true;
    m_output = QByteArray();
    m_lease.release();
    endPoll();
    m_connection->transportClosed();
}

void LongPollingTransport::send(TransferFormat, QByteArrayView messages)
{
    if (isPolled())
        answerPoll(messages.toByteArray());
    else
        m_output.append(messages);
}

void LongPollingTransport::close()
{
    m_isClosed = true;
    if (!isPolled())
        return; // the next poll brings what is left, or 204
    m_lease.release();
    endPoll();
}

void LongPollingTransport::pollTimedOut()
{
    // The official JavaScript client throws out of its own loop when it gets nothing where it awaits the answer to a
    // MessagePack handshake. The handshake has a time limit of its own.
    if (m_connection->isConnected())
        answerPoll({});
    else
        stand(m_lists.polling);
}

void LongPollingTransport::answerPoll(const QByteArray &messages)
{
    m_answer(std::exchange(m_poll, {}), pollAnswer(messages));
    stand(m_lists.absent);
}

void LongPollingTransport::endPoll()
{
    if (!isPolled())
        return;
    m_answer(std::exchange(m_poll, {}), pollsOver());
    stand(m_lists.absent);
}

void LongPollingTransport::stand(IntrusiveLink &list)
{
    linkTo(list);
    m_since = m_clock.steadyNow();
}

} // namespace hudhud
