// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>

namespace hudhud {

/// The longest signature in bytes.
inline constexpr qsizetype MaximumSignatureBytes = 200;

/// What failures of one cause have in common: the text with everything that differs from case to case replaced. Numbers
/// become "#", UUIDs, hexadecimal numbers and long mixtures of letters and digits "<id>", quoted parts "\"…\"", and any
/// run of white space one space; cut to the limit at the border of a character. `text` is UTF-8. Thread: any; pure.
QByteArray errorSignature(QByteArrayView text);

} // namespace hudhud
