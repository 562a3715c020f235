// SPDX-License-Identifier: GPL-3.0-or-later
#include "linear_retry.h"

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

Result<void> LinearRetry::configure(const QJsonObject &settings, const PluginContext &)
{
    m_baseDelay = milliseconds(settings.value(QLatin1String("base_delay")));
    m_step = milliseconds(settings.value(QLatin1String("step")));
    m_maximumDelay = milliseconds(settings.value(QLatin1String("max_delay")));
    m_jitter = settings.value(QLatin1String("jitter")).toDouble();
    m_maximumAttempts = settings.value(QLatin1String("max_attempts")).toInt();
    if (m_maximumDelay < m_baseDelay)
        return std::unexpected(
            Error::invalidField(QStringLiteral("max_delay"),
                                QStringLiteral("max_delay is %1 ms; it must be at least base_delay, %2 ms")
                                    .arg(m_maximumDelay.count())
                                    .arg(m_baseDelay.count())));
    return {};
}

std::optional<std::chrono::milliseconds> LinearRetry::nextDelay(int attempt, ErrorClass errorClass) const
{
    if (!errorHandling(errorClass).isRetried || attempt >= m_maximumAttempts)
        return std::nullopt;
    // No overflow: a step is at most a day, and there are at most 1,000 attempts.
    const auto delay = std::min(m_baseDelay + m_step * (std::max(attempt, 1) - 1), m_maximumDelay);
    const auto longest = static_cast<qint64>(static_cast<double>(delay.count()) * m_jitter);
    // The global generator is safe to use from any thread.
    const std::chrono::milliseconds jitter(QRandomGenerator::global()->bounded(longest + 1));
    return std::min(delay + jitter, m_maximumDelay);
}

} // namespace hudhud
