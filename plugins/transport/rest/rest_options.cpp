// SPDX-License-Identifier: GPL-3.0-or-later
#include "rest_options.h"

namespace hudhud {

Result<RestOptions> readRestOptions(const QJsonObject &settings)
{
    RestOptions options;
    const auto integer = [&settings](const char *key, qint64 fallback) {
        return settings.value(QLatin1String(key)).toInteger(fallback);
    };
    options.maximumSubject = integer("maximum_subject", options.maximumSubject);
    options.maximumContent = integer("maximum_content", options.maximumContent);
    options.maximumMetadata = integer("maximum_metadata", options.maximumMetadata);
    options.maximumCollapseKey = integer("maximum_collapse_key", options.maximumCollapseKey);
    options.maximumConversation = integer("maximum_conversation", options.maximumConversation);
    const auto duration = [&integer](const char *key, std::chrono::milliseconds fallback) {
        return std::chrono::milliseconds(integer(key, fallback.count()));
    };
    options.maximumTimeToLive = duration("maximum_ttl", options.maximumTimeToLive);
    options.maximumDelay = duration("maximum_delay", options.maximumDelay);
    options.idempotencyWindow = duration("idempotency_window", options.idempotencyWindow);
    options.maximumBatch = static_cast<int>(integer("maximum_batch", options.maximumBatch));
    options.benchmarkRoute = settings.value(QLatin1String("benchmark_route")).toBool(options.benchmarkRoute);

    const std::chrono::milliseconds retryAfter = duration("retry_after", options.retryAfter);
    options.retryAfter = std::chrono::duration_cast<std::chrono::seconds>(retryAfter);
    if (options.retryAfter != retryAfter || options.retryAfter.count() < 1) {
        return std::unexpected(
            Error(ErrorCode::ConfigurationInvalid,
                  QStringLiteral(
                      "retry_after must be whole seconds, at least \"1s\": Retry-After has no finer unit.")));
    }
    return options;
}

} // namespace hudhud
