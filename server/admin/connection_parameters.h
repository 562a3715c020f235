// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/query_reader.h"
#include "plugin-api/connections.h"

#include <simdjson.h>

namespace hudhud {

/// A list of connections as it was asked for.
struct ConnectionListQuery
{
    ConnectionQuery query;
    QByteArray node; ///< Empty: whichever was asked.
    bool isRevealing = false;
};

/// Reads the parameters of a list, or of a count, and notes what is wrong with each.
ConnectionListQuery readConnectionListQuery(QByteArrayView query, FieldProblems &problems);
ConnectionListQuery readConnectionCountQuery(QByteArrayView query, FieldProblems &problems);

/// The body that closes connections.
struct DisconnectRequest
{
    ConnectionFilter filter;
    bool isDryRun = false;
    QByteArray reason;
};
DisconnectRequest readDisconnectRequest(const simdjson::dom::object &body, FieldProblems &problems);

/// Where a page ended, as the next one is asked for.
QByteArray cursorText(const ConnectionPlace &place);

} // namespace hudhud
