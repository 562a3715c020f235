// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "delivery/message_router.h"
#include "ingest/held_clock.h"
#include "ingest/plain_metrics.h"
#include "storage/storage_client.h"

#include <algorithm>
#include <deque>
#include <functional>
#include <map>
#include <set>
#include <utility>

namespace hudhud::fakes {

class RecordingRouter final : public MessageRouter
{
public:
    void route(std::span<const MessagePointer> messages) override
    {
        routed.insert(routed.end(), messages.begin(), messages.end());
    }
    void superseded(std::span<const MessagePointer> messages) override
    {
        dropped.insert(dropped.end(), messages.begin(), messages.end());
    }

    std::vector<MessagePointer> routed;
    std::vector<MessagePointer> dropped;
};

/// Keeps messages in memory; completes when told to, as the real client does in a later loop turn.
class MemoryStorageClient final : public StorageClient
{
public:
    void persist(std::vector<MessagePointer> messages,
                 Completion<std::vector<Result<void>>> completion) override
    {
        m_waiting.push_back([this, messages = std::move(messages),
                             completion = std::move(completion)]() mutable {
            if (failure)
                return completion(std::unexpected(*failure));
            std::vector<Result<void>> results(messages.size());
            for (std::size_t i = 0; i < messages.size(); ++i) {
                if (refusedPlaces.contains(i))
                    results[i] = std::unexpected(Error(ErrorCode::Conflict, QStringLiteral("the id exists")));
                else
                    stored[messages[i]->id] = messages[i];
            }
            completion(std::move(results));
        });
    }
    /// Knows one claim by its key, as the store would.
    void persistOnce(std::vector<MessagePointer> messages, std::optional<IdempotencyClaim> claim,
                     Completion<PersistOutcome> completion) override
    {
        m_waiting.push_back([this, messages = std::move(messages), claim = std::move(claim),
                             completion = std::move(completion)]() mutable {
            if (failure)
                return completion(std::unexpected(*failure));
            if (claim && claims.contains(claim->key)) {
                PersistOutcome first = claims[claim->key];
                first.isReplayed = true;
                return completion(std::move(first));
            }
            PersistOutcome outcome{.ids = {}, .createdAt = messages.front()->createdAt, .superseded = supersededNext};
            for (const MessagePointer &message : messages) {
                stored[message->id] = message;
                outcome.ids.push_back(message->id);
            }
            if (claim)
                claims[claim->key] = outcome;
            completion(std::move(outcome));
        });
    }
    void find(std::vector<MessageId> ids, Completion<std::vector<MessagePointer>> completion) override
    {
        m_waiting.push_back([this, ids = std::move(ids), completion = std::move(completion)]() mutable {
            if (failure)
                return completion(std::unexpected(*failure));
            std::vector<MessagePointer> found;
            for (const MessageId &id : ids)
                found.push_back(stored.contains(id) ? stored[id] : MessagePointer());
            completion(std::move(found));
        });
    }
    void events(const MessageId &id, Completion<std::vector<MessageEvent>> completion) override
    {
        m_waiting.push_back([this, id, completion = std::move(completion)]() mutable {
            if (!stored.contains(id))
                return completion(
                    std::unexpected(Error(ErrorCode::NotFound, QStringLiteral("no such message"))));
            completion(std::vector<MessageEvent>(1));
        });
    }
    void list(const MessageFilter &filter, Completion<std::vector<MessagePointer>> completion) override
    {
        m_waiting.push_back([this, filter, completion = std::move(completion)]() mutable {
            std::vector<MessagePointer> listed;
            for (const auto &[id, message] : stored) {
                if (!filter.recipient || message->recipient == *filter.recipient)
                    listed.push_back(message);
            }
            completion(std::move(listed));
        });
    }
    void pendingCount(const Recipient &recipient, Completion<qint64> completion) override
    {
        m_waiting.push_back([this, recipient, completion = std::move(completion)]() mutable {
            completion(std::ranges::count_if(
                stored, [&](const auto &entry) { return entry.second->recipient == recipient; }));
        });
    }

    // What ingest has no business with.
    void transition(std::vector<StatusTransition>, Urgency, Completion<std::vector<Result<void>>>) override
    {
        unexpected();
    }
    void withdraw(const MessageId &, Completion<void>) override { unexpected(); }
    void replace(MessageReplacement, Completion<void>) override { unexpected(); }
    void claimDue(Timestamp, int, Completion<std::vector<MessagePointer>>) override { unexpected(); }
    void recover(Timestamp, Completion<qint64>) override { unexpected(); }
    void purge(Timestamp, Timestamp, int, Completion<int>) override { unexpected(); }
    void saveApiKey(ApiKeyRecord, Completion<qint64>) override { unexpected(); }
    void pending(const Recipient &, int, Timestamp, std::vector<MessageId>,
                 Completion<std::vector<MessagePointer>>) override
    {
        unexpected();
    }
    void statistics(Completion<StorageStatistics>) override { unexpected(); }
    void findApiKey(const QByteArray &, Completion<std::optional<ApiKeyRecord>>) override { unexpected(); }
    void apiKeys(Completion<std::vector<ApiKeyRecord>>) override { unexpected(); }
    void runOnWriter(DeviceTask<StorageWriter>) override { unexpected(); }
    void runOnReader(DeviceTask<StorageReader>) override { unexpected(); }

    /// Does what has been asked so far, oldest first.
    void completeAll()
    {
        while (!m_waiting.empty()) {
            auto work = std::move(m_waiting.front());
            m_waiting.pop_front();
            work();
        }
    }
    std::size_t waiting() const { return m_waiting.size(); }

    std::optional<Error> failure;
    std::set<std::size_t> refusedPlaces;
    std::map<MessageId, MessagePointer> stored;
    std::map<QByteArray, PersistOutcome> claims;
    std::vector<MessagePointer> supersededNext;

private:
    [[noreturn]] static void unexpected() { qFatal("not a call that ingest makes"); }

    std::deque<std::move_only_function<void()>> m_waiting;
};

} // namespace hudhud::fakes
