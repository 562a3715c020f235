// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArrayView>

namespace hudhud {

/// Checks UTF-8 (RFC 3629) that arrives in pieces: no overlong forms, no surrogates, nothing above U+10FFFF.
class Utf8Validator
{
public:
    /// False as soon as no continuation could make the text valid; use no more then.
    bool accept(QByteArrayView bytes);
    /// True between two characters.
    bool isComplete() const { return m_missing == 0; }
    void reset() { *this = Utf8Validator(); }

private:
    bool startCharacter(quint8 lead);

    quint8 m_missing = 0; ///< Continuation bytes that the character still needs.
    quint8 m_lowest = 0x80; ///< Bounds of the next one.
    quint8 m_highest = 0xBF;
};

} // namespace hudhud
