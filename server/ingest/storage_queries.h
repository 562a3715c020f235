// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "plugin-api/services.h"
#include "storage/storage_client.h"

namespace hudhud {

/// The reads of transports, answered by the store. Thread: its I/O thread. Ownership: `storage` outlives it;
/// it need not live until its reads complete.
class StorageQueries final : public MessageQueries
{
public:
    explicit StorageQueries(StorageClient &storage)
        : m_storage(storage)
    {
    }

    void find(const MessageId &id, Completion<MessagePointer> completion) override;
    void events(const MessageId &id, Completion<std::vector<MessageEvent>> completion) override;
    void list(const MessageFilter &filter, Completion<std::vector<MessagePointer>> completion) override;
    void pendingCount(const Recipient &recipient, Completion<qint64> completion) override;

private:
    StorageClient &m_storage;
};

} // namespace hudhud
