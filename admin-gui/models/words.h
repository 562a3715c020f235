// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/level.h"

#include <QString>

namespace hudhud::console {

/// A word of the admin API, what people read instead, and how bad it is when it is a state.
struct Word
{
    const char *word;
    const char *text; ///< English; translated in the context "Words".
    Level level = Level::None;
};

/// Null when the word is not known.
const Word *findWord(const QString &word);

} // namespace hudhud::console
