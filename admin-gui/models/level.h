// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QMetaType>

namespace hudhud::console {

/// How bad something is. Shown as a colour and, because colours are not for everybody, as a word or a sign.
enum class Level : quint8 { None, Good, Warning, Bad };

} // namespace hudhud::console

Q_DECLARE_METATYPE(hudhud::console::Level)
