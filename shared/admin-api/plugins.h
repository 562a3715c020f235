// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin-api/json_value.h"

namespace hudhud::admin {

/// One key of a plugin's settings.
struct PluginSettingInfo
{
    QString key = {};
    QString type = {}; ///< "string", "integer", "duration", …
    QString description = {};
    QJsonValue defaultValue = QJsonValue(QJsonValue::Undefined);
    bool required = false;
    bool secret = false;
    std::optional<double> minimum = {};
    std::optional<double> maximum = {};
    QJsonValue allowed = QJsonValue(QJsonValue::Undefined); ///< A list; missing when anything goes.

    template <typename Self, typename Visit> static void members(Self &self, Visit &&visit)
    {
        visit("key", self.key);
        visit("type", self.type);
        visit("description", self.description);
        visit("default", self.defaultValue);
        visit("required", self.required);
        visit("secret", self.secret);
        visit("minimum", self.minimum);
        visit("maximum", self.maximum);
        visit("allowed", self.allowed);
    }
};

/// A plugin that the server found.
struct Plugin
{
    QString kind = {};
    QString name = {};
    QString version = {};
    QString state = {}; ///< "started", "failed", …
    bool selected = false;
    QString description = {};
    QString file = {};
    QString error = {}; ///< What is wrong and how to mend it.
    std::optional<std::vector<PluginSettingInfo>> settings = {};

    template <typename Self, typename Visit> static void members(Self &self, Visit &&visit)
    {
        visit("kind", self.kind);
        visit("name", self.name);
        visit("version", self.version);
        visit("state", self.state);
        visit("selected", self.selected);
        visit("description", self.description);
        visit("file", self.file);
        visit("error", self.error);
        visit("settings", self.settings);
    }
};

/// GET /plugins.
struct PluginList
{
    std::vector<Plugin> plugins = {};

    template <typename Self, typename Visit> static void members(Self &self, Visit &&visit)
    {
        visit("plugins", self.plugins);
    }
};

} // namespace hudhud::admin
