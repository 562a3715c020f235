// SPDX-License-Identifier: GPL-3.0-or-later
#include "signalr/hub_downloads.h"

#include "signalr/hub_connection.h"

#include <algorithm>
#include <utility>

namespace hudhud {

void HubProducer::wake()
{
    m_isReady = true;
    if (const auto connection = m_connection.lock())
        connection->scheduleFlush();
}

bool HubDownloads::contains(QByteArrayView id) const
{
    return std::ranges::find(m_streams, id, &Stream::id) != m_streams.end();
}

void HubDownloads::add(HubConnection &connection, const QByteArray &id, std::unique_ptr<HubProducer> producer)
{
    producer->m_connection = connection.weak_from_this();
    m_streams.push_back({id, std::move(producer)});
}

bool HubDownloads::cancel(QByteArrayView id)
{
    const auto found = std::ranges::find(m_streams, id, &Stream::id);
    if (found == m_streams.end())
        return false;
    const Stream cancelled = std::move(*found);
    m_streams.erase(found);
    return true;
}

bool HubDownloads::pull(HubConnection &connection, int share)
{
    bool hasMore = false;
    for (std::size_t i = 0; i < m_streams.size() && connection.hasRoom();) {
        if (!m_streams[i].producer->m_isReady) {
            ++i;
        } else if (pullOne(connection, m_streams[i], share)) {
            hasMore = hasMore || m_streams[i].producer->m_isReady;
            ++i;
        } else {
            m_streams.erase(m_streams.begin() + static_cast<std::ptrdiff_t>(i));
        }
    }
    // Who came last in this turn comes first in the next one.
    if (m_streams.size() > 1)
        std::ranges::rotate(m_streams, m_streams.begin() + 1);
    return hasMore;
}

bool HubDownloads::pullOne(HubConnection &connection, Stream &stream, int share)
{
    for (int i = 0; i < share && connection.hasRoom(); ++i) {
        stream.producer->m_isReady = false; // Unless it says otherwise, perhaps from inside `next`.
        const HubStreamStep step = stream.producer->next();
        switch (step.kind) {
        case HubStreamStep::Kind::Wait:
            return true;
        case HubStreamStep::Kind::Item:
            stream.producer->m_isReady = true;
            connection.writeItem(stream.id, step.item);
            break;
        case HubStreamStep::Kind::End:
            connection.answer(stream.id, {});
            return false;
        case HubStreamStep::Kind::Failed:
            connection.answerError(stream.id,
                                   "An error occurred on the server while streaming results. HubException: "
                                       + step.error);
            return false;
        }
    }
    return true;
}

} // namespace hudhud
