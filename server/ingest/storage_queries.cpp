// SPDX-License-Identifier: GPL-3.0-or-later
#include "ingest/storage_queries.h"

#include <utility>

namespace hudhud {

void StorageQueries::find(const MessageId &id, Completion<MessagePointer> completion)
{
    m_storage.find({id},
                   [completion = std::move(completion)](Result<std::vector<MessagePointer>> found) mutable {
                       if (!found)
                           completion(std::unexpected(std::move(found.error())));
                       else
                           completion(found->empty() ? MessagePointer() : std::move(found->front()));
                   });
}

void StorageQueries::events(const MessageId &id, Completion<std::vector<MessageEvent>> completion)
{
    m_storage.events(id, std::move(completion));
}

void StorageQueries::list(const MessageFilter &filter, Completion<std::vector<MessagePointer>> completion)
{
    m_storage.list(filter, std::move(completion));
}

void StorageQueries::pendingCount(const Recipient &recipient, Completion<qint64> completion)
{
    m_storage.pendingCount(recipient, std::move(completion));
}

} // namespace hudhud
