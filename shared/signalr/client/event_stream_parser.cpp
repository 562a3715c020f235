// SPDX-License-Identifier: GPL-3.0-or-later
#include "signalr/client/event_stream_parser.h"

#include <utility>

namespace hudhud::client {

std::optional<QList<QByteArray>> EventStreamParser::feed(QByteArrayView bytes)
{
    QList<QByteArray> events;
    for (const char byte : bytes) {
        const bool followsReturn = std::exchange(m_endsWithReturn, byte == '\r');
        if (byte == '\n' && followsReturn)
            continue;
        if (byte == '\n' || byte == '\r') {
            endLine(events);
            continue;
        }
        m_line.append(byte);
        if (m_line.size() + m_data.size() > m_limit)
            return std::nullopt;
    }
    return events;
}

void EventStreamParser::endLine(QList<QByteArray> &events)
{
    const QByteArray line = std::exchange(m_line, {});
    if (line.isEmpty()) { // The end of an event.
        if (!m_data.isEmpty()) {
            m_data.chop(1);
            events.append(std::exchange(m_data, {}));
        }
        return;
    }
    static constexpr QByteArrayView field("data:");
    if (!line.startsWith(field))
        return;
    QByteArrayView value = QByteArrayView(line).sliced(field.size());
    if (value.startsWith(' '))
        value = value.sliced(1);
    m_data.append(value).append('\n');
}

} // namespace hudhud::client
