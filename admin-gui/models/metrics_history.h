// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QJsonObject>
#include <QList>

#include <limits>

namespace hudhud::console {

/// The figures of one moment that charts show.
struct MetricsSample
{
    qint64 time = 0; ///< UTC, in ms since 1970.
    double acceptedPerSecond = 0;
    double deliveredPerSecond = 0;
    double failedPerSecond = 0;
    double p99Seconds = std::numeric_limits<double>::quiet_NaN(); ///< NaN when nothing was delivered.
    double undelivered = 0;
    double deadLetters = 0;
    double connections = 0;

    /// One of GET /overview/history.
    static MetricsSample ofHistory(const QJsonObject &json);
    /// Of GET /overview, which is also what the hub pushes.
    static MetricsSample ofOverview(const QJsonObject &json);
};

/// The samples of the last hour, oldest first, from the server's history and what was pushed since.
class MetricsHistory
{
public:
    static constexpr qint64 Span = 3'600'000; ///< In ms.
    static constexpr qsizetype MaximumSamples = 4'000; ///< An hour by seconds, and some.

    /// The answer of GET /overview/history; samples that are there already stay.
    void merge(const QJsonObject &history);
    /// The newest one; an older one than the last is dropped.
    void append(const MetricsSample &sample);
    const QList<MetricsSample> &samples() const { return m_samples; }
    void clear() { m_samples.clear(); }

private:
    void trim();

    QList<MetricsSample> m_samples;
};

} // namespace hudhud::console
