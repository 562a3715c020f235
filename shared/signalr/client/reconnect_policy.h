// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "signalr/client/hub_error.h"

#include <QList>

#include <chrono>
#include <functional>
#include <optional>

namespace hudhud::client {

/// What is known when a lost connection is to be made again.
struct ReconnectAttempt
{
    int previousAttempts = 0;
    std::chrono::milliseconds elapsed{0}; ///< Since the connection was lost.
    HubError reason; ///< Why it was lost, or why the last attempt failed.
};

/// Says how long to wait before the next attempt; nothing: give up. Called on the connection's thread.
/// An empty function never reconnects.
using ReconnectPolicy = std::function<std::optional<std::chrono::milliseconds>(const ReconnectAttempt &)>;

/// What the official clients wait: 0, 2, 10 and 30 seconds.
QList<std::chrono::milliseconds> usualReconnectDelays();

/// One attempt after each delay, then gives up.
ReconnectPolicy reconnectAfter(const QList<std::chrono::milliseconds> &delays);
/// The same without end: the last delay comes again and again. From the second attempt on, up to a quarter is
/// taken off each delay at random, so that thousands of clients do not come back in step. No delays: tries at
/// once, for ever.
ReconnectPolicy reconnectForever(const QList<std::chrono::milliseconds> &delays);

} // namespace hudhud::client
