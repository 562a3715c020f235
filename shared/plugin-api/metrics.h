// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>

#include <array>
#include <atomic>
#include <chrono>
#include <functional>
#include <utility>
#include <vector>

namespace hudhud {

/// Only ever grows. Thread: any; one relaxed atomic addition.
class Counter
{
public:
    void add(qint64 amount = 1) { m_value.fetch_add(amount, std::memory_order_relaxed); }
    qint64 value() const { return m_value.load(std::memory_order_relaxed); }

private:
    std::atomic<qint64> m_value{0};
};

/// Goes up and down. Thread: any.
class Gauge
{
public:
    void add(qint64 amount = 1) { m_value.fetch_add(amount, std::memory_order_relaxed); }
    void set(qint64 value) { m_value.store(value, std::memory_order_relaxed); }
    qint64 value() const { return m_value.load(std::memory_order_relaxed); }

private:
    std::atomic<qint64> m_value{0};
};

/// Durations in fixed buckets from 100 microseconds to 60 seconds. Thread: any.
class DurationHistogram
{
public:
    /// Upper bounds in microseconds; one more bucket takes the rest.
    static constexpr std::array<qint64, 17> BoundsMicroseconds{
        100,    250,    500,     1'000,   2'500,     5'000,     10'000,     25'000,    50'000,
        100'000, 250'000, 500'000, 1'000'000, 2'500'000, 10'000'000, 30'000'000, 60'000'000};

    void record(std::chrono::nanoseconds duration)
    {
        const qint64 micros = duration.count() / 1000;
        std::size_t bucket = 0;
        while (bucket < BoundsMicroseconds.size() && micros > BoundsMicroseconds[bucket])
            ++bucket;
        m_counts[bucket].fetch_add(1, std::memory_order_relaxed);
        m_sumMicroseconds.fetch_add(micros, std::memory_order_relaxed);
    }
    qint64 count(std::size_t bucket) const { return m_counts.at(bucket).load(std::memory_order_relaxed); }
    qint64 sumMicroseconds() const { return m_sumMicroseconds.load(std::memory_order_relaxed); }

private:
    std::array<std::atomic<qint64>, BoundsMicroseconds.size() + 1> m_counts{};
    std::atomic<qint64> m_sumMicroseconds{0};
};

using MetricLabels = std::vector<std::pair<QByteArray, QByteArray>>;

/// Creates and owns metrics; the same name and labels give the same object. Names follow the Prometheus conventions
/// (`hudhud_` prefix, base units, `_total` for counters). Keep the reference: looking up takes a lock.
/// Thread: any. Ownership: the registry; objects live as long as it does.
class MetricsRegistry
{
public:
    virtual ~MetricsRegistry() = default;
    virtual Counter &counter(const QByteArray &name, const QByteArray &help, const MetricLabels &labels = {}) = 0;
    virtual Gauge &gauge(const QByteArray &name, const QByteArray &help, const MetricLabels &labels = {}) = 0;
    virtual DurationHistogram &histogram(const QByteArray &name, const QByteArray &help,
                                         const MetricLabels &labels = {}) = 0;
    /// All metrics in the Prometheus text format 0.0.4.
    virtual QByteArray prometheusText() const = 0;
};

} // namespace hudhud
