// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "signalr/hub_client_calls.h"
#include "signalr/hub_downloads.h"
#include "signalr/hub_uploads.h"

namespace hudhud {

/// What goes on between the two ends of a connection beside plain calls and pushes. Most connections have none of it,
/// and then not this object either. Thread and ownership: the connection's.
struct HubExchange
{
    HubDownloads downloads;
    HubUploads uploads;
    HubClientCalls calls;
    bool isInputHeld = false; ///< A full upload keeps the rest of the input unread.
};

} // namespace hudhud
