// SPDX-License-Identifier: GPL-3.0-or-later
#include "cluster/machine_load.h"

#include "metrics/process_metrics.h"

#include <QByteArray>
#include <QFile>
#include <QList>

#include <algorithm>
#include <utility>

namespace hudhud {

namespace {

constexpr qint64 Kibibyte = 1024;

QByteArray contentOf(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

/// Bytes; 0 where there is no /proc.
qint64 machineMemory()
{
    // "MemTotal:       16283608 kB" is the first line: proc(5).
    const QByteArray first = contentOf(QStringLiteral("/proc/meminfo")).split('\n').value(0).simplified();
    return first.split(' ').value(1).toLongLong() * Kibibyte;
}

/// Bytes that the control group may use (cgroup v2); 0 without a limit.
qint64 groupMemory()
{
    return contentOf(QStringLiteral("/sys/fs/cgroup/memory.max")).trimmed().toLongLong();
}

} // namespace

double MachineLoad::cpuUsage()
{
    // "cpu  user nice system idle iowait irq softirq steal ...": proc(5).
    constexpr qsizetype First = 1;
    constexpr qsizetype Idle = 4;
    constexpr qsizetype InputOutputWait = 5;
    constexpr qsizetype Steal = 8;
    const QByteArrayList fields = contentOf(QStringLiteral("/proc/stat")).split('\n').value(0).simplified().split(' ');
    qint64 total = 0;
    qint64 busy = 0;
    for (qsizetype i = First; i <= Steal && i < fields.size(); ++i) {
        const qint64 ticks = fields.at(i).toLongLong();
        total += ticks;
        busy += i == Idle || i == InputOutputWait ? 0 : ticks;
    }
    const qint64 busySince = busy - std::exchange(m_busy, busy);
    const qint64 totalSince = total - std::exchange(m_total, total);
    return totalSince > 0 ? std::clamp(double(busySince) / double(totalSince), 0.0, 1.0) : 0;
}

double MachineLoad::memoryUsage() const
{
    const qint64 machine = machineMemory();
    const qint64 group = groupMemory();
    const qint64 available = group > 0 ? std::min(group, machine) : machine;
    return available > 0 ? std::clamp(double(residentMemoryBytes().value_or(0)) / double(available), 0.0, 1.0) : 0;
}

} // namespace hudhud
