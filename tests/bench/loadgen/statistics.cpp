// SPDX-License-Identifier: GPL-3.0-or-later
#include "loadgen/statistics.h"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <sstream>
#include <string>

#include <unistd.h>

namespace hudhud::loadgen {

void LatencyRecorder::record(std::chrono::nanoseconds latency)
{
    m_samples.push_back(static_cast<std::uint32_t>(std::max<std::int64_t>(latency.count(), 0) / 1000));
    m_sorted = false;
}

double LatencyRecorder::percentile(double fraction)
{
    if (m_samples.empty())
        return 0;
    sort();
    const auto rank = static_cast<std::size_t>(std::ceil(fraction * static_cast<double>(m_samples.size())));
    return m_samples[std::clamp<std::size_t>(rank, 1, m_samples.size()) - 1] / 1000.0;
}

double LatencyRecorder::maximum()
{
    return percentile(1);
}

void LatencyRecorder::sort()
{
    if (m_sorted)
        return;
    std::sort(m_samples.begin(), m_samples.end());
    m_sorted = true;
}

std::int64_t residentKilobytes(int processId)
{
    std::ifstream file("/proc/" + std::to_string(processId) + "/status");
    std::string word;
    while (file >> word) {
        if (word == "VmRSS:") {
            std::int64_t kilobytes = 0;
            file >> kilobytes;
            return kilobytes;
        }
    }
    return 0;
}

double processorSeconds(int processId)
{
    std::ifstream file("/proc/" + std::to_string(processId) + "/stat");
    std::string text;
    std::getline(file, text);
    // The name may hold anything; the fields are counted behind its parenthesis (proc(5)).
    std::istringstream fields(text.substr(std::min(text.rfind(')') + 1, text.size())));
    std::string skipped;
    for (int i = 0; i < 11; ++i)
        fields >> skipped;
    double user = 0;
    double system = 0;
    fields >> user >> system;
    return (user + system) / static_cast<double>(::sysconf(_SC_CLK_TCK));
}

} // namespace hudhud::loadgen
