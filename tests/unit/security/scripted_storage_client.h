// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "storage/storage_client.h"

#include <deque>

namespace hudhud {

/// Keeps the API key look-ups until the test answers them; nothing else is ever asked of it.
class ScriptedStorageClient : public StorageClient
{
public:
    struct Lookup
    {
        QByteArray hash;
        Completion<std::optional<ApiKeyRecord>> completion;
    };

    std::deque<Lookup> lookups;

    void answer(Result<std::optional<ApiKeyRecord>> result)
    {
        Lookup lookup = std::move(lookups.front());
        lookups.pop_front();
        lookup.completion(std::move(result));
    }

    void findApiKey(const QByteArray &hash, Completion<std::optional<ApiKeyRecord>> completion) override
    {
        lookups.push_back({hash, std::move(completion)});
    }

    void persist(std::vector<MessagePointer>, Completion<std::vector<Result<void>>>) override {}
    void transition(std::vector<StatusTransition>, Urgency, Completion<std::vector<Result<void>>>) override {}
    void persistOnce(std::vector<MessagePointer>, std::optional<IdempotencyClaim>, Completion<PersistOutcome>) override
    {
    }
    void withdraw(const MessageId &, Completion<void>) override {}
    void replace(MessageReplacement, Completion<void>) override {}
    void claimDue(Timestamp, int, Completion<std::vector<MessagePointer>>) override {}
    void recover(Timestamp, Completion<qint64>) override {}
    void purge(Timestamp, Timestamp, int, Completion<int>) override {}
    void saveApiKey(ApiKeyRecord, Completion<qint64>) override {}
    void find(std::vector<MessageId>, Completion<std::vector<MessagePointer>>) override {}
    void events(const MessageId &, Completion<std::vector<MessageEvent>>) override {}
    void list(const MessageFilter &, Completion<std::vector<MessagePointer>>) override {}
    void pending(const Recipient &, int, Timestamp, std::vector<MessageId>,
                 Completion<std::vector<MessagePointer>>) override
    {
    }
    void pendingCount(const Recipient &, Completion<qint64>) override {}
    void statistics(Completion<StorageStatistics>) override {}
    void apiKeys(Completion<std::vector<ApiKeyRecord>>) override {}
    void runOnWriter(DeviceTask<StorageWriter>) override {}
    void runOnReader(DeviceTask<StorageReader>) override {}
};

} // namespace hudhud
