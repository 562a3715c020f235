// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "attachments/attachment_files.h"
#include "attachments/attachment_metrics.h"
#include "attachments/disk_threads.h"
#include "config/configuration.h"
#include "plugin-api/attachment_service.h"
#include "storage/storage_client.h"

namespace hudhud {

/// Attachments with their bytes in files and their rows in the store: first the file, then the row, so that a row always
/// has its file. Thread: its I/O thread. Ownership: what is passed in outlives it.
class StoredAttachments final : public Attachments
{
public:
    struct Parts
    {
        const AttachmentOptions &options;
        const Clock &clock;
        MessageIdGenerator &ids;
        const AttachmentFiles &files;
        DiskThreads &disk;
        StorageClient &storage;
        const AttachmentMetrics &metrics;
    };

    explicit StoredAttachments(const Parts &parts)
        : m_parts(parts)
    {
    }

    qint64 maximumSize() const override { return m_parts.options.maximumSize; }
    bool allowsType(QByteArrayView contentType) const override;
    void upload(NewAttachment file, Completion<Attachment> completion) override;
    void describe(qint64 apiKeyId, std::vector<QByteArray> ids,
                  Completion<std::vector<Attachment>> completion) override;
    void find(const QByteArray &id, Completion<std::optional<AttachmentRecord>> completion) override;
    void read(const AttachmentRecord &record, Completion<QByteArray> completion) override;

private:
    void store(AttachmentRecord record, Completion<Attachment> completion);
    void dropFile(const QByteArray &id);

    const Parts m_parts;
    QObject m_anchor; ///< Takes the completions of the disk's threads.
};

} // namespace hudhud
