// SPDX-License-Identifier: GPL-3.0-or-later
#include "metrics/process_metrics.h"

#include <QFile>

#include <array>
#include <chrono>
#include <memory>

#include <dirent.h>
#include <sys/resource.h>
#include <unistd.h>

namespace hudhud {

namespace {

using Clock = std::chrono::steady_clock;

/// Taken when the library is initialized, before main.
const Clock::time_point startedAt = Clock::now();
const std::chrono::system_clock::time_point startedAtTime = std::chrono::system_clock::now();

double seconds(auto duration)
{
    return std::chrono::duration<double>(duration).count();
}

double seconds(const timeval &time)
{
    constexpr double MicrosecondsPerSecond = 1e6;
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / MicrosecondsPerSecond;
}

/// Column `index` of /proc/self/statm, in bytes.
std::optional<qint64> memoryColumn(qsizetype index)
{
    QFile file(QStringLiteral("/proc/self/statm"));
    if (!file.open(QIODevice::ReadOnly))
        return std::nullopt;
    const QByteArrayList columns = file.readAll().split(' ');
    return columns.value(index).toLongLong() * sysconf(_SC_PAGESIZE);
}

struct Sample
{
    const char *name;
    const char *type;
    const char *help;
    std::optional<double> value;
};

std::optional<double> asDouble(std::optional<qint64> value)
{
    return value.transform([](qint64 number) { return static_cast<double>(number); });
}

} // namespace

std::optional<qint64> residentMemoryBytes()
{
    return memoryColumn(1);
}

std::optional<qint64> openDescriptors()
{
    const std::unique_ptr<DIR, int (*)(DIR *)> directory(opendir("/proc/self/fd"), closedir);
    if (!directory)
        return std::nullopt;
    qint64 count = -3; // ".", ".." and the descriptor that reads the folder.
    while (readdir(directory.get()))
        ++count;
    return count;
}

QByteArray processMetricsText()
{
    rusage usage{};
    const bool hasUsage = getrusage(RUSAGE_SELF, &usage) == 0;
    rlimit descriptors{};
    const bool hasLimit = getrlimit(RLIMIT_NOFILE, &descriptors) == 0;
    const std::array samples{
        Sample{"process_resident_memory_bytes", "gauge", "Resident memory size in bytes.",
               asDouble(residentMemoryBytes())},
        Sample{"process_virtual_memory_bytes", "gauge", "Virtual memory size in bytes.",
               asDouble(memoryColumn(0))},
        Sample{"process_open_fds", "gauge", "Number of open file descriptors.", asDouble(openDescriptors())},
        Sample{"process_max_fds", "gauge", "Maximum number of open file descriptors.",
               hasLimit ? std::optional(static_cast<double>(descriptors.rlim_cur)) : std::nullopt},
        Sample{"process_cpu_seconds_total", "counter", "Total user and system CPU time spent in seconds.",
               hasUsage ? std::optional(seconds(usage.ru_utime) + seconds(usage.ru_stime)) : std::nullopt},
        Sample{"process_start_time_seconds", "gauge",
               "Start time of the process since the Unix epoch in seconds.",
               seconds(startedAtTime.time_since_epoch())},
        Sample{"hudhud_uptime_seconds", "gauge", "Seconds since the process started.",
               seconds(Clock::now() - startedAt)},
    };
    QByteArray text;
    for (const Sample &sample : samples) {
        if (!sample.value)
            continue;
        const QByteArray name = sample.name;
        text += "# HELP " + name + ' ' + sample.help + "\n# TYPE " + name + ' ' + sample.type + '\n' + name
            + ' ' + QByteArray::number(*sample.value, 'g', 17) + '\n';
    }
    return text;
}

} // namespace hudhud
