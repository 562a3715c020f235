// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "plugin-api/plugin.h"

#include <QtPlugin>

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <utility>
#include <vector>

namespace hudhud {

/// A cached value with what is known about it.
struct CacheEntry
{
    QByteArray value;
    Timestamp createdAt{};
    Timestamp expiresAt{};  ///< Timestamp::max() when it does not expire.
    quint64 version = 0;    ///< Grows with each set of the same key.
    quint32 hitCount = 0;
};

struct CacheMetrics
{
    qint64 entries = 0;
    qint64 sizeBytes = 0;
    qint64 hits = 0;
    qint64 misses = 0;
    qint64 evictions = 0;
    qint64 expirations = 0;
};

/// Keys with a time to live, and the event bus between nodes. A cache may forget anything at any time; nothing
/// that must not be lost lives only here.
/// Thread: any thread may call. Completions arrive exactly once on the calling thread, which runs an event loop; an
/// embedded implementation may complete before the call returns. Limits: entries and bytes are configured.
class Cache : public Plugin
{
public:
    template <typename T>
    using Completion = std::move_only_function<void(Result<T>)>;
    using TimeToLive = std::optional<std::chrono::milliseconds>;

    /// In the order of `keys`; nothing where there is none.
    virtual void get(std::vector<QByteArray> keys, Completion<std::vector<std::optional<CacheEntry>>> completion) = 0;
    virtual void set(std::vector<std::pair<QByteArray, QByteArray>> items, TimeToLive timeToLive,
                     Completion<void> completion) = 0;
    virtual void remove(std::vector<QByteArray> keys, Completion<qint64> completion) = 0;
    /// Removes every key that matches a glob pattern (`*`, `?`, `[a-z]`, backslash escapes). Result: how many.
    virtual void invalidatePattern(const QByteArray &pattern, Completion<qint64> completion) = 0;
    /// Adds to a counter (0 if there is none) and gives its new value. `timeToLive` is set when it is created.
    virtual void increment(const QByteArray &key, qint64 amount, TimeToLive timeToLive,
                           Completion<qint64> completion) = 0;
    virtual CacheMetrics metrics() const = 0;

    using Subscriber = std::function<void(const QByteArray &channel, const QByteArray &payload)>;
    /// Sends to every subscriber of the channel on every node, at most once each; lost while the bus is down.
    virtual void publish(const QByteArray &channel, const QByteArray &payload) = 0;
    /// `subscriber` runs on the thread that subscribed. Result: a handle for `unsubscribe`.
    virtual quint64 subscribe(const QByteArray &channel, Subscriber subscriber) = 0;
    virtual void unsubscribe(quint64 handle) = 0;
};

class CacheFactory
{
public:
    virtual ~CacheFactory() = default;
    virtual std::unique_ptr<Cache> create() = 0;
};

} // namespace hudhud

#define HudhudCacheFactory_iid "org.hudhud.plugin.cache/1"
Q_DECLARE_INTERFACE(hudhud::CacheFactory, HudhudCacheFactory_iid)
