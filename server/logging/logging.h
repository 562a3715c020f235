// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "config/configuration.h"

namespace hudhud {

/// Sends every Qt log message of the process to standard error, one line each, in one write: human lines on a
/// terminal, JSON lines otherwise, or as configured. Categories are hudhud.<module>; define them with
/// Q_LOGGING_CATEGORY. Messages below the configured level cost one atomic read. Call again to apply a
/// reload. Thread: call on the main thread; logging itself is safe from any.
void applyLogOptions(const LogOptions &options);

} // namespace hudhud
