// SPDX-License-Identifier: GPL-3.0-or-later
#include "pluginhost/plugin_settings.h"

#include "config/configuration_text.h"

#include <algorithm>

namespace hudhud {

namespace {

Error settingError(const Configuration &configuration, const QByteArray &key, const QString &problem)
{
    const QString origin = configuration.origins.value(key, QStringLiteral("defaults"));
    return Error(ErrorCode::ConfigurationInvalid,
                 QStringLiteral("%1: %2: %3").arg(origin, QString::fromUtf8(key), problem));
}

/// Environment variables are text whatever the setting's type is.
QJsonValue typedValue(const PluginSetting &setting, const QJsonValue &value, const QString &origin)
{
    const bool isText = value.isString() && origin.startsWith(QLatin1String("HUDHUD_"));
    return isText ? valueFromText(setting.rule.type, value.toString()) : value;
}

QStringList keysOf(const PluginMetadata &metadata)
{
    QStringList keys;
    for (const PluginSetting &setting : metadata.settings)
        keys.append(QString::fromUtf8(setting.key));
    return keys;
}

} // namespace

std::expected<QJsonObject, std::vector<Error>> checkedPluginSettings(const PluginMetadata &metadata,
                                                                     const Configuration &configuration)
{
    const QByteArray table = metadata.table();
    const QJsonObject given = configuration.pluginSettings.value(table);
    QJsonObject settings;
    std::vector<Error> errors;
    for (const PluginSetting &setting : metadata.settings) {
        const QString name = QString::fromUtf8(setting.key);
        const QByteArray key = table + '.' + setting.key;
        if (!given.contains(name)) {
            if (setting.isRequired)
                errors.push_back(
                    settingError(configuration, key,
                                 QStringLiteral("is required and has no default: set it in [%1] to %2")
                                     .arg(QString::fromUtf8(table), expectation(setting.rule))));
            else if (!setting.defaultValue.isUndefined())
                settings.insert(name, setting.defaultValue);
            continue;
        }
        const QJsonValue value = typedValue(setting, given.value(name), configuration.origins.value(key));
        const std::expected<QJsonValue, QString> normalized = checkedValue(setting.rule, value);
        if (normalized)
            settings.insert(name, *normalized);
        else
            errors.push_back(settingError(configuration, key, normalized.error()));
    }
    const QStringList known = keysOf(metadata);
    for (const QString &name : given.keys()) {
        if (!known.contains(name))
            errors.push_back(settingError(
                configuration, table + '.' + name.toUtf8(),
                QStringLiteral("unknown key%1; [%2] has: %3")
                    .arg(suggestion(name, known), QString::fromUtf8(table),
                         known.isEmpty() ? QStringLiteral("no keys") : known.join(QStringLiteral(", ")))));
    }
    if (!errors.empty())
        return std::unexpected(std::move(errors));
    return settings;
}

QByteArray defaultSettingsText(const PluginMetadata &metadata)
{
    QByteArray text = "\n# " + metadata.description.toUtf8() + "\n[" + metadata.table() + "]\n";
    for (const PluginSetting &setting : metadata.settings) {
        if (!setting.defaultValue.isUndefined()) {
            text += keyText(setting.key, setting.description, setting.rule, setting.defaultValue);
            continue;
        }
        const char *need = setting.isRequired ? "required" : "not set";
        text += "# " + setting.description.toUtf8() + " (" + limitsText(setting.rule).toUtf8() + "; " + need
            + ")\n# " + setting.key + " =\n";
    }
    return text;
}

} // namespace hudhud
