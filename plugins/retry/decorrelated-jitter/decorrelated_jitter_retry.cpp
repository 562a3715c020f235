// SPDX-License-Identifier: GPL-3.0-or-later
#include "decorrelated_jitter_retry.h"

#include "core/error_handling.h"

#include <QRandomGenerator>

#include <algorithm>

namespace hudhud {

namespace {

std::chrono::milliseconds milliseconds(const QJsonValue &value)
{
    return std::chrono::milliseconds(value.toInteger());
}

} // namespace

Result<void> DecorrelatedJitterRetry::configure(const QJsonObject &settings, const PluginContext &)
{
    m_baseDelay = milliseconds(settings.value(QLatin1String("base_delay")));
    m_maximumDelay = milliseconds(settings.value(QLatin1String("max_delay")));
    m_maximumAttempts = settings.value(QLatin1String("max_attempts")).toInt();
    if (m_maximumDelay < m_baseDelay)
        return std::unexpected(
            Error::invalidField(QStringLiteral("max_delay"),
                                QStringLiteral("max_delay is %1 ms; it must be at least base_delay, %2 ms")
                                    .arg(m_maximumDelay.count())
                                    .arg(m_baseDelay.count())));
    return {};
}

std::optional<std::chrono::milliseconds> DecorrelatedJitterRetry::nextDelay(int attempt, ErrorClass errorClass) const
{
    if (!errorHandling(errorClass).isRetried || attempt >= m_maximumAttempts)
        return std::nullopt;
    const qint64 base = m_baseDelay.count();
    const qint64 longest = m_maximumDelay.count();
    qint64 delay = base;
    for (int i = 0; i < std::max(attempt, 1); ++i) {
        // The global generator is safe to use from any thread; a delay is at most a week, so nothing overflows.
        const qint64 drawn = QRandomGenerator::global()->bounded(base, 3 * delay + 1);
        delay = std::min(drawn, longest);
    }
    return std::chrono::milliseconds(delay);
}

} // namespace hudhud
