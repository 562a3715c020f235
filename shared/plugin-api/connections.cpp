// SPDX-License-Identifier: GPL-3.0-or-later
#include "plugin-api/connections.h"

#include <algorithm>
#include <array>

namespace hudhud {

namespace {

constexpr std::array<QByteArrayView, 4> StatusNames{"Connected", "Disconnected", "Reconnecting", "Idle"};

bool fits(const QByteArray &wanted, const QByteArray &value)
{
    return wanted.isEmpty() || wanted == value;
}

} // namespace

QByteArrayView connectionStatusName(ConnectionStatus status)
{
    return StatusNames[static_cast<std::size_t>(status)];
}

std::optional<ConnectionStatus> connectionStatusFromName(QByteArrayView name)
{
    const auto found = std::ranges::find(StatusNames, name);
    if (found == StatusNames.end())
        return std::nullopt;
    return static_cast<ConnectionStatus>(found - StatusNames.begin());
}

ConnectionPlace placeOf(const ConnectionInfo &connection, ConnectionOrder order)
{
    ConnectionPlace place{.number = 0, .text = {}, .connectionId = connection.connectionId};
    switch (order) {
    case ConnectionOrder::ConnectedAt:
        place.number = connection.connectedAt.time_since_epoch().count();
        break;
    case ConnectionOrder::LastActivity:
        place.number = connection.lastActivity.time_since_epoch().count();
        break;
    case ConnectionOrder::InFlight:
        place.number = connection.inFlight;
        break;
    case ConnectionOrder::UnsentBytes:
        place.number = connection.unsentBytes;
        break;
    case ConnectionOrder::User:
        place.text = connection.user;
        break;
    }
    return place;
}

bool ConnectionSelector::isBefore(const ConnectionPlace &one, const ConnectionPlace &other) const
{
    return m_query.isAscending ? one < other : other < one;
}

bool ConnectionSelector::matches(const ConnectionInfo &connection, const Backlog *backlog) const
{
    const ConnectionFilter &filter = m_query.filter;
    return fits(filter.connectionId, connection.connectionId) && fits(filter.user, connection.user)
        && fits(filter.hub, connection.hub) && fits(filter.transport, connection.transport)
        && fits(filter.protocol, connection.protocol) && (!filter.status || *filter.status == connection.status)
        && (!filter.idleFor || connection.lastActivity + *filter.idleFor <= m_query.now)
        && (!filter.isSlow || connection.isSlow)
        && (!filter.hasBacklog || (backlog && (backlog->inFlight > 0 || backlog->hasMore)));
}

bool ConnectionSelector::consider(ConnectionInfo &&connection)
{
    ++m_selection.total;
    const Backlog *backlog = nullptr;
    if (m_query.backlogs && !m_query.backlogs->empty()) {
        if (const auto recipient = Recipient::fromString(connection.user)) {
            const auto found = m_query.backlogs->find(*recipient);
            backlog = found == m_query.backlogs->end() ? nullptr : &found->second;
        }
    }
    connection.inFlight = backlog ? backlog->inFlight : 0;
    if (!matches(connection, backlog))
        return false;
    ++m_selection.matching;
    ConnectionPlace place = placeOf(connection, m_query.order);
    if (m_query.after && !isBefore(*m_query.after, place))
        return true;
    ++m_selection.remaining;
    const auto isLess = [this](const Row &one, const Row &other) { return isBefore(one.place, other.place); };
    if (std::ssize(m_rows) >= m_query.limit) {
        if (m_rows.empty() || !isBefore(place, m_rows.front().place))
            return true;
        std::ranges::pop_heap(m_rows, isLess);
        m_rows.pop_back();
    }
    m_rows.push_back({std::move(place), std::move(connection)});
    std::ranges::push_heap(m_rows, isLess);
    return true;
}

ConnectionSelection ConnectionSelector::take()
{
    std::ranges::sort(m_rows, [this](const Row &one, const Row &other) { return isBefore(one.place, other.place); });
    m_selection.rows.reserve(m_rows.size());
    for (Row &row : m_rows)
        m_selection.rows.push_back(std::move(row.connection));
    m_rows.clear();
    return std::exchange(m_selection, {});
}

void merge(const ConnectionQuery &query, ConnectionSelection &into, ConnectionSelection &&more)
{
    into.total += more.total;
    into.matching += more.matching;
    into.remaining += more.remaining;
    std::ranges::move(more.rows, std::back_inserter(into.rows));
    std::ranges::sort(into.rows, [&query](const ConnectionInfo &one, const ConnectionInfo &other) {
        const auto first = placeOf(one, query.order);
        const auto second = placeOf(other, query.order);
        return query.isAscending ? first < second : second < first;
    });
    if (std::ssize(into.rows) > query.limit)
        into.rows.resize(static_cast<std::size_t>(query.limit));
}

} // namespace hudhud
