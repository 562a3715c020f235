// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/error.h"

#include <expected>

namespace hudhud {

/// Who asks is not known. `reason` tells them why, so it must not tell which secret would have been right.
inline std::unexpected<Error> unauthorized(const char *reason)
{
    return std::unexpected(Error(ErrorCode::Unauthorized, QString::fromLatin1(reason)));
}

} // namespace hudhud
