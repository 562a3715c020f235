// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/record_columns.h"

namespace hudhud::console {

// The other lists of the admin API as tables; those of dead letters are in dead_letters.h.

RecordList messageList();
RecordList connectionList();
RecordList nodeList();
RecordList breakerList();
RecordList priorityList(); ///< Of GET /queues.
RecordList pluginList();
RecordList configurationList();
RecordList apiKeyList();
RecordList auditList();
RecordList consistencyFindingList();

} // namespace hudhud::console
