// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/error.h"

#include <QJsonObject>

#include <chrono>

namespace hudhud {

/// [transport.rest]; metadata.json describes each key. Sizes are bytes of UTF-8.
struct RestOptions
{
    qint64 maximumSubject = 256;
    qint64 maximumContent = 64 * 1024;
    qint64 maximumMetadata = 4 * 1024;
    qint64 maximumCollapseKey = 64;
    qint64 maximumConversation = 128;
    int maximumBatch = 1'000;
    std::chrono::milliseconds maximumTimeToLive = std::chrono::days(28);
    std::chrono::milliseconds maximumDelay = std::chrono::days(366); ///< From now to deliverAt.
    std::chrono::milliseconds idempotencyWindow = std::chrono::hours(24);
    std::chrono::seconds retryAfter{1};
    bool benchmarkRoute = false;
};

/// Reads settings that the host has checked against the schema: durations are milliseconds, sizes bytes.
/// Errors: ConfigurationInvalid for a retry_after that is not whole seconds.
Result<RestOptions> readRestOptions(const QJsonObject &settings);

} // namespace hudhud
