// SPDX-License-Identifier: GPL-3.0-or-later
#include "redis_redirect.h"

#include "slot_map.h"

#include <QByteArrayList>

#include <algorithm>

namespace hudhud {

RedisRedirect parseRedirect(QByteArrayView error, const QString &askedHost)
{
    using Kind = RedisRedirect::Kind;
    const QList<QByteArray> words = error.toByteArray().split(' ');
    static constexpr QByteArrayView later[] = {"TRYAGAIN", "CLUSTERDOWN", "MASTERDOWN", "LOADING"};
    if (std::ranges::find(later, QByteArrayView(words[0])) != std::end(later))
        return {.kind = Kind::Later, .endpoint = {}};
    if (words[0] == "NOSCRIPT")
        return {.kind = Kind::NoScript, .endpoint = {}};
    if ((words[0] != "MOVED" && words[0] != "ASK") || words.size() != 3)
        return {};
    bool isNumber = false;
    const int slot = words[1].toInt(&isNumber);
    const auto endpoint = parseEndpoint(QString::fromUtf8(words[2]), askedHost);
    if (!isNumber || slot < 0 || slot >= SlotMap::SlotCount || !endpoint)
        return {};
    return {.kind = words[0] == "ASK" ? Kind::Ask : Kind::Moved, .slot = slot, .endpoint = *endpoint};
}

} // namespace hudhud
