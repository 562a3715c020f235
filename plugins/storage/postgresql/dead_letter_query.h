// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "plugin-api/dead_letters.h"
#include "postgresql_connection.h"
#include "sql/record_codec.h"

namespace hudhud {

/// For LIKE on lower-case text; empty finds everything.
QByteArray patternOf(const QByteArray &text);

/// Runs a query that has "@dead_letter_filter@" in its text: the filter is parameters 1 to 12, `more` follow.
template <typename... Values>
Result<Rows> runFiltered(PostgresqlConnection &connection, const char *query, const DeadLetterFilter &filter,
                         const Values &...more)
{
    const QByteArray pattern = patternOf(filter.text);
    const std::optional<qint64> recipient
        = filter.recipient ? std::optional(packRecipient(*filter.recipient)) : std::nullopt;
    return connection.run(query, filter.isDiscarded, filter.reason, filter.errorClass, recipient, Text{filter.signature},
                          filter.minimumAttempts, filter.replaysBelow, filter.diedFrom, filter.diedBefore, Text{pattern},
                          Text{filter.metadataKey}, Text{filter.metadataValue}, more...);
}

} // namespace hudhud
