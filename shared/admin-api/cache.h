// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin-api/json_value.h"

namespace hudhud::admin {

/// GET /cache.
struct CacheInfo
{
    QString plugin = {};
    qint64 entries = 0;
    qint64 sizeBytes = 0;
    qint64 hits = 0;
    qint64 misses = 0;
    qint64 evictions = 0;
    qint64 expirations = 0;
    double hitRate = 0; ///< 0 to 1.

    template <typename Self, typename Visit> static void members(Self &self, Visit &&visit)
    {
        visit("plugin", self.plugin);
        visit("entries", self.entries);
        visit("sizeBytes", self.sizeBytes);
        visit("hits", self.hits);
        visit("misses", self.misses);
        visit("evictions", self.evictions);
        visit("expirations", self.expirations);
        visit("hitRate", self.hitRate);
    }
};

/// POST /cache/invalidate.
struct CacheInvalidation
{
    QString pattern = {};
    qint64 removed = 0;

    template <typename Self, typename Visit> static void members(Self &self, Visit &&visit)
    {
        visit("pattern", self.pattern);
        visit("removed", self.removed);
    }
};

} // namespace hudhud::admin
