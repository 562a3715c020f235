// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pluginhost/plugin_metadata.h"

#include <expected>

namespace hudhud {

/// Reads one entry of the `settings` of a plugin's metadata: {"type", "default"?, "description", "minimum"?,
/// "maximum"?, "allowed"?, "required"?, "secret"?}. Durations stand there as "30s" or in milliseconds, sizes
/// as "16KiB" or in bytes. Error: what is wrong with it. Thread: any.
std::expected<PluginSetting, QString> readPluginSetting(const QString &key, const QJsonValue &value);

} // namespace hudhud
