// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArrayView>

namespace hudhud {

/// True when the whole of `text` matches the glob `pattern`: `*` any bytes, `?` one byte, `[a-z]` one of a
/// set,
/// `[^a-z]` one outside it, a backslash takes the next byte literally. Takes at most pattern times text
/// steps.
bool globMatches(QByteArrayView pattern, QByteArrayView text);

} // namespace hudhud
