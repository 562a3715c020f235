// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/message.h"
#include "plugin-api/attachments.h"
#include "plugin-api/groups.h"
#include "plugin-api/storage.h"

#include <optional>
#include <span>
#include <vector>

namespace hudhud {

/// Written to storage: never renumber.
enum class BroadcastState : quint8 {
    Running = 0,   ///< Not all of its messages are stored yet.
    Completed = 1, ///< Every recipient has its message.
    Cancelled = 2, ///< What was not stored by then never will be.
};

/// One message for many recipients, and how far it has come.
struct Broadcast
{
    MessageId id;
    Message message;  ///< What each recipient gets; without recipient, id and times of its own.
    QByteArray group; ///< Whose members are the recipients; empty: the list that was given.
    BroadcastState state = BroadcastState::Running;
    /// Recipients of the list, or members of the group when it was created; who joins or leaves a group while its
    /// broadcast runs may be counted or not.
    qint64 total = 0;
    qint64 stored = 0; ///< Messages so far.
    Timestamp createdAt{};
    std::optional<Timestamp> endedAt; ///< Set once it is not Running.

    friend bool operator==(const Broadcast &, const Broadcast &) = default;
};

/// The message of one recipient of a broadcast.
inline MessagePointer messageOf(const Broadcast &broadcast, const Recipient &recipient, MessageIdGenerator &ids,
                                Timestamp now)
{
    auto message = std::make_shared<Message>(broadcast.message);
    message->id = ids.next();
    message->recipient = recipient;
    message->createdAt = now;
    return message;
}

// What stores say when they refuse.
inline Error noSuchBroadcast()
{
    return Error(ErrorCode::NotFound,
                 QStringLiteral("There is no broadcast with this id; it may have been removed after its retention "
                                "time."));
}
inline Error noSuchGroup()
{
    return Error(ErrorCode::NotFound, QStringLiteral("There is no group of this name; a group exists while it has "
                                                     "members, so add some first."));
}
inline Error tooManyBroadcasts(int maximumRunning)
{
    return Error(ErrorCode::BufferFull,
                 QStringLiteral("%1 broadcasts are running already (fanout.maximum_running); send it again when one "
                                "has ended.")
                     .arg(maximumRunning));
}

/// What became of a request for a broadcast.
struct StartedBroadcast
{
    MessageId id;
    qint64 total = 0;        ///< As of Broadcast.
    bool isReplayed = false; ///< The request had been stored before under its idempotency key; nothing is new.
};

/// What one step of a broadcast stored.
struct BroadcastSlice
{
    std::vector<MessagePointer> messages;
    std::vector<MessagePointer> superseded; ///< Older ones of their collapse key, as they now stand.
    bool isEnded = false; ///< There is nothing left to do.
};

/// Thread and errors: as StorageWriter; each call is one durable transaction.
class BroadcastWriter
{
public:
    virtual ~BroadcastWriter() = default;
    /// Stores the broadcast (id, message, group, createdAt) and its list. `recipients`: in RecipientOrder, each once;
    /// empty for a group. `claim`: of a request under an idempotency key (its messages are of no account). Errors:
    /// NotFound when the group has no members; BufferFull when `maximumRunning` broadcasts are running;
    /// IdempotencyMismatch; InvalidField for an attachment that does not exist or is of another API key.
    virtual Result<StartedBroadcast> create(const Broadcast &broadcast, std::span<const Recipient> recipients,
                                            int maximumRunning, const std::optional<IdempotencyClaim> &claim)
        = 0;
    /// Stores the messages of the next recipients, at most `limit`, and with them how far the broadcast has come, so
    /// that no recipient gets two. Errors: NotFound.
    virtual Result<BroadcastSlice> expand(const MessageId &id, int limit, MessageIdGenerator &ids, Timestamp now) = 0;
    /// Ends it unless it has ended already. Result: as it is now. Errors: NotFound.
    virtual Result<Broadcast> cancel(const MessageId &id, Timestamp now) = 0;
    /// Forgets at most `limit` broadcasts that ended before `endedBefore`; their messages stay. Result: how many.
    virtual Result<int> purge(Timestamp endedBefore, int limit) = 0;
};

/// Thread and errors: as StorageReader.
class BroadcastReader
{
public:
    virtual ~BroadcastReader() = default;
    virtual Result<std::optional<Broadcast>> find(const MessageId &id) = 0;
    /// Oldest first.
    virtual Result<std::vector<MessageId>> running() = 0;
};

} // namespace hudhud
