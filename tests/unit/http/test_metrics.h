// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "plugin-api/metrics.h"

#include <map>
#include <memory>
#include <mutex>

namespace hudhud {

/// A registry that only counts.
class TestMetrics final : public MetricsRegistry
{
public:
    Counter &counter(const QByteArray &name, const QByteArray &, const MetricLabels &labels) override
    {
        return find(m_counters, name, labels);
    }
    Gauge &gauge(const QByteArray &name, const QByteArray &, const MetricLabels &labels) override
    {
        return find(m_gauges, name, labels);
    }
    DurationHistogram &histogram(const QByteArray &name, const QByteArray &,
                                 const MetricLabels &labels) override
    {
        return find(m_histograms, name, labels);
    }
    QByteArray prometheusText() const override { return {}; }

    qint64 refused(const QByteArray &reason)
    {
        return counter("hudhud_http_refused_total", {}, {{"endpoint", "public"}, {"reason", reason}}).value();
    }
    qint64 answered(const QByteArray &statusClass)
    {
        return counter("hudhud_http_requests_total", {}, {{"endpoint", "public"}, {"status", statusClass}})
            .value();
    }
    qint64 connections() { return gauge("hudhud_http_connections", {}, {{"endpoint", "public"}}).value(); }
    qint64 webSockets()
    {
        return gauge("hudhud_websocket_connections", {}, {{"endpoint", "public"}}).value();
    }

private:
    template <typename Metric>
    using Family = std::map<std::pair<QByteArray, MetricLabels>, std::unique_ptr<Metric>>;

    template <typename Metric>
    Metric &find(Family<Metric> &family, const QByteArray &name, const MetricLabels &labels)
    {
        const std::scoped_lock lock(m_mutex);
        auto &place = family[{name, labels}];
        if (!place)
            place = std::make_unique<Metric>();
        return *place;
    }

    std::mutex m_mutex; ///< Guards the maps.
    Family<Counter> m_counters;
    Family<Gauge> m_gauges;
    Family<DurationHistogram> m_histograms;
};

} // namespace hudhud
