// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "plugin-api/metrics.h"
#include "resilience/breaker.h"

#include <array>
#include <map>
#include <memory>

namespace hudhud {

/// Makes and owns the node's breakers; shows each in the metrics and each change in the log and to listeners.
/// Thread: any. Lock: its own, held to look up. Ownership: metrics and clock outlive it.
class BreakerRegistry final : public CircuitBreakers
{
public:
    BreakerRegistry(const BreakerOptions &options, MetricsRegistry &metrics, const Clock &clock);

    CircuitBreaker &of(const QByteArray &dependency) override;
    std::vector<BreakerSnapshot> list() const override;
    Result<void> reset(const QByteArray &dependency) override;
    void onStateChanged(Listener listener) override;

private:
    struct Entry
    {
        std::unique_ptr<Breaker> breaker;
        std::array<Counter *, 3> transitions{}; ///< By the state entered.
    };

    Entry makeEntry(const QByteArray &dependency);
    void changed(const BreakerChange &change, Counter &transitions) const;

    const BreakerOptions m_options;
    MetricsRegistry &m_metrics;
    const Clock &m_clock;
    std::vector<Listener> m_listeners; ///< Complete before the first call.

    mutable std::mutex m_mutex; ///< Guards the map; the breakers in it never move or go.
    std::map<QByteArray, Entry> m_breakers;
};

} // namespace hudhud
