// SPDX-License-Identifier: GPL-3.0-or-later
#include "plugin-api/services.h"

#include <algorithm>

namespace hudhud {

bool ApiKeyIdentity::hasScope(QByteArrayView scope) const
{
    return std::ranges::any_of(scopes, [scope](const QByteArray &own) { return own == scope; });
}

} // namespace hudhud
