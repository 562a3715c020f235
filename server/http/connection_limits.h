// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QHash>
#include <QHostAddress>

#include <array>
#include <atomic>
#include <mutex>

namespace hudhud {

/// How many connections one endpoint has, over all its I/O threads. Thread: any. One object per endpoint,
/// shared by its instances.
class ConnectionLimits
{
public:
    enum class Admission { Admitted, EndpointFull, AddressFull };

    /// `maximumPerAddress` of 0: addresses are not counted.
    ConnectionLimits(int maximum, int maximumPerAddress)
        : m_maximum(maximum)
        , m_maximumPerAddress(maximumPerAddress)
    {
    }

    /// On Admitted the connection is counted until `release`.
    Admission admit(const QHostAddress &address);
    /// The same address as given to `admit`.
    void release(const QHostAddress &address);

    int count() const { return m_count.load(std::memory_order_relaxed); }

private:
    struct Shard
    {
        std::mutex mutex; ///< Guards `counts`.
        QHash<QHostAddress, int> counts;
    };

    Shard &shardOf(const QHostAddress &address) { return m_shards[qHash(address) % m_shards.size()]; }

    const int m_maximum;
    const int m_maximumPerAddress;
    std::atomic<int> m_count{0};
    std::array<Shard, 16> m_shards;
};

} // namespace hudhud
