// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "fanout/fan_out.h"
#include "plugin-api/fan_out.h"

namespace hudhud {

/// Makes broadcasts durable and hands them to the engine. Thread: its I/O thread. Ownership: what is passed in outlives
/// it.
class StoredBroadcasts final : public Broadcasts
{
public:
    struct Parts
    {
        const FanOutOptions &options;
        const Clock &clock;
        MessageIdGenerator &ids;
        StorageClient &storage;
        FanOut &engine;
    };

    explicit StoredBroadcasts(const Parts &parts)
        : m_parts(parts)
    {
    }

    void start(Message message, const QByteArray &group, std::vector<Recipient> recipients,
               std::optional<IdempotencyClaim> claim, Completion<StartedBroadcast> completion) override;
    void find(const MessageId &id, Completion<std::optional<Broadcast>> completion) override;
    void cancel(const MessageId &id, Completion<Broadcast> completion) override;

private:
    const Parts m_parts;
};

} // namespace hudhud
