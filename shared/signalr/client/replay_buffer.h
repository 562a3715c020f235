// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>

#include <deque>

namespace hudhud::client {

/// The counting of stateful reconnect, for both directions of one connection: numbers the messages of types 1
/// to 5, keeps what was sent until it is acknowledged, and tells received ones that come again. Numbers start
/// at 1 and are not on the wire. Thread: the connection's.
class ReplayBuffer
{
public:
    /// `limit`: bytes of messages that may wait for their Ack.
    explicit ReplayBuffer(qint64 limit)
        : m_limit(limit)
    {
    }

    /// A single message always fits, however long it is.
    bool hasRoomFor(qint64 size) const { return m_sent.empty() || m_bytes + size <= m_limit; }
    void append(const QByteArray &message);
    /// Forgets everything up to `number`. False: so much was never sent.
    bool acknowledge(qint64 number);
    /// What a resumption begins with: the oldest message that is kept, or the next one.
    qint64 firstNumber() const { return m_lastSent - static_cast<qint64>(m_sent.size()) + 1; }
    const std::deque<QByteArray> &messages() const { return m_sent; }
    qint64 bytes() const { return m_bytes; }

    /// Counts a received message. False: it came before and has to be dropped.
    bool receive();
    /// The sender goes on with message `number`. False: messages are missing.
    bool resumeReceivingAt(qint64 number);
    qint64 lastReceived() const { return m_lastReceived; }

private:
    qint64 m_limit;
    qint64 m_bytes = 0;
    std::deque<QByteArray> m_sent; ///< Not acknowledged.
    qint64 m_lastSent = 0;
    qint64 m_nextReceived = 1;
    qint64 m_lastReceived = 0;
};

} // namespace hudhud::client
