// SPDX-License-Identifier: GPL-3.0-or-later
#include "attachments/media_type.h"

#include <algorithm>

namespace hudhud {

namespace {

constexpr qsizetype Longest = 255;

/// RFC 9110, section 5.6.2.
bool isToken(QByteArrayView text)
{
    static constexpr QByteArrayView Marks("!#$%&'*+-.^_`|~");
    return !text.isEmpty() && std::ranges::all_of(text, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || Marks.contains(c);
    });
}

bool isPrintable(char c)
{
    return c >= ' ' && c <= '~';
}

} // namespace

bool isAllowedMediaType(QByteArrayView contentType, const QStringList &allowed)
{
    if (contentType.size() > Longest || !std::ranges::all_of(contentType, isPrintable))
        return false;
    const qsizetype semicolon = contentType.indexOf(';');
    const QByteArrayView type = (semicolon < 0 ? contentType : contentType.first(semicolon)).trimmed();
    const qsizetype slash = type.indexOf('/');
    if (slash < 0 || !isToken(type.first(slash)) || !isToken(type.sliced(slash + 1)) || type.contains('*'))
        return false;
    return std::ranges::any_of(allowed, [type, slash](const QString &pattern) {
        const QByteArray known = pattern.toLatin1();
        if (known == "*/*")
            return true;
        const bool isFamily = known.endsWith("/*");
        const QByteArrayView compared = isFamily ? type.first(slash + 1) : type;
        return compared.compare(isFamily ? QByteArrayView(known).chopped(1) : QByteArrayView(known),
                                Qt::CaseInsensitive)
            == 0;
    });
}

} // namespace hudhud
