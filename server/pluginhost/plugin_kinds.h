// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "plugin-api/plugin.h"

#include <QByteArray>
#include <QObject>

#include <memory>
#include <span>

namespace hudhud {

/// One kind of plugin as the host handles it. The order of the table is the order in which kinds start.
struct PluginKind
{
    QByteArrayView name;
    const char *interfaceId;
    /// Makes the real object from a library's root object; null when that is no factory of this kind.
    std::unique_ptr<Plugin> (*create)(QObject *root);
};

std::span<const PluginKind> pluginKindTable();

/// The kind of that name, or null.
const PluginKind *findPluginKind(QByteArrayView name);

} // namespace hudhud
