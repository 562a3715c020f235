// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin-api/json_value.h"

namespace hudhud::admin {

/// One key as it is in force.
struct ConfigurationKey
{
    QString key = {};
    QJsonValue value = QJsonValue(QJsonValue::Undefined);
    QString origin = {}; ///< File and line, an environment variable, or "default".
    QString type = {};
    QString description = {};
    QJsonValue defaultValue = QJsonValue(QJsonValue::Undefined);
    bool reloadable = false;
    bool secret = false;

    template <typename Self, typename Visit> static void members(Self &self, Visit &&visit)
    {
        visit("key", self.key);
        visit("value", self.value);
        visit("origin", self.origin);
        visit("type", self.type);
        visit("description", self.description);
        visit("default", self.defaultValue);
        visit("reloadable", self.reloadable);
        visit("secret", self.secret);
    }
};

/// GET /configuration.
struct ConfigurationInfo
{
    std::vector<ConfigurationKey> keys = {};

    template <typename Self, typename Visit> static void members(Self &self, Visit &&visit)
    {
        visit("keys", self.keys);
    }
};

} // namespace hudhud::admin
