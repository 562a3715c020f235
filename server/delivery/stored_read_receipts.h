// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/clock.h"
#include "plugin-api/read_receipts.h"
#include "plugin-api/status_feed.h"
#include "storage/storage_client.h"

#include <functional>
#include <memory>
#include <vector>

namespace hudhud {

/// The read receipts of one I/O thread, kept in the store. One write is on its way at a time and takes everything that
/// came while the last one ran, so that a busy thread's receipts share their commits. Thread and ownership: as
/// ReadReceipts; what is passed in outlives it. Bounds: BufferFull when `MaximumWaiting` receipts wait.
class StoredReadReceipts final : public ReadReceipts
{
public:
    static constexpr std::size_t MaximumWaiting = 10'000;
    /// Receipts that one write takes: others want the writer too.
    static constexpr std::size_t MaximumWrite = 256;

    /// Tells of messages that have become read.
    using Publish = std::function<void(std::vector<StatusChange> &&changes)>;

    struct Parts
    {
        StorageClient &storage;
        const Clock &clock;
        QByteArray node;
        Publish publish;
    };

    explicit StoredReadReceipts(Parts parts);

    void markRead(const Recipient &reader, const MessageId &id, ReadCompletion completion) override;

private:
    struct Receipt
    {
        Recipient reader;
        MessageId id;
        ReadCompletion completion;
    };
    using Receipts = std::vector<Receipt>;

    void write();
    void written(Receipts receipts, Result<std::vector<MessagePointer>> read);
    /// Finds out why the store left `receipts` out.
    void explain(Receipts receipts);
    void publish(const std::vector<MessagePointer> &messages) const;

    Parts m_parts;
    Receipts m_waiting; ///< Oldest first.
    bool m_isWriting = false;
    std::shared_ptr<char> m_lifetime = std::make_shared<char>();
};

} // namespace hudhud
