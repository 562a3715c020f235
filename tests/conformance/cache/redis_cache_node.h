// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "plugin-api/cache.h"

#include <QJsonObject>
#include <QPluginLoader>
#include <QTest>

namespace hudhud {

/// Waits until calls and events get through.
inline bool isConnected(Cache &cache)
{
    bool isHeard = false;
    const quint64 handle = cache.subscribe("connected", [&](const QByteArray &, const QByteArray &) { isHeard = true; });
    const bool isDone = QTest::qWaitFor(
        [&] {
            cache.publish("connected", {});
            return isHeard;
        },
        60'000);
    cache.unsubscribe(handle);
    return isDone;
}

/// The plugin with these settings, started; nothing if it refuses them.
inline std::unique_ptr<Cache> startRedisCache(const QJsonObject &settings, const Clock &clock)
{
    QPluginLoader loader(QStringLiteral(HUDHUD_PLUGIN_DIR "/hudhud-cache-redis"));
    auto *factory = qobject_cast<CacheFactory *>(loader.instance());
    if (!factory)
        return nullptr;
    auto cache = factory->create();
    const PluginContext context{.name = "redis", .nodeId = "node-1", .dataDirectory = {}, .clock = &clock};
    return cache->configure(settings, context) && cache->start() ? std::move(cache) : nullptr;
}

} // namespace hudhud
