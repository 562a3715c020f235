// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QList>

#include <optional>

namespace hudhud::client {

/// Takes the data out of an event stream (WHATWG HTML, "Server-sent events"). Fields other than `data` do not
/// matter here.
class EventStreamParser
{
public:
    /// `limit`: bytes that one event may have.
    explicit EventStreamParser(qsizetype limit)
        : m_limit(limit)
    {
    }

    /// Takes bytes that were cut anywhere and gives the data of all events that are now complete. Nothing:
    /// one is too long.
    std::optional<QList<QByteArray>> feed(QByteArrayView bytes);

private:
    void endLine(QList<QByteArray> &events);

    qsizetype m_limit;
    QByteArray m_line;
    QByteArray m_data; ///< Each line with its LF.
    bool m_endsWithReturn = false; ///< A LF that comes now belongs to the CR before it.
};

} // namespace hudhud::client
