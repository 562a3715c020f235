// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/error.h"

namespace hudhud {

/// The secret from which the key of links is derived: 32 random bytes in `file`, written at the first start so that
/// only the server's user can read it. Links outlive restarts with it; who removes it ends all of them.
/// Thread: any, blocks on the disk. Errors: InvalidField, for the data directory.
Result<QByteArray> loadLinkSecret(const QString &file);

} // namespace hudhud
