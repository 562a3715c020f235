// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "config/configuration.h"
#include "config/value_rule.h"

#include <QByteArray>
#include <QSet>

namespace hudhud {

/// A configuration as a commented TOML file with every key, its type and limits; `defaultConfiguration()`
/// gives the file of `--print-default-config`. Secrets that are set appear as "***". Of the plugins'
/// settings, those whose full key ("storage.postgresql.password") is in `secretSettings` are masked too.
/// Thread: any.
QByteArray configurationText(const Configuration &configuration, const QSet<QByteArray> &secretSettings = {});

/// One documented key as it stands in such a file.
QByteArray keyText(const QByteArray &name, const QString &description, const ValueRule &rule,
                   const QJsonValue &normalized);

} // namespace hudhud
