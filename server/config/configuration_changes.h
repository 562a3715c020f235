// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "config/configuration.h"

#include <QByteArrayList>

namespace hudhud {

/// What a reload found. Keys are sorted and dotted ("log.level", "storage.sqlite.path").
struct ConfigurationChanges
{
    QByteArrayList applicable; ///< Taken by the running server.
    QByteArrayList needRestart; ///< Stay as they were until the next start.
};

/// Compares the running configuration with a freshly loaded one. Thread: any.
ConfigurationChanges compareConfigurations(const Configuration &running, const Configuration &fresh);

/// The running configuration with the reloadable keys of `fresh`: the next immutable snapshot.
Configuration withReloadableKeys(const Configuration &running, const Configuration &fresh);

} // namespace hudhud
