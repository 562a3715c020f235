// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/connection_limits.h"

namespace hudhud {

ConnectionLimits::Admission ConnectionLimits::admit(const QHostAddress &address)
{
    if (m_count.fetch_add(1, std::memory_order_relaxed) >= m_maximum) {
        m_count.fetch_sub(1, std::memory_order_relaxed);
        return Admission::EndpointFull;
    }
    if (m_maximumPerAddress <= 0)
        return Admission::Admitted;
    Shard &shard = shardOf(address);
    const std::scoped_lock lock(shard.mutex);
    int &count = shard.counts[address];
    if (count >= m_maximumPerAddress) {
        m_count.fetch_sub(1, std::memory_order_relaxed);
        return Admission::AddressFull;
    }
    ++count;
    return Admission::Admitted;
}

void ConnectionLimits::release(const QHostAddress &address)
{
    m_count.fetch_sub(1, std::memory_order_relaxed);
    if (m_maximumPerAddress <= 0)
        return;
    Shard &shard = shardOf(address);
    const std::scoped_lock lock(shard.mutex);
    const auto it = shard.counts.find(address);
    if (it != shard.counts.end() && --it.value() == 0)
        shard.counts.erase(it);
}

} // namespace hudhud
