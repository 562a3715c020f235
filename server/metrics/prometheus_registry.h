// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "plugin-api/metrics.h"

#include <map>
#include <memory>
#include <mutex>
#include <variant>

namespace hudhud {

/// Owns the metrics of the process and writes them in the Prometheus text format, together with what the
/// system knows of the process (memory, descriptors, processor time, start). Thread: any. Limits:
/// MaximumSeries series; what is asked for above that, or under an invalid name, or under a name that another
/// type has, counts into an object that is never shown, and is logged.
class PrometheusRegistry : public MetricsRegistry
{
public:
    static constexpr std::size_t MaximumSeries = 10'000;

    PrometheusRegistry();
    ~PrometheusRegistry() override;

    Counter &counter(const QByteArray &name, const QByteArray &help,
                     const MetricLabels &labels = {}) override;
    Gauge &gauge(const QByteArray &name, const QByteArray &help, const MetricLabels &labels = {}) override;
    DurationHistogram &histogram(const QByteArray &name, const QByteArray &help,
                                 const MetricLabels &labels = {}) override;
    QByteArray prometheusText() const override;

private:
    using Metric
        = std::variant<std::unique_ptr<Counter>, std::unique_ptr<Gauge>, std::unique_ptr<DurationHistogram>>;
    struct Family
    {
        QByteArray help;
        std::map<MetricLabels, Metric> series; ///< All of one alternative.
    };

    template <typename T> T &metric(const QByteArray &name, const QByteArray &help, MetricLabels labels);
    template <typename T> const char *refusal(const QByteArray &name, const MetricLabels &labels) const;

    mutable std::mutex
        m_mutex; ///< Guards the two below; held while looking up and while reading for a scrape.
    std::map<QByteArray, Family> m_families;
    std::size_t m_seriesCount = 0;

    // Where refused metrics count.
    Counter m_unshownCounter;
    Gauge m_unshownGauge;
    DurationHistogram m_unshownHistogram;
};

} // namespace hudhud
