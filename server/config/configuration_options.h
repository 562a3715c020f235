// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "config/configuration.h"
#include "config/value_rule.h"

#include <QByteArray>
#include <QString>

#include <functional>
#include <vector>

namespace hudhud {

/// The section that stands for every [endpoints.<name>].
inline constexpr QByteArrayView EndpointSection = "endpoints.*";

/// One key of the configuration: how it is written, what it may be, and where it goes. Loading, documentation
/// and comparison all read this one table. Thread: any, immutable.
struct ConfigurationOption
{
    QByteArray section; ///< "node", "security.jwt", or EndpointSection.
    QByteArray name; ///< "io_threads".
    ValueRule rule;
    QString description;
    bool isReloadable = false; ///< A running server takes the new value at SIGHUP.
    /// `endpoint` is the endpoint's name; empty for other sections.
    std::function<void(Configuration &configuration, const QByteArray &endpoint,
                       const QJsonValue &normalized)>
        assign;
    std::function<QJsonValue(const Configuration &configuration, const QByteArray &endpoint)> value;
};

/// Every option, sections together, in the order of the documentation.
const std::vector<ConfigurationOption> &configurationOptions();

/// The option at `section` ("endpoints.public" for endpoints) and `name`, or null.
const ConfigurationOption *findConfigurationOption(const QByteArray &section, const QByteArray &name);

/// The name in "endpoints.<name>", else empty.
QByteArray endpointOfSection(const QByteArray &section);

/// The built-in defaults, with the endpoints "public" and "admin".
Configuration defaultConfiguration();

/// Plugin kinds, each of which may have tables [<kind>.<plugin>].
const QStringList &pluginKinds();

} // namespace hudhud
