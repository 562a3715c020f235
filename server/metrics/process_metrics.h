// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>

#include <optional>

namespace hudhud {

/// The process as the system sees it, under the names that Prometheus clients share
/// (process_resident_memory_bytes, process_open_fds, process_cpu_seconds_total, process_start_time_seconds,
/// ...) and hudhud_uptime_seconds. What the system does not tell is left out. Thread: any; reads /proc.
QByteArray processMetricsText();

/// Resident memory in bytes, or nothing where there is no /proc.
std::optional<qint64> residentMemoryBytes();
/// Open file descriptors, or nothing where there is no /proc.
std::optional<qint64> openDescriptors();

} // namespace hudhud
