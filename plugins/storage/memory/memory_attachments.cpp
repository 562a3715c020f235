// SPDX-License-Identifier: GPL-3.0-or-later
#include "memory_attachments.h"

#include "memory_store.h"

#include <mutex>

namespace hudhud {

Result<void> MemoryStore::holdAttachments(const Message &message)
{
    const std::unique_lock lock(m_mutex);
    if (auto missing = missingAttachment(message))
        return std::unexpected(std::move(*missing));
    hold(message);
    return {};
}

void MemoryStore::releaseAttachments(const Message &message)
{
    const std::unique_lock lock(m_mutex);
    release(message);
}

std::optional<Error> MemoryStore::missingAttachment(const Message &message) const
{
    for (const Attachment &attachment : message.attachments) {
        const auto found = m_attachments.find(attachment.id);
        if (found == m_attachments.end() || found->second.isCondemned
            || found->second.record.apiKeyId != message.apiKeyId)
            return noSuchAttachment(attachment.id);
    }
    return std::nullopt;
}

void MemoryStore::hold(const Message &message)
{
    for (const Attachment &attachment : message.attachments)
        ++m_attachments.at(attachment.id).holders;
}

/// With the last holder it is condemned.
void MemoryStore::release(const Message &message)
{
    for (const Attachment &attachment : message.attachments) {
        MemoryAttachment &held = m_attachments.at(attachment.id);
        held.isCondemned = --held.holders == 0;
    }
}

Result<qint64> MemoryAttachmentWriter::add(const AttachmentRecord &record, qint64 maximumTotal)
{
    const std::unique_lock lock(m_store.m_mutex);
    if (m_store.m_attachmentBytes + record.attachment.size > maximumTotal)
        return std::unexpected(noRoomForAttachment(maximumTotal));
    const bool isNew = m_store.m_attachments.try_emplace(record.attachment.id, MemoryAttachment{.record = record}).second;
    if (!isNew)
        return std::unexpected(Error(ErrorCode::Conflict, QStringLiteral("An attachment of this id exists already.")));
    m_store.m_attachmentBytes += record.attachment.size;
    return m_store.m_attachmentBytes;
}

Result<std::vector<QByteArray>> MemoryAttachmentWriter::condemn(Timestamp unusedBefore, int limit)
{
    const std::unique_lock lock(m_store.m_mutex);
    std::vector<QByteArray> ids;
    for (auto &[id, attachment] : m_store.m_attachments) {
        if (std::ssize(ids) >= limit)
            break;
        if (attachment.holders == 0 && attachment.record.createdAt < unusedBefore)
            attachment.isCondemned = true;
        if (attachment.isCondemned)
            ids.push_back(id);
    }
    return ids;
}

Result<qint64> MemoryAttachmentWriter::forget(std::span<const QByteArray> ids)
{
    const std::unique_lock lock(m_store.m_mutex);
    for (const QByteArray &id : ids) {
        const auto found = m_store.m_attachments.find(id);
        if (found == m_store.m_attachments.end() || !found->second.isCondemned)
            continue;
        m_store.m_attachmentBytes -= found->second.record.attachment.size;
        m_store.m_attachments.erase(found);
    }
    return m_store.m_attachmentBytes;
}

Result<std::optional<AttachmentRecord>> MemoryAttachmentReader::find(const QByteArray &id)
{
    const std::shared_lock lock(m_store.m_mutex);
    const auto found = m_store.m_attachments.find(id);
    const bool isThere = found != m_store.m_attachments.end() && !found->second.isCondemned;
    return isThere ? std::optional(found->second.record) : std::nullopt;
}

Result<std::vector<QByteArray>> MemoryAttachmentReader::unknown(std::span<const QByteArray> ids)
{
    const std::shared_lock lock(m_store.m_mutex);
    std::vector<QByteArray> strangers;
    for (const QByteArray &id : ids) {
        if (!m_store.m_attachments.contains(id))
            strangers.push_back(id);
    }
    return strangers;
}

Result<qint64> MemoryAttachmentReader::total()
{
    const std::shared_lock lock(m_store.m_mutex);
    return m_store.m_attachmentBytes;
}

} // namespace hudhud
