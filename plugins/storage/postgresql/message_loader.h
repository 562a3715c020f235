// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/message.h"
#include "postgresql_connection.h"

#include <span>

namespace hudhud {

/// The message of a row with the columns of message_columns.sql.
Result<MessagePointer> readMessage(const Rows &row);
/// All of them, in the order of the rows.
Result<std::vector<MessagePointer>> readMessages(Result<Rows> rows);
/// In the order of `ids`; null where there is none.
Result<std::vector<MessagePointer>> loadMessages(PostgresqlConnection &connection, std::span<const MessageId> ids);

} // namespace hudhud
