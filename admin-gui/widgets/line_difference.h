// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QList>
#include <QString>

namespace hudhud::console {

/// A line of a comparison of two texts.
struct DifferenceLine
{
    enum class Kind : quint8 { Same, Removed, Added };

    Kind kind;
    QString text;

    bool operator==(const DifferenceLine &) const = default;
};

/// The shortest list of removed and added lines that leads from one text to the other. Texts of more than
/// MaximumDifferenceLines lines are compared as wholes.
QList<DifferenceLine> lineDifference(const QString &before, const QString &after);
constexpr qsizetype MaximumDifferenceLines = 1'000;

/// As a block of HTML in the colours of the palette in use.
QString differenceHtml(const QList<DifferenceLine> &lines);

} // namespace hudhud::console
