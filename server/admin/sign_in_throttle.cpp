// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/sign_in_throttle.h"

namespace hudhud {

std::optional<std::chrono::seconds> SignInThrottle::failed(const QHostAddress &address)
{
    const SteadyTime now = m_clock.steadyNow();
    const std::scoped_lock lock(m_mutex);
    if (m_failures.size() >= MaximumAddresses && !m_failures.contains(address))
        makeRoom(now);
    Failures &failures = m_failures[address];
    if (failures.count == 0 || now - failures.since >= Window)
        failures = {.since = now, .count = 0};
    if (++failures.count <= AllowedFailures)
        return std::nullopt;
    return std::chrono::ceil<std::chrono::seconds>(failures.since + Window - now);
}

/// Drops what has lapsed; all, when somebody has that many addresses: then counting by address is of no use.
void SignInThrottle::makeRoom(SteadyTime now)
{
    std::erase_if(m_failures, [now](const auto &entry) { return now - entry.second.since >= Window; });
    if (m_failures.size() >= MaximumAddresses)
        m_failures.clear();
}

} // namespace hudhud
