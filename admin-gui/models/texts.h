// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/level.h"

#include <QDateTime>
#include <QJsonValue>
#include <QString>

#include <chrono>

namespace hudhud::console {

// How values of the admin API are shown, in the language and locale of the user. Thread: the main thread.

/// Texts and numbers as they are, lists and objects as compact JSON.
QString plainText(const QJsonValue &value);
/// With the locale's separators; empty for what is no number.
QString numberText(const QJsonValue &value);
QString percentText(double share);
/// An RFC 3339 time in the local time zone; the date only when it is not today.
QString timeText(const QString &rfc3339);
/// With date, milliseconds and zone, for tool tips and details.
QString exactTimeText(const QString &rfc3339);
/// "12 s ago": the largest unit that fits.
QString ageText(std::chrono::milliseconds age);
/// "1 min 30 s" and the like.
QString durationText(double seconds);
/// "850 ms" or "1.2 s".
QString latencyText(double seconds);
/// One of the API's words (a state, a class, a reason) in the user's language; itself when it is not known.
QString wordText(const QString &word);
/// How bad a state is; None for words that are no states.
Level wordLevel(const QString &word);
/// For a right-to-left window: what has no right-to-left letters, like a masked number or a time, keeps its
/// order.
QString inReadingOrder(const QString &text);
/// "Good", "Warning", "Bad", for those who do not see colours.
QString levelText(Level level);

} // namespace hudhud::console
