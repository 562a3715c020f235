// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin-api/configuration.h"
#include "admin-api/plugins.h"
#include "config/configuration.h"
#include "pluginhost/plugin_host.h"

#include <vector>

namespace hudhud {

/// The plugins that were found, with the keys that each understands. Thread: main.
std::vector<admin::Plugin> describePlugins(const PluginHost &plugins);
/// Every key as it is in force, the plugins' too, with where it was set; secrets are masked. `plugins`: those whose
/// settings count. Thread: main.
admin::ConfigurationInfo describeConfiguration(const Configuration &configuration,
                                               const std::vector<PluginMetadata> &plugins);

} // namespace hudhud
