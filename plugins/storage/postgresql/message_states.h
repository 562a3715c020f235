// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "node_names.h"
#include "plugin-api/transition_rules.h"
#include "postgresql_connection.h"

#include <span>
#include <unordered_map>
#include <vector>

namespace hudhud {

inline qint64 rankOf(Priority priority)
{
    return PriorityCount - 1 - static_cast<qint64>(priority);
}
inline Priority priorityOfRank(qint64 rank)
{
    return static_cast<Priority>(PriorityCount - 1 - rank);
}
inline bool isPending(MessageStatus status)
{
    return status == MessageStatus::Queued || status == MessageStatus::Processing || status == MessageStatus::Failed;
}

/// Where a message stands.
struct StoredState
{
    /// The table that holds it.
    enum class Place : quint8 { None, Queue, Finished };

    MessageId id;
    qint64 recipient = 0; ///< Packed.
    Priority priority = Priority::Normal;
    Timestamp createdAt{};
    MessageState state;
    qint64 node = 0; ///< Of the latest event.
    QByteArray failureReason;
    ErrorClass failureClass = ErrorClass::Transient;
    QByteArray history;
    std::optional<Timestamp> readAt;
    std::optional<Timestamp> expiresAt;
    QByteArray collapseKey;

    Place place = Place::None; ///< As stored.
    std::optional<Timestamp> diedAt = {}; ///< As stored.
    bool isChanged = false;
    bool isRemoved = false;

    /// Appends an event and notes whose it is.
    void append(const MessageEvent &event, const NodeNames &nodes);
};

/// The states of one transaction: rows are locked as they are loaded, changed in memory, and written back together, with
/// as many statements for one message as for thousands. Messages and dead letters go along. Thread: the connection's.
class MessageStates
{
public:
    MessageStates(PostgresqlConnection &connection, const NodeNames &nodes)
        : m_connection(connection)
        , m_nodes(nodes)
    {
    }

    /// Loads those that are there and not loaded yet.
    Result<void> load(std::span<const MessageId> ids);
    /// Adds rows of the columns in queue_columns.sql. Result: their ids, in order.
    std::vector<MessageId> addQueued(Rows &rows);
    /// Null when there is no such message (any more).
    StoredState *find(const MessageId &id);
    /// Adds one that is in neither table.
    StoredState &add(StoredState state);

    /// Writes what has changed.
    Result<void> store();

private:
    using Pointers = std::vector<const StoredState *>;

    Result<void> loadQueued(std::span<const MessageId> ids);
    Result<void> loadFinished(std::span<const MessageId> ids);
    std::vector<MessageId> missing(std::span<const MessageId> ids) const;
    Result<void> writeQueue(const Pointers &states, bool isInsert);
    Result<void> writeFinished(const Pointers &states, bool isInsert);
    Result<void> writeDeaths(const Pointers &changed);
    Result<void> remove(const Pointers &states);

    PostgresqlConnection &m_connection;
    const NodeNames &m_nodes;
    std::unordered_map<MessageId, StoredState> m_states;
};

} // namespace hudhud
