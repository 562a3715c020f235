// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "config/configuration.h"
#include "plugin-api/balancer.h"
#include "plugin-api/cache.h"
#include "plugin-api/retry.h"
#include "plugin-api/storage.h"
#include "plugin-api/transport.h"
#include "pluginhost/plugin_record.h"

#include <functional>
#include <memory>
#include <vector>

namespace hudhud {

/// What plugins are given, and what happens when one hangs. The pointers outlive the host.
struct PluginHostOptions
{
    const Clock *clock = nullptr;
    MetricsRegistry *metrics = nullptr;
    /// A plugin's `stop` has not returned half a second after its deadline. Runs on another thread while the
    /// main thread still hangs in it. Empty: writes the error to the log and ends the process at once with
    /// exit status 70; nothing is lost by that, because what was promised to callers is durable before the
    /// promise.
    std::function<void(const Error &error)> onStopOverrun;
};

/// One line of `hudhud-server plugins`.
struct PluginStatus
{
    QByteArray kind; ///< Empty, as the next two, when the metadata could not be read.
    QByteArray name;
    QByteArray version;
    PluginState state = PluginState::Failed;
    QString file;
    QString error; ///< One line: what, and how to mend it; empty unless Failed.
};

/// Finds, checks, loads, starts and stops plugins.
///
///     PluginHost host({.clock = &Clock::system(), .metrics = &registry});
///     host.scan(pluginDirectory(configuration));
///     const std::vector<Error> errors = host.resolve(configuration); // Before any port opens: all faults,
///     one line each. if (!errors.empty())
///         return report(errors);
///     if (const Result<void> started = host.start(); !started) // storage, cache, retry, transports;
///     dependencies first.
///         return report({started.error()});
///     StorageExecutor executor(*host.storage(), ...);
///     for (Transport *transport : host.transports())
///         ... transport->createWorker(services) on each I/O thread ...
///     host.stop(std::chrono::seconds(5)); // After the workers and the executor are gone.
///
/// Thread: main thread only. Plugins' `configure`, `start` and `stop` run on it too, because objects with a
/// Qt event loop belong to the thread that made them; a watchdog on another thread sees to a `stop` that
/// never returns. Ownership: the host owns the plugins and destroys them in reverse order of their start in
/// its destructor, which first stops what still runs. Libraries stay loaded until the process exits.
class PluginHost
{
public:
    explicit PluginHost(PluginHostOptions options);
    ~PluginHost();
    PluginHost(const PluginHost &) = delete;
    PluginHost &operator=(const PluginHost &) = delete;

    /// Reads the metadata of every library in `directory`, in the order of the file names. Runs no code of
    /// them. What is wrong with a file stands in `list`; two files of one kind and name are both refused.
    void scan(const QString &directory);
    /// Selects the plugins that `configuration` names, checks their settings and dependencies and finds the
    /// order of their start. Result: everything that is wrong; a selected plugin that is refused is an error,
    /// another is not.
    std::vector<Error> resolve(const Configuration &configuration);
    /// Loads, configures and starts the selected plugins. On error those already started are stopped again.
    /// Errors: PluginRefused, or what the plugin says, in one line that names it.
    Result<void> start();
    /// Stops what runs in reverse order, all together within `deadline`. Result: what went wrong; the rest is
    /// stopped nevertheless. Idempotent.
    std::vector<Error> stop(std::chrono::milliseconds deadline);

    /// Everything that was found, in the order of the files.
    std::vector<PluginStatus> list() const;
    /// Metadata of every good plugin that was found, for the documentation of their settings.
    std::vector<PluginMetadata> knownPlugins() const;

    // The selected plugins, from the end of `start` to the end of the host; null before.
    Storage *storage() const;
    Cache *cache() const;
    RetryPolicy *retryPolicy() const;
    LoadBalancer *loadBalancer() const; ///< Null too where the configuration needs none.
    std::vector<Transport *> transports() const; ///< In the order of the configuration.

private:
    struct Selection
    {
        QByteArray kind;
        QByteArray name;
        QByteArray key; ///< Where the configuration says so: "plugins.storage".
    };

    void refuseDuplicates();
    static std::vector<Selection> selectionOf(const Configuration &configuration);
    PluginRecord *find(const QByteArray &kind, const QByteArray &name) const;
    Plugin *started(const QByteArray &kind, const QByteArray &name) const;
    QString refusalOf(const Selection &selection) const;
    void selectPlugins(const Configuration &configuration, std::vector<Error> &errors);
    void checkTables(const Configuration &configuration, std::vector<Error> &errors) const;
    void checkDependencies(std::vector<Error> &errors);
    void orderByDependencies(std::vector<Error> &errors);
    void failDependents(const PluginRecord &failed);
    Result<void> bringUp(PluginRecord &record);

    PluginHostOptions m_options;
    QString m_directory;
    QByteArray m_nodeId;
    QString m_dataDirectory;
    std::vector<std::unique_ptr<PluginRecord>> m_records;
    std::vector<PluginRecord *> m_selected; ///< After `resolve` in the order of the start.
    std::vector<QByteArray> m_transportNames;
};

/// Where the configuration says plugins are: `plugins.path`, or lib/hudhud/plugins beside the binary's
/// folder.
QString pluginDirectory(const Configuration &configuration);

} // namespace hudhud
