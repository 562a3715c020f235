// SPDX-License-Identifier: GPL-3.0-or-later
#include "config/configuration_changes.h"

#include "config/configuration_options.h"

#include <QSet>

#include <algorithm>

namespace hudhud {

namespace {

template <typename T>
QSet<QByteArray> keysOfBoth(const QHash<QByteArray, T> &one, const QHash<QByteArray, T> &other)
{
    QSet<QByteArray> keys(one.keyBegin(), one.keyEnd());
    keys.unite(QSet<QByteArray>(other.keyBegin(), other.keyEnd()));
    return keys;
}

void compareEndpoints(const ConfigurationOption &option, const Configuration &running,
                      const Configuration &fresh, QByteArrayList &changed)
{
    for (const QByteArray &endpoint : keysOfBoth(running.endpoints, fresh.endpoints)) {
        if (option.value(running, endpoint) != option.value(fresh, endpoint))
            changed.append("endpoints." + endpoint + '.' + option.name);
    }
}

void comparePluginSettings(const Configuration &running, const Configuration &fresh, QByteArrayList &changed)
{
    for (const QByteArray &table : keysOfBoth(running.pluginSettings, fresh.pluginSettings)) {
        const QJsonObject before = running.pluginSettings.value(table);
        const QJsonObject after = fresh.pluginSettings.value(table);
        const QStringList beforeKeys = before.keys();
        const QStringList afterKeys = after.keys();
        QSet<QString> keys(beforeKeys.begin(), beforeKeys.end());
        keys.unite(QSet<QString>(afterKeys.begin(), afterKeys.end()));
        for (const QString &key : keys) {
            if (before.value(key) != after.value(key))
                changed.append(table + '.' + key.toUtf8());
        }
    }
}

} // namespace

ConfigurationChanges compareConfigurations(const Configuration &running, const Configuration &fresh)
{
    ConfigurationChanges changes;
    for (const ConfigurationOption &option : configurationOptions()) {
        QByteArrayList &changed = option.isReloadable ? changes.applicable : changes.needRestart;
        if (option.section == EndpointSection)
            compareEndpoints(option, running, fresh, changed);
        else if (option.value(running, {}) != option.value(fresh, {}))
            changed.append(option.section + '.' + option.name);
    }
    comparePluginSettings(running, fresh, changes.needRestart);
    std::ranges::sort(changes.applicable);
    std::ranges::sort(changes.needRestart);
    return changes;
}

Configuration withReloadableKeys(const Configuration &running, const Configuration &fresh)
{
    Configuration next = running;
    for (const ConfigurationOption &option : configurationOptions()) {
        if (!option.isReloadable)
            continue;
        if (option.section != EndpointSection) {
            option.assign(next, {}, option.value(fresh, {}));
            continue;
        }
        for (const QByteArray &endpoint : running.endpoints.keys()) {
            if (fresh.endpoints.contains(endpoint))
                option.assign(next, endpoint, option.value(fresh, endpoint));
        }
    }
    return next;
}

} // namespace hudhud
