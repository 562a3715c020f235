// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "http/request_head.h"

namespace hudhud {

/// Checks an upgrade request after RFC 6455, section 4.2.1. Result: the refusal, or nothing when it is in
/// order.
std::optional<HttpResponse> checkWebSocketHandshake(const RequestHead &head);

/// The 101 answer to a request that passed the check. Extensions and sub-protocols are not taken up.
QByteArray webSocketAccepted(const RequestHead &head);

} // namespace hudhud
