// SPDX-License-Identifier: GPL-3.0-or-later
#include "stored_text.h"

namespace hudhud {

namespace {

constexpr char Mark = '\x01';

} // namespace

void appendStoredText(QByteArray &out, QByteArrayView text)
{
    for (const char c : text) {
        if (c != '\0' && c != Mark) {
            out.append(c);
            continue;
        }
        out.append(Mark);
        out.append(c == '\0' ? '0' : '1');
    }
}

QByteArray toStoredText(QByteArrayView text)
{
    QByteArray stored;
    stored.reserve(text.size());
    appendStoredText(stored, text);
    return stored;
}

QByteArray fromStoredText(const QByteArray &stored)
{
    if (!stored.contains(Mark))
        return stored;
    QByteArray text;
    text.reserve(stored.size());
    for (qsizetype i = 0; i < stored.size(); ++i) {
        const bool isMarked = stored[i] == Mark && i + 1 < stored.size();
        if (isMarked)
            text.append(stored[++i] == '0' ? '\0' : Mark);
        else
            text.append(stored[i]);
    }
    return text;
}

} // namespace hudhud
