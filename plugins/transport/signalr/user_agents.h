// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>

#include <algorithm>
#include <cstddef>
#include <unordered_set>

namespace hudhud {

/// What clients call themselves, kept once for all connections that say the same. When there are too many different ones
/// it begins anew; connections keep theirs. Thread: one.
class UserAgents
{
public:
    static constexpr std::size_t MaximumKept = 256;
    static constexpr qsizetype MaximumBytes = 200;

    QByteArray shared(QByteArrayView userAgent)
    {
        if (userAgent.isEmpty())
            return {};
        if (m_kept.size() >= MaximumKept)
            m_kept.clear();
        return *m_kept.insert(userAgent.first(std::min(userAgent.size(), MaximumBytes)).toByteArray()).first;
    }

private:
    std::unordered_set<QByteArray> m_kept;
};

} // namespace hudhud
