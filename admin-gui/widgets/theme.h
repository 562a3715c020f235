// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/level.h"

#include <QColor>
#include <QPalette>

namespace hudhud::console {

/// Colours that suit the light or dark palette in use. Thread: the main thread.
namespace theme {

enum class Appearance : quint8 { System, Light, Dark };

/// Sets the palette of the application; System: what the desktop said when the program began.
void apply(Appearance appearance);
/// Whether the palette in use is a dark one.
bool isDark();
/// For text and lines; readable on the base colour (contrast of at least 4.5). None: the text's colour.
QColor levelColour(Level level);
/// A tint for backgrounds.
QColor levelTint(Level level);
QColor secondaryText();
QColor separator();
/// Distinguishable lines of a chart.
QColor seriesColour(int index);
/// Black or white, whichever can be read on `background`.
QColor textOn(const QColor &background);
/// `share` of `over` on `under`.
QColor mixed(const QColor &under, const QColor &over, double share);

} // namespace theme

} // namespace hudhud::console
