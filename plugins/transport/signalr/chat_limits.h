// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtGlobal>

#include <chrono>

namespace hudhud {

/// What one connection may send with SendMessage; metadata.json describes each. Sizes are bytes of UTF-8.
struct ChatLimits
{
    qint64 maximumSubject = 256;
    qint64 maximumContent = 16'384;
    qint64 maximumConversation = 128;
    qint64 maximumMetadata = 4'096;
    int messagesPerSecond = 20;
    int burst = 50; ///< Messages at once after a pause.
    std::chrono::milliseconds idempotencyWindow{86'400'000}; ///< How long a business's idempotency key is kept.
    bool mayJoinGroups = false; ///< JoinGroup and LeaveGroup are open to recipients.
};

} // namespace hudhud
