// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/clock.h"
#include "core/error.h"
#include "plugin-api/metrics.h"

#include <QByteArray>
#include <QJsonObject>
#include <QString>

#include <chrono>

namespace hudhud {

/// Bumped with every change that breaks compiled plugins; the host refuses any other number before it loads code.
inline constexpr int PluginApiVersion = 1;

/// Everything a plugin is given; nothing else of the host may be reached. Outlives the plugin.
struct PluginContext
{
    QByteArray name;       ///< The plugin's own name, for logs and metrics.
    QByteArray nodeId;     ///< This node, as written to message events.
    QString dataDirectory; ///< Where the plugin may keep files; exists.
    const Clock *clock = nullptr;
    MetricsRegistry *metrics = nullptr;
};

/// Life cycle common to all kinds: construct (does nothing) -> configure -> start -> stop. The host destroys plugins
/// in reverse order of their start; libraries stay loaded until the process exits.
/// Thread: main thread, unless a kind says otherwise. Ownership: the host owns the object.
class Plugin
{
public:
    virtual ~Plugin() = default;

    /// Takes the plugin's own settings, already checked against the schema of its metadata with defaults filled in.
    /// Errors: ConfigurationInvalid naming the key in `field`. Called once, opens nothing.
    virtual Result<void> configure(const QJsonObject &settings, const PluginContext &context) = 0;
    /// Opens what it needs. On error nothing stays open.
    virtual Result<void> start() = 0;
    /// Ends all work; after it returns no callback of the plugin may arrive. A plugin that overruns `deadline` is
    /// reported and left behind. Idempotent.
    virtual void stop(std::chrono::milliseconds deadline) = 0;
};

} // namespace hudhud
