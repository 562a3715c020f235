// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "plugin-api/cache.h"

#include <QHash>

#include <list>
#include <mutex>

namespace hudhud {

/// One part of the keys, with its own lock and limits; drops what was not used for longest. Thread: any.
class CacheShard
{
public:
    struct Limits
    {
        qint64 entries = 0;
        qint64 bytes = 0;
    };
    /// The present, read once per call.
    struct Moment
    {
        Timestamp time{};
        SteadyTime steady{};
    };

    void setLimits(const Limits &limits);
    std::optional<CacheEntry> get(const QByteArray &key, const Moment &now);
    /// A value that exceeds the limit of bytes by itself is forgotten at once.
    void set(const QByteArray &key, const QByteArray &value, Cache::TimeToLive timeToLive, quint64 version,
             const Moment &now);
    bool remove(const QByteArray &key, const Moment &now);
    qint64 removeMatching(const QByteArray &pattern, const Moment &now);
    /// Errors: InvalidRequest when the value is no number or would overflow.
    Result<qint64> increment(const QByteArray &key, qint64 amount, Cache::TimeToLive timeToLive,
                             quint64 version, const Moment &now);
    void addTo(CacheMetrics &sum) const;
    void clear();

    /// What an entry takes up besides the bytes of key and value, estimated.
    static constexpr qint64 EntryOverhead = 160;

private:
    struct Node
    {
        QByteArray key;
        CacheEntry entry;
        SteadyTime expiresAt = SteadyTime::max();
    };
    using Nodes = std::list<Node>;

    static qint64 sizeOf(const Node &node)
    {
        return node.key.size() + node.entry.value.size() + EntryOverhead;
    }
    /// Null when there is none or it has expired.
    Node *findLocked(const QByteArray &key, const Moment &now);
    void setLocked(const QByteArray &key, const QByteArray &value, Cache::TimeToLive timeToLive,
                   quint64 version, const Moment &now);
    void eraseLocked(Nodes::iterator node);
    void evictLocked(const Moment &now);

    mutable std::mutex m_mutex; ///< Guards everything below.
    Limits m_limits;
    Nodes m_nodes; ///< Last used first.
    QHash<QByteArray, Nodes::iterator> m_index;
    CacheMetrics m_metrics;
};

} // namespace hudhud
