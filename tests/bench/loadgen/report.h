// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "loadgen/statistics.h"

#include <string>
#include <utility>
#include <vector>

namespace hudhud::loadgen {

/// Named figures of one run, in the order they were added.
class Report
{
public:
    explicit Report(std::string mode)
        : m_mode(std::move(mode))
    {
    }

    void add(std::string name, double value);
    /// `<prefix>_p50_ms`, `_p95_ms`, `_p99_ms`, `_max_ms`.
    void addLatencies(const std::string &prefix, LatencyRecorder &recorder);
    /// One line of JSON, or one figure a line.
    void print(bool json) const;

private:
    std::string m_mode;
    std::vector<std::pair<std::string, double>> m_figures;
};

} // namespace hudhud::loadgen
