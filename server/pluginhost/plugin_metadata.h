// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "config/value_rule.h"
#include "core/error.h"

#include <QByteArray>
#include <QJsonObject>
#include <QJsonValue>
#include <QString>

#include <vector>

namespace hudhud {

/// Another plugin that this one needs.
struct PluginDependency
{
    QByteArray kind;
    QByteArray name;
    bool isOptional = false; ///< Used when it is selected, not missed when it is not.
};

/// One key of a plugin's table in the configuration.
struct PluginSetting
{
    QByteArray key;
    ValueRule rule;
    QString description;
    QJsonValue defaultValue{QJsonValue::Undefined}; ///< Normalized; undefined when there is none.
    bool isRequired = false;
};

/// What a plugin says of itself in metadata.json.
struct PluginMetadata
{
    QByteArray kind;
    QByteArray name;
    QByteArray version; ///< "1.2.3"
    int apiVersion = 0;
    QString description;
    std::vector<PluginDependency> dependencies;
    std::vector<PluginSetting> settings; ///< By key.

    /// "storage.sqlite": the plugin's table in the configuration.
    QByteArray table() const { return kind + '.' + name; }
};

/// Checks field by field what `QPluginLoader::metaData()` found, without running any of the plugin's code.
/// The same checks hold for the interface id, which has to fit the kind. Errors: PluginRefused with
/// everything that is wrong on one line. Thread: any.
Result<PluginMetadata> readPluginMetadata(const QJsonObject &loaderMetaData);

} // namespace hudhud
