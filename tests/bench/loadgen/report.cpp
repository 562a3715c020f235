// SPDX-License-Identifier: GPL-3.0-or-later
#include "loadgen/report.h"

#include <cmath>
#include <cstdio>

namespace hudhud::loadgen {

void Report::add(std::string name, double value)
{
    m_figures.emplace_back(std::move(name), value);
}

void Report::addLatencies(const std::string &prefix, LatencyRecorder &recorder)
{
    add(prefix + "_p50_ms", recorder.percentile(0.50));
    add(prefix + "_p95_ms", recorder.percentile(0.95));
    add(prefix + "_p99_ms", recorder.percentile(0.99));
    add(prefix + "_max_ms", recorder.maximum());
}

void Report::print(bool json) const
{
    if (json)
        std::printf("{\"mode\":\"%s\"", m_mode.c_str());
    else
        std::printf("%s\n", m_mode.c_str());
    for (const auto &[name, value] : m_figures) {
        const int decimals = value == std::floor(value) ? 0 : 3;
        if (json)
            std::printf(",\"%s\":%.*f", name.c_str(), decimals, value);
        else
            std::printf("  %-28s %14.*f\n", name.c_str(), decimals, value);
    }
    std::printf(json ? "}\n" : "");
}

} // namespace hudhud::loadgen
