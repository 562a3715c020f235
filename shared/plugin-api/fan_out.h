// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "plugin-api/broadcasts.h"
#include "plugin-api/services.h"

namespace hudhud {

/// Who belongs to which group. Names have passed `isGroupName`. Thread: one object per I/O thread; completions on the
/// same thread.
class Groups
{
public:
    virtual ~Groups() = default;
    /// Adds members, a new group with the first of them. Large lists are stored in several steps: after an error a part
    /// may belong to the group, and asking again is harmless. Result: how many are new. Errors: QuotaExceeded.
    virtual void join(const QByteArray &group, std::vector<Recipient> members, Completion<qint64> completion) = 0;
    virtual void leave(const QByteArray &group, const Recipient &member, Completion<bool> completion) = 0;
    /// 0 when there is no such group.
    virtual void memberCount(const QByteArray &group, Completion<qint64> completion) = 0;
    /// As GroupReader::members.
    virtual void members(const QByteArray &group, const Recipient &after, int limit,
                         Completion<std::vector<Recipient>> completion)
        = 0;
};

/// Sends one message to many. Thread: one object per I/O thread; completions on the same thread.
class Broadcasts
{
public:
    virtual ~Broadcasts() = default;
    /// `recipients` in any order, doubles allowed; empty for a group. Completes once the broadcast is durable; its
    /// messages follow. Errors: NotFound when the group has no members; BufferFull, IdempotencyMismatch, ShuttingDown.
    virtual void start(Message message, const QByteArray &group, std::vector<Recipient> recipients,
                       std::optional<IdempotencyClaim> claim, Completion<StartedBroadcast> completion)
        = 0;
    virtual void find(const MessageId &id, Completion<std::optional<Broadcast>> completion) = 0;
    /// What is not stored by then never will be. Result: as it is now. Errors: NotFound.
    virtual void cancel(const MessageId &id, Completion<Broadcast> completion) = 0;
};

} // namespace hudhud
