// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/metrics_history.h"

#include <QDateTime>
#include <QJsonArray>

#include <algorithm>

namespace hudhud::console {

using namespace Qt::StringLiterals;

namespace {

qint64 readTime(const QJsonValue &value)
{
    const QDateTime time = QDateTime::fromString(value.toString(), Qt::ISODateWithMs);
    return time.isValid() ? time.toMSecsSinceEpoch() : 0;
}

double numberOrNothing(const QJsonValue &value)
{
    return value.toDouble(std::numeric_limits<double>::quiet_NaN());
}

} // namespace

MetricsSample MetricsSample::ofHistory(const QJsonObject &json)
{
    return {.time = readTime(json["time"_L1]),
            .acceptedPerSecond = json["acceptedPerSecond"_L1].toDouble(),
            .deliveredPerSecond = json["deliveredPerSecond"_L1].toDouble(),
            .failedPerSecond = json["failedPerSecond"_L1].toDouble(),
            .p99Seconds = numberOrNothing(json["p99Seconds"_L1]),
            .undelivered = json["undelivered"_L1].toDouble(),
            .deadLetters = json["deadLetters"_L1].toDouble(),
            .connections = json["connections"_L1].toDouble()};
}

MetricsSample MetricsSample::ofOverview(const QJsonObject &json)
{
    const QJsonObject rates = json["rates"_L1].toObject();
    return {.time = readTime(json["time"_L1]),
            .acceptedPerSecond = rates["acceptedPerSecond"_L1].toDouble(),
            .deliveredPerSecond = rates["deliveredPerSecond"_L1].toDouble(),
            .failedPerSecond = rates["failedPerSecond"_L1].toDouble(),
            .p99Seconds = numberOrNothing(json["acceptToDelivered"_L1]["p99Seconds"_L1]),
            .undelivered = json["undelivered"_L1]["total"_L1].toDouble(),
            .deadLetters = json["deadLetters"_L1]["total"_L1].toDouble(),
            .connections = json["connections"_L1]["total"_L1].toDouble()};
}

void MetricsHistory::merge(const QJsonObject &history)
{
    QList<MetricsSample> merged;
    for (const QJsonValue &value : history["samples"_L1].toArray())
        merged.append(MetricsSample::ofHistory(value.toObject()));
    merged += m_samples;
    std::stable_sort(merged.begin(), merged.end(),
                     [](const MetricsSample &a, const MetricsSample &b) { return a.time < b.time; });
    const auto last
        = std::unique(merged.begin(), merged.end(),
                      [](const MetricsSample &a, const MetricsSample &b) { return a.time == b.time; });
    merged.erase(last, merged.end());
    m_samples = std::move(merged);
    trim();
}

void MetricsHistory::append(const MetricsSample &sample)
{
    if (sample.time == 0 || (!m_samples.isEmpty() && sample.time <= m_samples.last().time))
        return;
    m_samples.append(sample);
    trim();
}

void MetricsHistory::trim()
{
    if (m_samples.isEmpty())
        return;
    const qint64 oldest = m_samples.last().time - Span;
    const auto fresh = std::find_if(m_samples.cbegin(), m_samples.cend(),
                                    [oldest](const MetricsSample &sample) { return sample.time >= oldest; });
    m_samples.erase(m_samples.cbegin(), fresh);
    if (m_samples.size() > MaximumSamples)
        m_samples.remove(0, m_samples.size() - MaximumSamples);
}

} // namespace hudhud::console
