// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "plugin-api/attachments.h"

namespace hudhud {

class MemoryStore;

/// An attachment with the number of messages and running broadcasts that hold it.
struct MemoryAttachment
{
    AttachmentRecord record;
    qint64 holders = 0;
    bool isCondemned = false;
};

/// Thread: any.
class MemoryAttachmentWriter final : public AttachmentWriter
{
public:
    explicit MemoryAttachmentWriter(MemoryStore &store)
        : m_store(store)
    {
    }

    Result<qint64> add(const AttachmentRecord &record, qint64 maximumTotal) override;
    Result<std::vector<QByteArray>> condemn(Timestamp unusedBefore, int limit) override;
    Result<qint64> forget(std::span<const QByteArray> ids) override;

private:
    MemoryStore &m_store;
};

/// Thread: any.
class MemoryAttachmentReader final : public AttachmentReader
{
public:
    explicit MemoryAttachmentReader(const MemoryStore &store)
        : m_store(store)
    {
    }

    Result<std::optional<AttachmentRecord>> find(const QByteArray &id) override;
    Result<std::vector<QByteArray>> unknown(std::span<const QByteArray> ids) override;
    Result<qint64> total() override;

private:
    const MemoryStore &m_store;
};

} // namespace hudhud
