// SPDX-License-Identifier: GPL-3.0-or-later
#include "fixed_retry.h"

#include "core/error_handling.h"

#include <QRandomGenerator>

namespace hudhud {

Result<void> FixedRetry::configure(const QJsonObject &settings, const PluginContext &)
{
    m_delay = std::chrono::milliseconds(settings.value(QLatin1String("delay")).toInteger());
    m_jitter = settings.value(QLatin1String("jitter")).toDouble();
    m_maximumAttempts = settings.value(QLatin1String("max_attempts")).toInt();
    return {};
}

std::optional<std::chrono::milliseconds> FixedRetry::nextDelay(int attempt, ErrorClass errorClass) const
{
    if (!errorHandling(errorClass).isRetried || attempt >= m_maximumAttempts)
        return std::nullopt;
    const auto longest = static_cast<qint64>(static_cast<double>(m_delay.count()) * m_jitter);
    // The global generator is safe to use from any thread.
    return m_delay + std::chrono::milliseconds(QRandomGenerator::global()->bounded(longest + 1));
}

} // namespace hudhud
