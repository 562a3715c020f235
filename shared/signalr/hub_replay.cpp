// SPDX-License-Identifier: GPL-3.0-or-later
#include "signalr/hub_replay.h"

namespace hudhud {

void HubReplay::sent(QByteArrayView message)
{
    ++m_sent;
    m_bytes += message.size();
    m_kept.push_back(message.toByteArray());
}

bool HubReplay::confirm(qint64 number)
{
    if (number > m_sent)
        return false;
    while (!m_kept.empty() && firstNumber() <= number) {
        m_bytes -= m_kept.front().size();
        m_kept.pop_front();
    }
    return true;
}

bool HubReplay::received()
{
    const qint64 number = m_next++;
    if (number <= m_processed)
        return false;
    m_processed = number;
    return true;
}

bool HubReplay::expect(qint64 number)
{
    if (number < 1 || number > m_next)
        return false;
    m_next = number;
    return true;
}

std::optional<qint64> HubReplay::takeConfirmation()
{
    if (!hasConfirmation())
        return std::nullopt;
    m_confirmed = m_processed;
    return m_confirmed;
}

} // namespace hudhud
