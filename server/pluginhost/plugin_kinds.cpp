// SPDX-License-Identifier: GPL-3.0-or-later
#include "pluginhost/plugin_kinds.h"

#include "plugin-api/balancer.h"
#include "plugin-api/cache.h"
#include "plugin-api/retry.h"
#include "plugin-api/storage.h"
#include "plugin-api/transport.h"

#include <algorithm>
#include <array>

namespace hudhud {

namespace {

template <typename Factory> std::unique_ptr<Plugin> createFrom(QObject *root)
{
    auto *factory = qobject_cast<Factory *>(root);
    return factory ? factory->create() : nullptr;
}

constexpr std::array Kinds{
    PluginKind{"storage", HudhudStorageFactory_iid, createFrom<StorageFactory>},
    PluginKind{"cache", HudhudCacheFactory_iid, createFrom<CacheFactory>},
    PluginKind{"balancer", HudhudLoadBalancerFactory_iid, createFrom<LoadBalancerFactory>},
    PluginKind{"retry", HudhudRetryPolicyFactory_iid, createFrom<RetryPolicyFactory>},
    PluginKind{"transport", HudhudTransportFactory_iid, createFrom<TransportFactory>},
};

} // namespace

std::span<const PluginKind> pluginKindTable()
{
    return Kinds;
}

const PluginKind *findPluginKind(QByteArrayView name)
{
    const auto kind = std::ranges::find(Kinds, name, &PluginKind::name);
    return kind == Kinds.end() ? nullptr : &*kind;
}

} // namespace hudhud
