// SPDX-License-Identifier: GPL-3.0-or-later
#include "delivery/stored_read_receipts.h"

#include "delivery/status_exchange.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace hudhud {

namespace {

/// The ids of one reader.
struct ReaderIds
{
    Recipient reader;
    std::vector<MessageId> ids;
};

Result<std::vector<MessagePointer>> markAll(StorageWriter &writer, const std::vector<ReaderIds> &readers, Timestamp now,
                                            const QByteArray &node)
{
    std::vector<MessagePointer> all;
    for (const ReaderIds &entry : readers) {
        Result<std::vector<MessagePointer>> read = writer.receipts().markRead(entry.reader, entry.ids, now, node);
        if (!read)
            return read;
        std::ranges::move(*read, std::back_inserter(all));
    }
    return all;
}

Result<void> reasonLeftOut(const MessagePointer &message, const Recipient &reader)
{
    if (!message || message->recipient != reader)
        return std::unexpected(
            Error(ErrorCode::NotFound, QStringLiteral("There is no such message for this recipient.")));
    if (!message->readAt)
        return std::unexpected(Error(
            ErrorCode::Conflict, QStringLiteral("The message is not delivered yet; acknowledge it before it is read.")));
    return {};
}

} // namespace

StoredReadReceipts::StoredReadReceipts(Parts parts)
    : m_parts(std::move(parts))
{
}

void StoredReadReceipts::markRead(const Recipient &reader, const MessageId &id, ReadCompletion completion)
{
    if (m_waiting.size() >= MaximumWaiting) {
        if (completion)
            completion(std::unexpected(
                Error(ErrorCode::BufferFull, QStringLiteral("Too many read receipts wait for the store; try again."))));
        return;
    }
    m_waiting.push_back({reader, id, std::move(completion)});
    if (!m_isWriting)
        write();
}

void StoredReadReceipts::write()
{
    const auto end = m_waiting.begin() + static_cast<qsizetype>(std::min(m_waiting.size(), MaximumWrite));
    Receipts receipts(std::make_move_iterator(m_waiting.begin()), std::make_move_iterator(end));
    m_waiting.erase(m_waiting.begin(), end);
    std::ranges::stable_sort(receipts, {}, &Receipt::reader);
    std::vector<ReaderIds> readers;
    for (const Receipt &receipt : receipts) {
        if (readers.empty() || readers.back().reader != receipt.reader)
            readers.push_back({receipt.reader, {}});
        readers.back().ids.push_back(receipt.id);
    }
    m_isWriting = true;
    m_parts.storage.write<std::vector<MessagePointer>>(
        [readers = std::move(readers), now = m_parts.clock.now(), node = m_parts.node](StorageWriter &writer) {
            return markAll(writer, readers, now, node);
        },
        [this, receipts = std::move(receipts), lifetime = std::weak_ptr(m_lifetime)](
            Result<std::vector<MessagePointer>> read) mutable {
            if (!lifetime.expired())
                written(std::move(receipts), std::move(read));
        });
}

void StoredReadReceipts::written(Receipts receipts, Result<std::vector<MessagePointer>> read)
{
    m_isWriting = false;
    if (!m_waiting.empty())
        write();
    if (read)
        publish(*read);
    Receipts leftOut;
    for (Receipt &receipt : receipts) {
        if (read && std::ranges::find(*read, receipt.id, &Message::id) == read->end())
            leftOut.push_back(std::move(receipt));
        else if (receipt.completion)
            receipt.completion(read ? Result<void>() : std::unexpected(read.error()));
    }
    if (!leftOut.empty())
        explain(std::move(leftOut));
}

void StoredReadReceipts::explain(Receipts receipts)
{
    std::vector<MessageId> ids;
    ids.reserve(receipts.size());
    for (const Receipt &receipt : receipts)
        ids.push_back(receipt.id);
    m_parts.storage.find(std::move(ids), [receipts = std::move(receipts)](auto found) mutable {
        for (std::size_t i = 0; i < receipts.size(); ++i) {
            if (!receipts[i].completion)
                continue;
            receipts[i].completion(found ? reasonLeftOut((*found)[i], receipts[i].reader)
                                         : std::unexpected(found.error()));
        }
    });
}

void StoredReadReceipts::publish(const std::vector<MessagePointer> &messages) const
{
    std::vector<StatusChange> changes;
    changes.reserve(messages.size());
    for (const MessagePointer &message : messages) {
        changes.push_back(
            statusChange(*message, MessageStatus::Delivered, message->readAt.value_or(Timestamp())));
        changes.back().attempt = message->retryCount;
        changes.back().readAt = message->readAt;
    }
    if (!changes.empty())
        m_parts.publish(std::move(changes));
}

} // namespace hudhud
