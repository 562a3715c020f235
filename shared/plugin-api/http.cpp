// SPDX-License-Identifier: GPL-3.0-or-later
#include "plugin-api/http.h"

namespace hudhud {

std::optional<QByteArray> queryValue(QByteArrayView query, QByteArrayView key)
{
    while (!query.isEmpty()) {
        const qsizetype end = query.indexOf('&');
        const QByteArrayView pair = end < 0 ? query : query.first(end);
        query = end < 0 ? QByteArrayView() : query.sliced(end + 1);
        const qsizetype equals = pair.indexOf('=');
        const QByteArrayView name = equals < 0 ? pair : pair.first(equals);
        if (QByteArray::fromPercentEncoding(name.toByteArray()) != key)
            continue;
        if (equals < 0)
            return QByteArray("");
        QByteArray value = pair.sliced(equals + 1).toByteArray();
        value.replace('+', ' ');
        return QByteArray::fromPercentEncoding(value);
    }
    return std::nullopt;
}

} // namespace hudhud
