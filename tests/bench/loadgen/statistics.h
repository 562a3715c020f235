// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <cstdint>
#include <vector>

namespace hudhud::loadgen {

/// Every latency of a run, in microseconds, so that percentiles are exact.
class LatencyRecorder
{
public:
    void record(std::chrono::nanoseconds latency);
    std::size_t count() const { return m_samples.size(); }
    /// Nearest-rank percentile in milliseconds, `fraction` 0 to 1; 0 without samples.
    double percentile(double fraction);
    double maximum();

private:
    void sort();

    std::vector<std::uint32_t> m_samples;
    bool m_sorted = true;
};

/// Resident memory of a process in KiB, 0 when it cannot be read.
std::int64_t residentKilobytes(int processId);
/// Processor time that a process has used so far, 0 when it cannot be read.
double processorSeconds(int processId);

} // namespace hudhud::loadgen
