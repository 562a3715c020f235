// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/message.h"
#include "plugin-api/delivery.h"

#include <vector>

namespace hudhud {

/// Names a connection across the I/O threads of the process.
struct ConnectionAddress
{
    int ioThread = 0;
    ReceiverId receiver = 0;

    friend bool operator==(const ConnectionAddress &, const ConnectionAddress &) = default;
};

/// Something a transport told delivery, on its way from the connection's thread to the recipient's owner.
struct ConnectionEvent
{
    enum class Kind : quint8 { Attach, Detach, Acknowledge, Reject, Pause, Resume, Withdraw };

    Kind kind = Kind::Attach;
    ConnectionAddress connection; ///< For Withdraw only the thread counts.
    Recipient recipient;
    MessageId id; ///< Of Acknowledge, Reject and Withdraw.
    quint64 token = 0; ///< Completion to settle on the connection's thread; 0 is none.
    QByteArray reason; ///< Of Reject.
};

/// New content for a message, on its way to the recipient's owner.
struct ReplaceOrder
{
    int ioThread = 0; ///< Where the caller waits.
    quint64 token = 0; ///< Completion to settle there.
    Recipient recipient;
    MessageReplacement replacement;
};

/// Messages on their way from the owner to a connection on another thread.
struct PushOrder
{
    ReceiverId receiver = 0;
    bool isPending = false; ///< A page of what had been waiting.
    std::vector<MessagePointer> messages;
};

struct CloseOrder
{
    ReceiverId receiver = 0;
    CloseReason reason = CloseReason::SlowReader;
};

/// Messages that a connection was pushed and that ended otherwise.
struct WithdrawOrder
{
    ReceiverId receiver = 0;
    std::vector<MessageId> ids;
};

/// The outcome of one message of an acknowledgement, rejection, withdrawal or replacement.
struct Settled
{
    quint64 token = 0;
    Result<void> result;
};

/// All that one I/O thread has for another in one loop turn.
struct DeliveryBatch
{
    std::vector<MessagePointer> routed;
    std::vector<Recipient> woken; ///< More waits for them in storage.
    std::vector<ConnectionEvent> events;
    std::vector<ReplaceOrder> replacements;
    std::vector<PushOrder> pushes;
    std::vector<WithdrawOrder> withdrawals;
    std::vector<CloseOrder> closes;
    std::vector<Settled> settled;

    bool isEmpty() const
    {
        return routed.empty() && woken.empty() && events.empty() && replacements.empty() && pushes.empty()
            && withdrawals.empty() && closes.empty()
            && settled.empty();
    }
};

} // namespace hudhud
