// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/connection_values.h"

#include "admin/answer_later.h"
#include "admin/api_time.h"

namespace hudhud {

admin::Connection describeConnection(const ConnectionInfo &connection, const PersonalData &data)
{
    return {.connectionId = QString::fromUtf8(connection.connectionId),
            .recipient = data.recipient(connection.user),
            .hub = QString::fromUtf8(connection.hub),
            .transport = QString::fromUtf8(connection.transport),
            .protocol = QString::fromUtf8(connection.protocol),
            .status = QLatin1StringView(connectionStatusName(connection.status)),
            .connectedAt = toDateTime(connection.connectedAt),
            .lastActivity = toDateTime(connection.lastActivity),
            .userAgent = QString::fromUtf8(connection.userAgent),
            .remoteAddress = connection.remoteAddress.toString(),
            .pending = std::nullopt,
            .inFlight = connection.inFlight,
            .unsentBytes = connection.unsentBytes,
            .slow = connection.isSlow};
}

Result<std::vector<qint64>> readPending(StorageReader &reader, const std::vector<QByteArray> &users)
{
    std::vector<qint64> counts;
    counts.reserve(users.size());
    for (const QByteArray &user : users) {
        const auto recipient = Recipient::fromString(user);
        const Result<qint64> count = recipient ? reader.pendingCount(*recipient) : Result<qint64>(0);
        if (!count)
            return std::unexpected(count.error());
        counts.push_back(*count);
    }
    return counts;
}

void findConnections(const AdminContextPointer &context, ConnectionQuery query, HttpResponder responder,
                     ConnectionsFound then)
{
    query.now = context->parts.clock.now();
    auto found = answerLater<ConnectionSelection>(context, std::move(responder), std::move(then));
    // First what is in hand, by recipient: his connections may be on other threads than his messages.
    context->parts.backlogs([inspect = context->parts.inspectConnections, query = std::move(query),
                             found = std::move(found)](Backlogs &&backlogs) mutable {
        query.backlogs = std::make_shared<const Backlogs>(std::move(backlogs));
        inspect(std::make_shared<ConnectionInquiry>(std::move(query), std::move(found)));
    });
}

} // namespace hudhud
