// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "config/configuration.h"
#include "pluginhost/plugin_metadata.h"

#include <expected>
#include <vector>

namespace hudhud {

/// The settings of one plugin as `Plugin::configure` gets them: checked against its schema, defaults filled
/// in, durations as milliseconds and sizes as bytes (integers). Errors: ConfigurationInvalid, all at once,
/// each with file, line and key. Thread: any.
std::expected<QJsonObject, std::vector<Error>> checkedPluginSettings(const PluginMetadata &metadata,
                                                                     const Configuration &configuration);

/// The plugin's table with its defaults as commented TOML, for `--print-default-config`.
QByteArray defaultSettingsText(const PluginMetadata &metadata);

} // namespace hudhud
