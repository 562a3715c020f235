// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "authorization.h"

namespace hudhud {

/// As `authorized` with the scope "send", for requests with new messages: while this node is near its capacity, and another
/// has not sent the request here, another node is offered it first, which authenticates and checks it anew. `handler` sees
/// what no other node has taken.
HttpHandler acceptedByAnyNode(const RestContextPointer &context, RestHandler handler);

} // namespace hudhud
