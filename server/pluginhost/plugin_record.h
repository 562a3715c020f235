// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "plugin-api/plugin.h"
#include "pluginhost/plugin_metadata.h"

#include <QPluginLoader>

#include <memory>
#include <optional>

namespace hudhud {

/// How far a plugin has come. `Failed` is final.
enum class PluginState : quint8 {
    Read, ///< Its metadata is good; nothing of it has run.
    Resolved, ///< Selected; dependencies and settings are good.
    Loaded, ///< Its library is loaded and the object made.
    Configured, ///< It has its settings.
    Started,
    Stopped,
    Failed, ///< The error says why.
};

/// "read", "resolved", ...
QByteArrayView pluginStateName(PluginState state);

/// One file of the plugin folder and what became of it. Thread: main thread.
/// Every step turns exceptions of the plugin into errors, marks the record Failed on errors, and names the
/// plugin and its file in the message.
class PluginRecord
{
public:
    /// Reads the metadata of `file` without running code of it.
    explicit PluginRecord(const QString &file);

    const QString &file() const { return m_file; }
    const std::optional<PluginMetadata> &metadata() const { return m_metadata; }
    PluginState state() const { return m_state; }
    const std::optional<Error> &error() const { return m_error; }
    /// The real object; null before it is loaded.
    Plugin *plugin() const { return m_plugin.get(); }
    /// `storage sqlite (/usr/lib/hudhud/plugins/hudhud-storage-sqlite.so)`, or the file when that is all
    /// there is.
    QString label() const;

    /// The settings were checked against the schema.
    void resolve(const QJsonObject &settings);
    Result<void> load();
    /// `context` outlives the plugin inside this record.
    Result<void> configure(const PluginContext &context);
    Result<void> start();
    /// Ends the plugin. `onOverrun` runs on another thread when it has not returned shortly after `deadline`.
    Result<void> stop(std::chrono::milliseconds deadline,
                      const std::function<void(const Error &)> &onOverrun);
    /// Marks it Failed with `problem` and gives the whole error.
    Error fail(const QString &problem, ErrorCode code = ErrorCode::PluginRefused);
    void destroy() { m_plugin.reset(); }

private:
    Result<void> call(const char *step, PluginState next, const std::function<Result<void>()> &function);

    QString m_file;
    QPluginLoader m_loader;
    std::optional<PluginMetadata> m_metadata;
    PluginState m_state = PluginState::Read;
    std::optional<Error> m_error;
    QJsonObject m_settings;
    PluginContext m_context;
    std::unique_ptr<Plugin> m_plugin;
};

} // namespace hudhud
