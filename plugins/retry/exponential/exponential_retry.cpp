// SPDX-License-Identifier: GPL-3.0-or-later
#include "exponential_retry.h"

#include "core/error_handling.h"

#include <QRandomGenerator>

#include <algorithm>
#include <cmath>

namespace hudhud {

namespace {

std::chrono::milliseconds milliseconds(const QJsonValue &value)
{
    return std::chrono::milliseconds(value.toInteger());
}

} // namespace

Result<void> ExponentialRetry::configure(const QJsonObject &settings, const PluginContext &)
{
    m_baseDelay = milliseconds(settings.value(QLatin1String("base_delay")));
    m_maximumDelay = milliseconds(settings.value(QLatin1String("max_delay")));
    m_multiplier = settings.value(QLatin1String("multiplier")).toDouble();
    m_maximumAttempts = settings.value(QLatin1String("max_attempts")).toInt();
    if (m_maximumDelay < m_baseDelay)
        return std::unexpected(
            Error::invalidField(QStringLiteral("max_delay"),
                                QStringLiteral("max_delay is %1 ms; it must be at least base_delay, %2 ms")
                                    .arg(m_maximumDelay.count())
                                    .arg(m_baseDelay.count())));
    return {};
}

std::chrono::milliseconds ExponentialRetry::longestDelay(int attempt) const
{
    // In floating point, which does not wrap around however many attempts there were.
    const double delay = static_cast<double>(m_baseDelay.count()) * std::pow(m_multiplier, attempt - 1);
    return std::chrono::milliseconds(
        static_cast<qint64>(std::min(delay, static_cast<double>(m_maximumDelay.count()))));
}

std::optional<std::chrono::milliseconds> ExponentialRetry::nextDelay(int attempt, ErrorClass errorClass) const
{
    if (!errorHandling(errorClass).isRetried || attempt >= m_maximumAttempts)
        return std::nullopt;
    const qint64 longest = longestDelay(std::max(attempt, 1)).count();
    // The global generator is safe to use from any thread.
    return std::chrono::milliseconds(QRandomGenerator::global()->bounded(longest + 1));
}

} // namespace hudhud
