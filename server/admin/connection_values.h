// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin-api/connections.h"
#include "admin/personal_data.h"
#include "plugin-api/connections.h"

namespace hudhud {

/// Thread: any.
admin::Connection describeConnection(const ConnectionInfo &connection, const PersonalData &data);

/// Undelivered messages of each user, in order; on a reader's thread.
Result<std::vector<qint64>> readPending(StorageReader &reader, const std::vector<QByteArray> &users);

/// Asks all connections of this node. `then` runs on this thread. Thread: that of the context.
using ConnectionsFound
    = std::move_only_function<void(const AdminContextPointer &context, HttpResponder responder, ConnectionSelection &&found)>;
void findConnections(const AdminContextPointer &context, ConnectionQuery query, HttpResponder responder,
                     ConnectionsFound then);

} // namespace hudhud
