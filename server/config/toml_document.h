// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/error.h"

#include <QByteArray>
#include <QByteArrayList>
#include <QJsonValue>
#include <QString>

#include <vector>

namespace hudhud {

/// One key of a TOML file with its place.
struct TomlEntry
{
    QByteArrayList path; ///< {"endpoints", "public", "listen"}
    QJsonValue value; ///< Undefined: an empty table, or a kind of value that configuration never has.
    int line = 0;
    bool isTable = false; ///< An empty table.
};

/// Reads TOML 1.0 text into its keys, in the order of the lines. `fileName` is for messages only.
/// Errors: ConfigurationInvalid with file and line. Thread: any.
Result<std::vector<TomlEntry>> parseToml(QByteArrayView text, const QString &fileName);

} // namespace hudhud
