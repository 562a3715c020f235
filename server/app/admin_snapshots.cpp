// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/admin_snapshots.h"

#include "config/configuration_options.h"
#include "pluginhost/plugin_settings.h"

#include <algorithm>

namespace hudhud {

namespace {

constexpr char Masked[] = "***";

/// As in the file: durations and sizes with their units.
QJsonValue shownValue(const ValueRule &rule, const QJsonValue &value)
{
    if (value.isUndefined() || value.isNull())
        return QJsonValue(QJsonValue::Undefined);
    if (rule.isSecret)
        return value.toString().isEmpty() ? QString() : QString::fromLatin1(Masked);
    if (rule.type != ValueType::Duration && rule.type != ValueType::Size)
        return value;
    QString text = valueText(rule, value);
    if (text.startsWith(u'"') && text.endsWith(u'"'))
        text = text.sliced(1, text.size() - 2);
    return text;
}

admin::PluginSettingInfo describe(const PluginSetting &setting)
{
    admin::PluginSettingInfo info{.key = QString::fromUtf8(setting.key),
                                  .type = QLatin1StringView(valueTypeName(setting.rule.type)),
                                  .description = setting.description,
                                  .defaultValue = shownValue(setting.rule, setting.defaultValue),
                                  .required = setting.isRequired,
                                  .secret = setting.rule.isSecret,
                                  .minimum = setting.rule.minimum,
                                  .maximum = setting.rule.maximum};
    if (!setting.rule.allowed.isEmpty())
        info.allowed = setting.rule.allowed;
    return info;
}

admin::ConfigurationKey keyOf(const Configuration &configuration, const QByteArray &key, const ValueRule &rule,
                              const QString &description)
{
    return {.key = QString::fromUtf8(key),
            .origin = configuration.origins.value(key, QStringLiteral("default")),
            .type = QLatin1StringView(valueTypeName(rule.type)),
            .description = description,
            .secret = rule.isSecret};
}

void addOption(admin::ConfigurationInfo &info, const Configuration &configuration, const ConfigurationOption &option,
               const QByteArray &section, const QByteArray &endpoint)
{
    static const Configuration defaults = defaultConfiguration();
    admin::ConfigurationKey key
        = keyOf(configuration, section + '.' + option.name, option.rule, option.description);
    key.value = shownValue(option.rule, option.value(configuration, endpoint));
    if (!option.rule.isSecret && (endpoint.isEmpty() || defaults.endpoints.contains(endpoint)))
        key.defaultValue = shownValue(option.rule, option.value(defaults, endpoint));
    key.reloadable = option.isReloadable;
    info.keys.push_back(std::move(key));
}

void addPlugin(admin::ConfigurationInfo &info, const Configuration &configuration, const PluginMetadata &plugin)
{
    const auto settings = checkedPluginSettings(plugin, configuration);
    if (!settings)
        return; // The server would not have started with it.
    for (const PluginSetting &setting : plugin.settings) {
        admin::ConfigurationKey key
            = keyOf(configuration, plugin.table() + '.' + setting.key, setting.rule, setting.description);
        key.value = shownValue(setting.rule, settings->value(QString::fromUtf8(setting.key)));
        key.defaultValue = shownValue(setting.rule, setting.defaultValue);
        info.keys.push_back(std::move(key));
    }
}

} // namespace

std::vector<admin::Plugin> describePlugins(const PluginHost &plugins)
{
    const std::vector<PluginMetadata> known = plugins.knownPlugins();
    std::vector<admin::Plugin> described;
    for (const PluginStatus &status : plugins.list()) {
        admin::Plugin &plugin = described.emplace_back();
        plugin.kind = QString::fromUtf8(status.kind);
        plugin.name = QString::fromUtf8(status.name);
        plugin.version = QString::fromUtf8(status.version);
        plugin.state = QLatin1StringView(pluginStateName(status.state));
        plugin.selected = status.state != PluginState::Read && status.state != PluginState::Failed;
        plugin.file = status.file;
        plugin.error = status.error;
        const auto metadata = std::ranges::find_if(known, [&status](const PluginMetadata &one) {
            return one.kind == status.kind && one.name == status.name;
        });
        if (metadata == known.end())
            continue;
        plugin.description = metadata->description;
        plugin.settings.emplace();
        for (const PluginSetting &setting : metadata->settings)
            plugin.settings->push_back(describe(setting));
    }
    return described;
}

admin::ConfigurationInfo describeConfiguration(const Configuration &configuration,
                                               const std::vector<PluginMetadata> &plugins)
{
    admin::ConfigurationInfo info;
    QList<QByteArray> endpoints = configuration.endpoints.keys();
    std::ranges::sort(endpoints);
    for (const ConfigurationOption &option : configurationOptions()) {
        if (option.section != EndpointSection) {
            addOption(info, configuration, option, option.section, {});
            continue;
        }
        for (const QByteArray &endpoint : endpoints)
            addOption(info, configuration, option, "endpoints." + endpoint, endpoint);
    }
    for (const PluginMetadata &plugin : plugins)
        addPlugin(info, configuration, plugin);
    std::ranges::sort(info.keys, {}, &admin::ConfigurationKey::key);
    return info;
}

} // namespace hudhud
