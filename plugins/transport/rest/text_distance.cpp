// SPDX-License-Identifier: GPL-3.0-or-later
#include "text_distance.h"

#include <algorithm>
#include <vector>

namespace hudhud {

namespace {

/// Longer names are no misspellings of ours, and the work grows with the square.
constexpr qsizetype LongestName = 32;

int editDistance(const QByteArray &left, const QByteArray &right)
{
    std::vector<int> row(static_cast<std::size_t>(right.size()) + 1);
    for (std::size_t column = 0; column < row.size(); ++column)
        row[column] = static_cast<int>(column);
    for (qsizetype i = 0; i < left.size(); ++i) {
        int diagonal = row[0]++;
        for (qsizetype j = 0; j < right.size(); ++j) {
            const int above = row[j + 1];
            const int substitution = diagonal + (left[i] == right[j] ? 0 : 1);
            row[j + 1] = std::min({above + 1, row[j] + 1, substitution});
            diagonal = above;
        }
    }
    return row.back();
}

} // namespace

QByteArrayView nearestName(QByteArrayView name, std::span<const QByteArrayView> known)
{
    if (name.size() > LongestName)
        return {};
    const QByteArray lowered = name.toByteArray().toLower();
    QByteArrayView nearest;
    int smallest = std::max<int>(1, static_cast<int>(name.size()) / 3) + 1;
    for (const QByteArrayView candidate : known) {
        const int distance = editDistance(lowered, candidate.toByteArray().toLower());
        if (distance < smallest) {
            smallest = distance;
            nearest = candidate;
        }
    }
    return nearest;
}

} // namespace hudhud
