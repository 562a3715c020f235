// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "plugin-api/status_feed.h"
#include "signalr/hub_protocol.h"

namespace hudhud {

/// Writes `change` as businesses see it; docs/protocol.md describes the members.
void writeStatusChange(HubValueWriter &writer, const StatusChange &change);

} // namespace hudhud
