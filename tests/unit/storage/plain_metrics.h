// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "plugin-api/metrics.h"

#include <map>

namespace hudhud {

/// Metrics by name, for tests and benchmarks on one thread; labels and help are ignored.
class PlainMetrics final : public MetricsRegistry
{
public:
    Counter &counter(const QByteArray &name, const QByteArray &, const MetricLabels &) override
    {
        return m_counters[name];
    }
    Gauge &gauge(const QByteArray &name, const QByteArray &, const MetricLabels &) override
    {
        return m_gauges[name];
    }
    DurationHistogram &histogram(const QByteArray &name, const QByteArray &, const MetricLabels &) override
    {
        return m_histograms[name];
    }
    QByteArray prometheusText() const override { return {}; }

    qint64 count(const QByteArray &name) { return m_counters[name].value(); }
    qint64 level(const QByteArray &name) { return m_gauges[name].value(); }

private:
    std::map<QByteArray, Counter> m_counters;
    std::map<QByteArray, Gauge> m_gauges;
    std::map<QByteArray, DurationHistogram> m_histograms;
};

} // namespace hudhud
