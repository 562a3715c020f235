// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "config/configuration.h"
#include "core/error.h"

#include <QProcessEnvironment>

#include <expected>
#include <vector>

namespace hudhud {

/// Reads the TOML file at `file` (empty: the built-in defaults only) and then the environment, which wins:
/// HUDHUD_NODE__IO_THREADS=2 sets node.io_threads, HUDHUD_STORAGE__SQLITE__PATH the setting of a plugin. Two
/// underscores separate tables; variables without them are none of ours.
/// Errors: every fault at once, each one line: `<file>:<line>: <key>: <what is wrong and what is allowed>`.
/// Code ConfigurationInvalid. Values of secret keys are never in the text. Thread: any; reads the file,
/// blocks on disk.
std::expected<Configuration, std::vector<Error>> loadConfiguration(const QString &file,
                                                                   const QProcessEnvironment &environment);

} // namespace hudhud
