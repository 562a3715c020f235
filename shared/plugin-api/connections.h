// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/clock.h"
#include "core/gathering.h"
#include "core/recipient.h"

#include <QByteArray>
#include <QHostAddress>

#include <chrono>
#include <memory>
#include <optional>
#include <tuple>
#include <unordered_map>
#include <vector>

namespace hudhud {

/// Where a connection stands, or a user who has none.
enum class ConnectionStatus : quint8 {
    Connected,
    Disconnected, ///< There is none, or it is on its way out.
    Reconnecting, ///< Its link is lost; the client may take it up again.
    Idle,         ///< Connected, with nothing but pings for a while.
};

/// "Connected", "Disconnected", "Reconnecting", "Idle".
QByteArrayView connectionStatusName(ConnectionStatus status);
std::optional<ConnectionStatus> connectionStatusFromName(QByteArrayView name);

/// Without a call or a push for so long a connection counts as idle.
inline constexpr std::chrono::seconds ConnectionIdleAfter{60};

/// One connection as operators see it. Times are exact to the second.
struct ConnectionInfo
{
    QByteArray connectionId;
    QByteArray user; ///< Of a phone: its number.
    QByteArray hub;
    QByteArray transport; ///< "WebSockets", "ServerSentEvents", "LongPolling".
    QByteArray protocol;  ///< "json", "messagepack"; empty before the handshake.
    QByteArray userAgent; ///< Shortened; empty if the client gave none.
    QHostAddress remoteAddress;
    ConnectionStatus status = ConnectionStatus::Connected;
    Timestamp connectedAt{};
    Timestamp lastActivity{}; ///< The latest call or push; pings do not count.
    qint64 unsentBytes = 0;
    bool isSlow = false; ///< Pushing pauses until the client has read.
    /// Messages of the user that are pushed and not acknowledged, over all his connections of this node.
    qint64 inFlight = 0;
};

/// What delivery has in hand for a user who is connected.
struct Backlog
{
    qint64 inFlight = 0;
    bool hasMore = false; ///< More may wait in the store.
};
using Backlogs = std::unordered_map<Recipient, Backlog>;

/// Which connections; unset members do not restrict.
struct ConnectionFilter
{
    QByteArray connectionId;
    QByteArray user;
    QByteArray hub;
    QByteArray transport;
    QByteArray protocol;
    std::optional<ConnectionStatus> status;
    std::optional<std::chrono::seconds> idleFor; ///< At least.
    bool isSlow = false;     ///< Slow ones only.
    bool hasBacklog = false; ///< Only users with something in flight or waiting.
};

enum class ConnectionOrder : quint8 { ConnectedAt, LastActivity, InFlight, UnsentBytes, User };

/// A connection's place in an order; equal values are told apart by the id.
struct ConnectionPlace
{
    qint64 number = 0; ///< Milliseconds, messages or bytes.
    QByteArray text;   ///< The user, where that is the order.
    QByteArray connectionId;

    friend bool operator<(const ConnectionPlace &one, const ConnectionPlace &other)
    {
        return std::tie(one.number, one.text, one.connectionId) < std::tie(other.number, other.text, other.connectionId);
    }
};

struct ConnectionQuery
{
    ConnectionFilter filter;
    ConnectionOrder order = ConnectionOrder::ConnectedAt;
    bool isAscending = false;
    int limit = 100; ///< Rows; 0 to count only.
    std::optional<ConnectionPlace> after; ///< Where the page before ended.
    Timestamp now{};
    std::shared_ptr<const Backlogs> backlogs; ///< Null: nobody has any.
    bool isClosing = false; ///< Close those that match.
};

/// What a query found: of each thread, then of all.
struct ConnectionSelection
{
    qint64 total = 0;
    qint64 matching = 0;
    qint64 remaining = 0; ///< Matching ones after the place `after`.
    std::vector<ConnectionInfo> rows; ///< At most the limit, in order.
};

ConnectionPlace placeOf(const ConnectionInfo &connection, ConnectionOrder order);

/// Looks at one connection after the other and keeps the first ones of the query's order: memory and copies are bounded by
/// the limit, whatever the number of connections. Thread: one. Ownership: `query` outlives it.
class ConnectionSelector
{
public:
    explicit ConnectionSelector(const ConnectionQuery &query) : m_query(query) { }

    /// Result: whether it matches the filter.
    bool consider(ConnectionInfo &&connection);
    ConnectionSelection take();

private:
    struct Row
    {
        ConnectionPlace place;
        ConnectionInfo connection;
    };
    bool isBefore(const ConnectionPlace &one, const ConnectionPlace &other) const;
    bool matches(const ConnectionInfo &connection, const Backlog *backlog) const;

    const ConnectionQuery &m_query;
    ConnectionSelection m_selection;
    std::vector<Row> m_rows; ///< A heap, the last one of the order on top.
};

/// Joins what two threads found.
void merge(const ConnectionQuery &query, ConnectionSelection &into, ConnectionSelection &&more);

/// A query on its way through the I/O threads. Thread: any.
class ConnectionInquiry
{
public:
    using Done = std::move_only_function<void(ConnectionSelection &&)>;

    /// `done` runs on any thread, once, when everybody has answered.
    ConnectionInquiry(ConnectionQuery query, Done done) : m_query(std::move(query)), m_answers({}, std::move(done)) { }

    const ConnectionQuery &query() const { return m_query; }
    void add(ConnectionSelection &&selection)
    {
        m_answers.add([&](ConnectionSelection &all) { merge(m_query, all, std::move(selection)); });
    }

private:
    const ConnectionQuery m_query;
    Gathering<ConnectionSelection> m_answers;
};

} // namespace hudhud
