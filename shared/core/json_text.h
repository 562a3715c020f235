// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>

namespace hudhud {

/// Appends `utf8` to `out` as a JSON string with its quotes (RFC 8259, section 7). Only what must be escaped is escaped;
/// everything else, including text beyond ASCII, is copied as it is. `utf8` must be valid UTF-8. Thread: any.
void appendJsonString(QByteArray &out, QByteArrayView utf8);

} // namespace hudhud
