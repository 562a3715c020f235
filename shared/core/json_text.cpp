// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/json_text.h"

#include <array>

namespace hudhud {

namespace {

/// 0: copied as it is; 'u': needs \u00XX; else the letter after the backslash.
constexpr std::array<char, 256> EscapeOf = [] {
    std::array<char, 256> table{};
    for (int control = 0; control < 0x20; ++control)
        table[control] = 'u';
    table['\b'] = 'b';
    table['\f'] = 'f';
    table['\n'] = 'n';
    table['\r'] = 'r';
    table['\t'] = 't';
    table['"'] = '"';
    table['\\'] = '\\';
    return table;
}();

} // namespace

void appendJsonString(QByteArray &out, QByteArrayView utf8)
{
    constexpr char hexDigits[] = "0123456789abcdef";
    out.append('"');
    qsizetype plainStart = 0;
    for (qsizetype i = 0; i < utf8.size(); ++i) {
        const auto byte = static_cast<unsigned char>(utf8[i]);
        const char escape = EscapeOf[byte];
        if (escape == 0)
            continue;
        out.append(utf8.sliced(plainStart, i - plainStart));
        plainStart = i + 1;
        if (escape == 'u') {
            const char sequence[]{'\\', 'u', '0', '0', hexDigits[byte >> 4], hexDigits[byte & 0x0F]};
            out.append(sequence, sizeof sequence);
        } else {
            const char sequence[]{'\\', escape};
            out.append(sequence, sizeof sequence);
        }
    }
    out.append(utf8.sliced(plainStart));
    out.append('"');
}

} // namespace hudhud
