// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "plugin-api/metrics.h"
#include "plugin-api/services.h"

#include <atomic>
#include <functional>
#include <optional>
#include <vector>

namespace hudhud {

/// How far the node has come; what /readyz and /metrics answer from. Thread: any.
class NodeHealth final : public NodeState
{
public:
    enum class Phase { Starting, Serving, Draining, Stopping };

    explicit NodeHealth(MetricsRegistry &metrics) : m_metrics(metrics) { }

    /// Adds something that can make the node unready while it serves; `check` is called from any thread. Before the node
    /// serves.
    void watch(std::function<std::optional<QByteArray>()> check) { m_checks.push_back(std::move(check)); }
    /// The same for what the node can do without.
    void watchDegradation(std::function<std::optional<QByteArray>()> check) { m_degradations.push_back(std::move(check)); }
    void enter(Phase phase) { m_phase.store(phase); }
    std::optional<QByteArray> notReadyReason() const override
    {
        switch (m_phase.load()) {
        case Phase::Starting:
            return QByteArray("the node is starting");
        case Phase::Draining:
            return QByteArray("the node is draining");
        case Phase::Stopping:
            return QByteArray("the node is stopping");
        case Phase::Serving:
            break;
        }
        for (const auto &check : m_checks) {
            if (auto reason = check())
                return reason;
        }
        return std::nullopt;
    }
    std::optional<QByteArray> degradedReason() const override
    {
        for (const auto &check : m_degradations) {
            if (auto reason = check())
                return reason;
        }
        return std::nullopt;
    }
    QByteArray metricsText() const override { return m_metrics.prometheusText(); }

private:
    MetricsRegistry &m_metrics;
    std::vector<std::function<std::optional<QByteArray>()>> m_checks;
    std::vector<std::function<std::optional<QByteArray>()>> m_degradations;
    std::atomic<Phase> m_phase{Phase::Starting};
};

} // namespace hudhud
