// SPDX-License-Identifier: GPL-3.0-or-later
#include "fanout/stored_broadcasts.h"

#include <algorithm>
#include <utility>

namespace hudhud {

void StoredBroadcasts::start(Message message, const QByteArray &group, std::vector<Recipient> recipients,
                             std::optional<IdempotencyClaim> claim, Completion<StartedBroadcast> completion)
{
    std::ranges::sort(recipients, RecipientOrder());
    const auto doubles = std::ranges::unique(recipients);
    recipients.erase(doubles.begin(), doubles.end());
    Broadcast broadcast;
    broadcast.id = m_parts.ids.next();
    broadcast.message = std::move(message);
    broadcast.group = group;
    broadcast.createdAt = m_parts.clock.now();
    m_parts.storage.write<StartedBroadcast>(
        [broadcast = std::move(broadcast), recipients = std::move(recipients), claim = std::move(claim),
         limit = m_parts.options.maximumRunning](StorageWriter &writer) {
            return writer.broadcasts().create(broadcast, recipients, limit, claim);
        },
        [&engine = m_parts.engine, completion = std::move(completion)](Result<StartedBroadcast> started) mutable {
            if (started && !started->isReplayed)
                engine.add(started->id);
            completion(std::move(started));
        });
}

void StoredBroadcasts::find(const MessageId &id, Completion<std::optional<Broadcast>> completion)
{
    m_parts.storage.read<std::optional<Broadcast>>(
        [id](StorageReader &reader) { return reader.broadcasts().find(id); }, std::move(completion));
}

void StoredBroadcasts::cancel(const MessageId &id, Completion<Broadcast> completion)
{
    m_parts.storage.write<Broadcast>(
        [id, &clock = m_parts.clock](StorageWriter &writer) { return writer.broadcasts().cancel(id, clock.now()); },
        std::move(completion));
}

} // namespace hudhud
