// SPDX-License-Identifier: GPL-3.0-or-later
#include "metrics/prometheus_registry.h"

#include "metrics/process_metrics.h"

#include <QLoggingCategory>

#include <algorithm>

#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

Q_LOGGING_CATEGORY(lcMetrics, "hudhud.metrics")

namespace hudhud {

namespace {

bool isWordCharacter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

/// The data model's [a-zA-Z_][a-zA-Z0-9_]*; colons are left to recording rules.
bool isValidName(QByteArrayView name)
{
    return !name.isEmpty() && !(name.front() >= '0' && name.front() <= '9')
        && std::ranges::all_of(name, isWordCharacter);
}

constexpr double MicrosecondsPerSecond = 1e6;

void fill(prometheus::ClientMetric &out, const Counter &counter)
{
    out.counter.value = static_cast<double>(counter.value());
}

void fill(prometheus::ClientMetric &out, const Gauge &gauge)
{
    out.gauge.value = static_cast<double>(gauge.value());
}

void fill(prometheus::ClientMetric &out, const DurationHistogram &histogram)
{
    quint64 cumulative = 0;
    for (std::size_t i = 0; i < DurationHistogram::BoundsMicroseconds.size(); ++i) {
        cumulative += static_cast<quint64>(histogram.count(i));
        const double bound
            = static_cast<double>(DurationHistogram::BoundsMicroseconds[i]) / MicrosecondsPerSecond;
        out.histogram.bucket.push_back({cumulative, bound});
    }
    // The count comes from the same reads as the buckets, so that they agree under concurrent records.
    out.histogram.sample_count
        = cumulative + static_cast<quint64>(histogram.count(DurationHistogram::BoundsMicroseconds.size()));
    out.histogram.sample_sum = static_cast<double>(histogram.sumMicroseconds()) / MicrosecondsPerSecond;
}

constexpr prometheus::MetricType typeOf(const Counter &)
{
    return prometheus::MetricType::Counter;
}

constexpr prometheus::MetricType typeOf(const Gauge &)
{
    return prometheus::MetricType::Gauge;
}

constexpr prometheus::MetricType typeOf(const DurationHistogram &)
{
    return prometheus::MetricType::Histogram;
}

} // namespace

PrometheusRegistry::PrometheusRegistry() = default;
PrometheusRegistry::~PrometheusRegistry() = default;

Counter &PrometheusRegistry::counter(const QByteArray &name, const QByteArray &help,
                                     const MetricLabels &labels)
{
    return metric<Counter>(name, help, labels);
}

Gauge &PrometheusRegistry::gauge(const QByteArray &name, const QByteArray &help, const MetricLabels &labels)
{
    return metric<Gauge>(name, help, labels);
}

DurationHistogram &PrometheusRegistry::histogram(const QByteArray &name, const QByteArray &help,
                                                 const MetricLabels &labels)
{
    return metric<DurationHistogram>(name, help, labels);
}

/// Why a new series may not exist, or null.
template <typename T>
const char *PrometheusRegistry::refusal(const QByteArray &name, const MetricLabels &labels) const
{
    const auto isInvalidLabel
        = [](const auto &label) { return !isValidName(label.first) || label.first == "le"; };
    if (!isValidName(name) || std::ranges::any_of(labels, isInvalidLabel))
        return "its name or a label's name is not of letters, digits and underscores";
    const auto family = m_families.find(name);
    if (family != m_families.end()
        && !std::holds_alternative<std::unique_ptr<T>>(family->second.series.begin()->second))
        return "the name is taken by a metric of another type";
    return m_seriesCount >= MaximumSeries ? "there are 10,000 series already; use labels with fewer values"
                                          : nullptr;
}

template <typename T>
T &PrometheusRegistry::metric(const QByteArray &name, const QByteArray &help, MetricLabels labels)
{
    std::ranges::sort(labels);
    const char *problem = nullptr;
    {
        const std::scoped_lock lock(m_mutex);
        if (const auto family = m_families.find(name); family != m_families.end()) {
            const auto series = family->second.series.find(labels);
            if (series != family->second.series.end()) {
                if (const auto *known = std::get_if<std::unique_ptr<T>>(&series->second))
                    return **known;
            }
        }
        problem = refusal<T>(name, labels);
        if (!problem) {
            Family &family = m_families[name];
            if (family.series.empty())
                family.help = help;
            ++m_seriesCount;
            const auto added = family.series.emplace(std::move(labels), std::make_unique<T>()).first;
            return *std::get<std::unique_ptr<T>>(added->second);
        }
    }
    qCWarning(lcMetrics, "metric %s is not shown: %s", name.constData(), problem);
    if constexpr (std::is_same_v<T, Counter>)
        return m_unshownCounter;
    else if constexpr (std::is_same_v<T, Gauge>)
        return m_unshownGauge;
    else
        return m_unshownHistogram;
}

QByteArray PrometheusRegistry::prometheusText() const
{
    std::vector<prometheus::MetricFamily> families;
    {
        const std::scoped_lock lock(m_mutex);
        families.reserve(m_families.size());
        for (const auto &[name, family] : m_families) {
            prometheus::MetricFamily out;
            out.name = name.toStdString();
            out.help = family.help.toStdString();
            for (const auto &[labels, metric] : family.series) {
                prometheus::ClientMetric series;
                for (const auto &[key, value] : labels)
                    series.label.push_back({key.toStdString(), value.toStdString()});
                std::visit(
                    [&](const auto &pointer) {
                        fill(series, *pointer);
                        out.type = typeOf(*pointer);
                    },
                    metric);
                out.metric.push_back(std::move(series));
            }
            families.push_back(std::move(out));
        }
    }
    return QByteArray::fromStdString(prometheus::TextSerializer().Serialize(families)) + processMetricsText();
}

} // namespace hudhud
