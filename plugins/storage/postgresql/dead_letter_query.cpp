// SPDX-License-Identifier: GPL-3.0-or-later
#include "dead_letter_query.h"

namespace hudhud {

QByteArray patternOf(const QByteArray &text)
{
    if (text.isEmpty())
        return {};
    QByteArray pattern("%");
    for (const char c : text) {
        if (c == '%' || c == '_' || c == '\\')
            pattern.append('\\');
        pattern.append(c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c);
    }
    return pattern.append('%');
}

} // namespace hudhud
