// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>

#include <span>

namespace hudhud {

/// The one of `known` that `name` is most probably a misspelling of (Levenshtein distance, letter case
/// ignored); empty when none is near. Thread: any.
QByteArrayView nearestName(QByteArrayView name, std::span<const QByteArrayView> known);

} // namespace hudhud
