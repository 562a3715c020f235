// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "plugin-api/metrics.h"
#include "plugin-api/services.h"

#include <atomic>

namespace hudhud {

/// How far the node has come; what /readyz and /metrics answer from. Thread: any.
class NodeHealth final : public NodeState
{
public:
    enum class Phase { Starting, Serving, Stopping };

    explicit NodeHealth(MetricsRegistry &metrics) : m_metrics(metrics) { }

    void enter(Phase phase) { m_phase.store(phase); }
    std::optional<QByteArray> notReadyReason() const override
    {
        switch (m_phase.load()) {
        case Phase::Starting:
            return QByteArray("the node is starting");
        case Phase::Stopping:
            return QByteArray("the node is stopping");
        case Phase::Serving:
            break;
        }
        return std::nullopt;
    }
    QByteArray metricsText() const override { return m_metrics.prometheusText(); }

private:
    MetricsRegistry &m_metrics;
    std::atomic<Phase> m_phase{Phase::Starting};
};

} // namespace hudhud
