// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>

#include <deque>
#include <optional>

namespace hudhud {

/// What a resumable connection remembers (stateful reconnect of the hub protocol, version 2): both sides number the
/// messages of the types 1 to 5 that they send, from 1; the numbers are not on the wire. What the other side has not
/// confirmed is kept, to be sent again over the next link. Thread: the connection's. Bounds: `isFull` above the limit;
/// whoever adds has to mind it.
class HubReplay
{
public:
    explicit HubReplay(qsizetype limitBytes)
        : m_limitBytes(limitBytes)
    {
    }

    // What we send.

    /// Keeps one whole message that is sent now.
    void sent(QByteArrayView message);
    /// The client has everything up to `number`. False: so much was never sent.
    bool confirm(qint64 number);
    bool isFull() const { return m_bytes >= m_limitBytes; }
    qsizetype bytes() const { return m_bytes; }
    /// The number of the first message that a new link carries.
    qint64 firstNumber() const { return m_sent - static_cast<qint64>(m_kept.size()) + 1; }
    const std::deque<QByteArray> &kept() const { return m_kept; }

    // What we receive.

    /// Counts one message. False: it had come before the link was lost.
    bool received();
    /// The client says that its next message has this number. False: messages are missing.
    bool expect(qint64 number);
    /// The number to confirm, if it has grown since it was last asked for.
    std::optional<qint64> takeConfirmation();
    bool hasConfirmation() const { return m_processed > m_confirmed; }

private:
    qsizetype m_limitBytes;
    qsizetype m_bytes = 0;
    qint64 m_sent = 0; ///< Number of the last message.
    std::deque<QByteArray> m_kept; ///< The last ones, oldest first.
    qint64 m_next = 1; ///< Number of the next received message.
    qint64 m_processed = 0; ///< Highest number received.
    qint64 m_confirmed = 0; ///< Of those, what the client was told of.
};

} // namespace hudhud
