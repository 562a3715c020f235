// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/command_line.h"
#include "config/configuration.h"

#include <optional>

namespace hudhud {

/// Runs help, version and the like. Result: the exit code, or nothing when the command needs a configuration.
std::optional<int> runWithoutConfiguration(const CommandLine &line);

/// Runs a command beside a server that may be serving. Result: the exit code; what went wrong is on stderr.
int runCommand(const CommandLine &line, const Configuration &configuration);

} // namespace hudhud
