// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>

#include <chrono>
#include <optional>

namespace hudhud {

/// Reads a duration as people write it: a whole number and one of ms, s, m, h, d ("500ms", "24h").
/// Nothing when the text is something else or does not fit. Thread: any.
std::optional<std::chrono::milliseconds> parseDuration(QByteArrayView text);
/// The shortest text that `parseDuration` reads back to the same value.
QByteArray formatDuration(std::chrono::milliseconds duration);

/// Reads a number of bytes: a whole number and one of B, KiB, MiB, GiB ("16KiB"). Nothing when it is
/// something else.
std::optional<qint64> parseSize(QByteArrayView text);
/// The shortest text that `parseSize` reads back to the same value.
QByteArray formatSize(qint64 bytes);

} // namespace hudhud
