// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtGlobal>

namespace hudhud {

/// How busy the machine is and how much of its memory the process takes, from /proc; 0 where there is none.
/// Thread: one.
class MachineLoad
{
public:
    /// 0 to 1: the share of all cores' time since the last call that was not idle.
    double cpuUsage();
    /// 0 to 1: resident memory by what the machine, or the process's control group, has.
    double memoryUsage() const;

private:
    qint64 m_busy = 0; ///< At the last call, in clock ticks.
    qint64 m_total = 0;
};

} // namespace hudhud
