// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/utf8_validator.h"

#include <cstring>

namespace hudhud {

bool Utf8Validator::startCharacter(quint8 lead)
{
    m_lowest = 0x80;
    m_highest = 0xBF;
    if (lead >= 0xC2 && lead <= 0xDF) {
        m_missing = 1;
    } else if (lead >= 0xE0 && lead <= 0xEF) {
        m_missing = 2;
        if (lead == 0xE0)
            m_lowest = 0xA0; // below are overlong forms
        else if (lead == 0xED)
            m_highest = 0x9F; // above are surrogates
    } else if (lead >= 0xF0 && lead <= 0xF4) {
        m_missing = 3;
        if (lead == 0xF0)
            m_lowest = 0x90; // below are overlong forms
        else if (lead == 0xF4)
            m_highest = 0x8F; // above is no Unicode
    } else {
        return false;
    }
    return true;
}

bool Utf8Validator::accept(QByteArrayView bytes)
{
    const char *at = bytes.data();
    const char *const end = at + bytes.size();
    while (at < end) {
        if (m_missing == 0) {
            quint64 word = 0;
            while (end - at >= 8) {
                std::memcpy(&word, at, 8);
                if (word & 0x8080808080808080ULL)
                    break;
                at += 8;
            }
            while (at < end && static_cast<quint8>(*at) < 0x80)
                ++at;
            if (at < end && !startCharacter(static_cast<quint8>(*at++)))
                return false;
            continue;
        }
        const auto byte = static_cast<quint8>(*at++);
        if (byte < m_lowest || byte > m_highest)
            return false;
        --m_missing;
        m_lowest = 0x80;
        m_highest = 0xBF;
    }
    return true;
}

} // namespace hudhud
