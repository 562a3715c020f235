// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "plugin-api/metrics.h"

#include <map>
#include <string>

namespace hudhud::fakes {

/// Metrics by name, labels ignored.
class PlainMetrics final : public MetricsRegistry
{
public:
    Counter &counter(const QByteArray &name, const QByteArray &, const MetricLabels &) override
    {
        return counters[name.toStdString()];
    }
    Gauge &gauge(const QByteArray &name, const QByteArray &, const MetricLabels &) override
    {
        return gauges[name.toStdString()];
    }
    DurationHistogram &histogram(const QByteArray &name, const QByteArray &, const MetricLabels &) override
    {
        return histograms[name.toStdString()];
    }
    QByteArray prometheusText() const override { return {}; }

    std::map<std::string, Counter> counters;
    std::map<std::string, Gauge> gauges;
    std::map<std::string, DurationHistogram> histograms;
};

} // namespace hudhud::fakes
