// SPDX-License-Identifier: GPL-3.0-or-later
#include "glob_pattern.h"

#include <utility>

namespace hudhud {

namespace {

/// One element of a pattern other than `*`: whether it takes `byte`, and where the next one begins.
struct Step
{
    bool matches = false;
    qsizetype next = 0;
};

uchar at(QByteArrayView text, qsizetype index)
{
    return static_cast<uchar>(text[index]);
}

/// `begin` is behind the opening bracket. A set without its end is the literal bracket.
Step stepSet(QByteArrayView pattern, qsizetype begin, uchar byte)
{
    qsizetype i = begin;
    const bool isNegated = i < pattern.size() && pattern[i] == '^';
    if (isNegated)
        ++i;
    const qsizetype first = i;
    bool isIn = false;
    while (i < pattern.size() && (pattern[i] != ']' || i == first)) {
        if (pattern[i] == '\\' && i + 1 < pattern.size())
            ++i;
        uchar low = at(pattern, i);
        uchar high = low;
        if (i + 2 < pattern.size() && pattern[i + 1] == '-' && pattern[i + 2] != ']') {
            high = at(pattern, i + 2);
            i += 2;
        }
        if (low > high)
            std::swap(low, high);
        isIn = isIn || (byte >= low && byte <= high);
        ++i;
    }
    if (i >= pattern.size())
        return {byte == '[', begin};
    return {isIn != isNegated, i + 1};
}

Step step(QByteArrayView pattern, qsizetype index, uchar byte)
{
    switch (pattern[index]) {
    case '?':
        return {true, index + 1};
    case '[':
        return stepSet(pattern, index + 1, byte);
    case '\\':
        if (index + 1 < pattern.size())
            return {at(pattern, index + 1) == byte, index + 2};
        [[fallthrough]];
    default:
        return {at(pattern, index) == byte, index + 1};
    }
}

} // namespace

bool globMatches(QByteArrayView pattern, QByteArrayView text)
{
    qsizetype p = 0;
    qsizetype t = 0;
    // Where to go on when a later part fails: the last star takes one byte more. Earlier ones need not.
    qsizetype afterStar = -1;
    qsizetype starEnd = 0;
    while (t < text.size()) {
        if (p < pattern.size() && pattern[p] == '*') {
            afterStar = ++p;
            starEnd = t;
            continue;
        }
        const Step taken = p < pattern.size() ? step(pattern, p, at(text, t)) : Step();
        if (taken.matches) {
            p = taken.next;
            ++t;
        } else if (afterStar >= 0) {
            p = afterStar;
            t = ++starEnd;
        } else {
            return false;
        }
    }
    while (p < pattern.size() && pattern[p] == '*')
        ++p;
    return p == pattern.size();
}

} // namespace hudhud
