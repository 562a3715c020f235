// SPDX-License-Identifier: GPL-3.0-or-later
#include "pluginhost/plugin_host.h"

#include "pluginhost/dependency_order.h"
#include "pluginhost/plugin_kinds.h"
#include "pluginhost/plugin_settings.h"

#include <QCoreApplication>
#include <QDir>
#include <QLibrary>
#include <QLoggingCategory>

#include <algorithm>
#include <cstdlib>
#include <ranges>

Q_LOGGING_CATEGORY(lcPluginHost, "hudhud.pluginhost")

namespace hudhud {

using namespace std::chrono_literals;

namespace {

constexpr int OverrunExitStatus = 70; // EX_SOFTWARE of sysexits.h.

void endProcess(const Error &error)
{
    qCCritical(lcPluginHost, "%s; ending the process", qUtf8Printable(error.message()));
    std::_Exit(OverrunExitStatus);
}

QString nameOf(const PluginMetadata &metadata)
{
    return QString::fromUtf8(metadata.kind + ' ' + metadata.name);
}

} // namespace

PluginHost::PluginHost(PluginHostOptions options)
    : m_options(std::move(options))
{
    if (!m_options.onStopOverrun)
        m_options.onStopOverrun = endProcess;
}

PluginHost::~PluginHost()
{
    stop(5s);
    for (PluginRecord *record : m_selected | std::views::reverse)
        record->destroy();
}

void PluginHost::scan(const QString &directory)
{
    m_directory = QDir(directory).absolutePath();
    m_selected.clear();
    m_records.clear();
    for (const QFileInfo &file : QDir(m_directory).entryInfoList(QDir::Files, QDir::Name)) {
        if (QLibrary::isLibrary(file.fileName()))
            m_records.push_back(std::make_unique<PluginRecord>(file.absoluteFilePath()));
    }
    refuseDuplicates();
    for (const auto &record : m_records) {
        if (record->error())
            qCWarning(lcPluginHost, "%s", qUtf8Printable(record->error()->message()));
    }
}

void PluginHost::refuseDuplicates()
{
    QHash<QByteArray, std::vector<PluginRecord *>> byTable;
    for (const auto &record : m_records) {
        if (record->metadata())
            byTable[record->metadata()->table()].push_back(record.get());
    }
    for (const std::vector<PluginRecord *> &same : byTable) {
        if (same.size() < 2)
            continue;
        QStringList files;
        for (const PluginRecord *record : same)
            files.append(QFileInfo(record->file()).fileName());
        for (PluginRecord *record : same)
            record->fail(QStringLiteral("several files have this kind and name (%1); remove all but one")
                             .arg(files.join(QStringLiteral(", "))));
    }
}

std::vector<PluginHost::Selection> PluginHost::selectionOf(const Configuration &configuration)
{
    std::vector<Selection> selections{
        {.kind = "storage", .name = configuration.plugins.storage.toUtf8(), .key = "plugins.storage"},
        {.kind = "cache", .name = configuration.plugins.cache.toUtf8(), .key = "plugins.cache"},
        {.kind = "retry", .name = configuration.plugins.retry.toUtf8(), .key = "plugins.retry"},
    };
    const ClusterOptions &cluster = configuration.cluster;
    if (cluster.redirectsPhones || (cluster.isEnabled && cluster.forwardsRequests))
        selections.push_back({.kind = "balancer", .name = configuration.plugins.balancer.toUtf8(), .key = "plugins.balancer"});
    for (const QString &transport : configuration.plugins.transports)
        selections.push_back({.kind = "transport", .name = transport.toUtf8(), .key = "plugins.transports"});
    return selections;
}

std::vector<Error> PluginHost::resolve(const Configuration &configuration)
{
    m_nodeId = configuration.node.id;
    m_dataDirectory = configuration.node.dataDirectory;
    m_selected.clear();
    m_transportNames.clear();
    for (const QString &transport : configuration.plugins.transports)
        m_transportNames.push_back(transport.toUtf8());

    std::vector<Error> errors;
    selectPlugins(configuration, errors);
    checkTables(configuration, errors);
    checkDependencies(errors);
    orderByDependencies(errors);
    return errors;
}

/// Finds what the configuration names and checks its settings.
void PluginHost::selectPlugins(const Configuration &configuration, std::vector<Error> &errors)
{
    for (const Selection &selection : selectionOf(configuration)) {
        const QString origin = configuration.origins.value(selection.key, QStringLiteral("defaults"))
            + QStringLiteral(": ") + QString::fromUtf8(selection.key) + QStringLiteral(": ");
        PluginRecord *record = find(selection.kind, selection.name);
        if (!record || record->error()) {
            errors.emplace_back(ErrorCode::PluginRefused, origin + refusalOf(selection));
            continue;
        }
        if (std::ranges::find(m_selected, record) != m_selected.end()) {
            errors.emplace_back(
                ErrorCode::ConfigurationInvalid,
                origin + QStringLiteral("names \"%1\" twice").arg(QString::fromUtf8(selection.name)));
            continue;
        }
        m_selected.push_back(record);
        const auto settings = checkedPluginSettings(*record->metadata(), configuration);
        if (settings) {
            record->resolve(*settings);
            continue;
        }
        record->fail(settings.error().front().message(), ErrorCode::ConfigurationInvalid);
        errors.insert(errors.end(), settings.error().begin(), settings.error().end());
    }
}

/// Why a selected plugin cannot be had.
QString PluginHost::refusalOf(const Selection &selection) const
{
    const QString fileName = QStringLiteral("hudhud-%1-%2.")
                                 .arg(QString::fromUtf8(selection.kind), QString::fromUtf8(selection.name));
    QStringList names;
    for (const auto &record : m_records) {
        const bool isNamed = record->metadata() && record->metadata()->kind == selection.kind
            && record->metadata()->name == selection.name;
        if (record->error() && (isNamed || QFileInfo(record->file()).fileName().startsWith(fileName)))
            return record->error()->message();
        if (record->metadata() && record->metadata()->kind == selection.kind)
            names.append(QString::fromUtf8(record->metadata()->name));
    }
    return QStringLiteral("there is no %1 plugin \"%2\" in %3%4; there are: %5")
        .arg(QString::fromUtf8(selection.kind), QString::fromUtf8(selection.name), m_directory,
             suggestion(QString::fromUtf8(selection.name), names),
             names.isEmpty() ? QStringLiteral("none") : names.join(QStringLiteral(", ")));
}

/// A table for a plugin that does not exist is a misspelling; one for a plugin that is not selected is
/// allowed.
void PluginHost::checkTables(const Configuration &configuration, std::vector<Error> &errors) const
{
    QStringList known;
    for (const auto &record : m_records) {
        if (record->metadata())
            known.append(QString::fromUtf8(record->metadata()->table()));
    }
    QByteArrayList tables = configuration.pluginSettings.keys();
    std::ranges::sort(tables);
    for (const QByteArray &table : tables) {
        const QString name = QString::fromUtf8(table);
        if (known.contains(name))
            continue;
        const QStringList keys = configuration.pluginSettings.value(table).keys();
        const QByteArray firstKey = keys.isEmpty() ? table : table + '.' + keys.first().toUtf8();
        errors.emplace_back(ErrorCode::ConfigurationInvalid,
                            QStringLiteral("%1: [%2] is for a plugin that is not in %3%4")
                                .arg(configuration.origins.value(firstKey, QStringLiteral("configuration")),
                                     name, m_directory, suggestion(name, known)));
    }
}

/// Every dependency has to be selected too, unless it is optional.
void PluginHost::checkDependencies(std::vector<Error> &errors)
{
    for (PluginRecord *record : m_selected) {
        for (const PluginDependency &dependency : record->metadata()->dependencies) {
            const PluginRecord *needed = find(dependency.kind, dependency.name);
            const bool isSelected = std::ranges::find(m_selected, needed) != m_selected.end();
            if (isSelected || dependency.isOptional)
                continue;
            const QString name = QString::fromUtf8(dependency.kind + ' ' + dependency.name);
            const QString reason = needed && needed->error()
                ? QStringLiteral("failed: ") + needed->error()->message()
                : needed ? QStringLiteral("is not selected; name it in [plugins]")
                         : QStringLiteral("is not in ") + m_directory;
            errors.push_back(record->fail(QStringLiteral("needs %1, which %2").arg(name, reason)));
            break;
        }
    }
    for (const PluginRecord *record : std::vector(m_selected.begin(), m_selected.end())) {
        if (record->error())
            failDependents(*record);
    }
}

void PluginHost::orderByDependencies(std::vector<Error> &errors)
{
    std::vector<std::vector<std::size_t>> dependencies;
    for (const PluginRecord *record : m_selected) {
        std::vector<std::size_t> &own = dependencies.emplace_back();
        for (const PluginDependency &dependency : record->metadata()->dependencies) {
            const auto needed = std::ranges::find(m_selected, find(dependency.kind, dependency.name));
            if (needed != m_selected.end())
                own.push_back(static_cast<std::size_t>(needed - m_selected.begin()));
        }
    }
    const auto order = dependencyOrder(dependencies);
    if (order) {
        std::vector<PluginRecord *> sorted;
        for (const std::size_t index : *order)
            sorted.push_back(m_selected[index]);
        m_selected = std::move(sorted);
        return;
    }
    QStringList path;
    for (const std::size_t index : order.error())
        path.append(nameOf(*m_selected[index]->metadata()));
    const QString text
        = QStringLiteral("the dependencies go round in a circle: %1; one of them has to be optional "
                         "or left out")
              .arg(path.join(QStringLiteral(" -> ")));
    for (const std::size_t index : order.error())
        m_selected[index]->fail(text);
    errors.push_back(*m_selected[order.error().front()]->error());
}

/// Marks everything that needs `failed`, directly or not, and names the root cause.
void PluginHost::failDependents(const PluginRecord &failed)
{
    for (PluginRecord *record : m_selected) {
        if (record->error())
            continue;
        const bool isDependent = std::ranges::any_of(
            record->metadata()->dependencies, [&failed](const PluginDependency &dependency) {
                return !dependency.isOptional && dependency.kind == failed.metadata()->kind
                    && dependency.name == failed.metadata()->name;
            });
        if (!isDependent)
            continue;
        record->fail(QStringLiteral("needs %1, which failed: %2")
                         .arg(nameOf(*failed.metadata()), failed.error()->message()));
        failDependents(*record);
    }
}

Result<void> PluginHost::start()
{
    for (PluginRecord *record : m_selected) {
        if (record->error())
            return std::unexpected(*record->error());
        if (const Result<void> result = bringUp(*record); !result) {
            failDependents(*record);
            stop(5s);
            return result;
        }
    }
    return {};
}

Result<void> PluginHost::bringUp(PluginRecord &record)
{
    const PluginContext context{.name = record.metadata()->name,
                                .nodeId = m_nodeId,
                                .dataDirectory = m_dataDirectory,
                                .clock = m_options.clock,
                                .metrics = m_options.metrics};
    if (Result<void> result = record.load(); !result)
        return result;
    if (Result<void> result = record.configure(context); !result)
        return result;
    if (Result<void> result = record.start(); !result)
        return result;
    qCInfo(lcPluginHost, "started %s", qUtf8Printable(record.label()));
    return {};
}

std::vector<Error> PluginHost::stop(std::chrono::milliseconds deadline)
{
    constexpr auto ShortestShare = 100ms; // Also the last one gets a chance.
    const auto end = std::chrono::steady_clock::now() + deadline;
    std::vector<Error> errors;
    for (PluginRecord *record : m_selected | std::views::reverse) {
        if (record->state() != PluginState::Started)
            continue;
        const auto left
            = std::chrono::duration_cast<std::chrono::milliseconds>(end - std::chrono::steady_clock::now());
        const auto share = std::max<std::chrono::milliseconds>(left, ShortestShare);
        if (const Result<void> result = record->stop(share, m_options.onStopOverrun); !result) {
            qCCritical(lcPluginHost, "%s", qUtf8Printable(result.error().message()));
            errors.push_back(*record->error());
        }
    }
    return errors;
}

std::vector<PluginStatus> PluginHost::list() const
{
    std::vector<PluginStatus> statuses;
    for (const auto &record : m_records) {
        PluginStatus &status = statuses.emplace_back();
        status.state = record->state();
        status.file = record->file();
        status.error = record->error() ? record->error()->message() : QString();
        if (const auto &metadata = record->metadata()) {
            status.kind = metadata->kind;
            status.name = metadata->name;
            status.version = metadata->version;
        }
    }
    return statuses;
}

std::vector<PluginMetadata> PluginHost::knownPlugins() const
{
    std::vector<PluginMetadata> known;
    for (const auto &record : m_records) {
        if (record->metadata())
            known.push_back(*record->metadata());
    }
    return known;
}

PluginRecord *PluginHost::find(const QByteArray &kind, const QByteArray &name) const
{
    const auto record = std::ranges::find_if(m_records, [&](const auto &candidate) {
        const std::optional<PluginMetadata> &metadata = candidate->metadata();
        return metadata && metadata->kind == kind && metadata->name == name;
    });
    return record == m_records.end() ? nullptr : record->get();
}

/// The object of a selected plugin; null when there is none. An empty name means the only one of its kind.
Plugin *PluginHost::started(const QByteArray &kind, const QByteArray &name) const
{
    const auto record = std::ranges::find_if(m_selected, [&](const PluginRecord *candidate) {
        return candidate->metadata()->kind == kind && (name.isEmpty() || candidate->metadata()->name == name);
    });
    return record == m_selected.end() ? nullptr : (*record)->plugin();
}

// The kind was checked before the object was made, so the casts are safe.
Storage *PluginHost::storage() const
{
    return static_cast<Storage *>(started("storage", {}));
}

Cache *PluginHost::cache() const
{
    return static_cast<Cache *>(started("cache", {}));
}

RetryPolicy *PluginHost::retryPolicy() const
{
    return static_cast<RetryPolicy *>(started("retry", {}));
}

LoadBalancer *PluginHost::loadBalancer() const
{
    return static_cast<LoadBalancer *>(started("balancer", {}));
}

std::vector<Transport *> PluginHost::transports() const
{
    std::vector<Transport *> transports;
    for (const QByteArray &name : m_transportNames) {
        if (Plugin *plugin = started("transport", name))
            transports.push_back(static_cast<Transport *>(plugin));
    }
    return transports;
}

QString pluginDirectory(const Configuration &configuration)
{
    if (!configuration.plugins.path.isEmpty())
        return configuration.plugins.path;
    return QDir(QCoreApplication::applicationDirPath())
        .absoluteFilePath(QStringLiteral("../lib/hudhud/plugins"));
}

} // namespace hudhud
