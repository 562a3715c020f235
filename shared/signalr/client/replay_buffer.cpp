// SPDX-License-Identifier: GPL-3.0-or-later
#include "signalr/client/replay_buffer.h"

namespace hudhud::client {

void ReplayBuffer::append(const QByteArray &message)
{
    ++m_lastSent;
    m_bytes += message.size();
    m_sent.push_back(message);
}

bool ReplayBuffer::acknowledge(qint64 number)
{
    if (number > m_lastSent)
        return false;
    while (!m_sent.empty() && firstNumber() <= number) {
        m_bytes -= m_sent.front().size();
        m_sent.pop_front();
    }
    return true;
}

bool ReplayBuffer::receive()
{
    const qint64 number = m_nextReceived++;
    if (number <= m_lastReceived)
        return false;
    m_lastReceived = number;
    return true;
}

bool ReplayBuffer::resumeReceivingAt(qint64 number)
{
    if (number < 1 || number > m_nextReceived)
        return false;
    m_nextReceived = number;
    return true;
}

} // namespace hudhud::client
