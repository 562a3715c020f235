// SPDX-License-Identifier: GPL-3.0-or-later
#include "attachments/stored_attachments.h"

#include "attachments/media_type.h"
#include "security/secrets.h"

namespace hudhud {

bool StoredAttachments::allowsType(QByteArrayView contentType) const
{
    return isAllowedMediaType(contentType, m_parts.options.allowedTypes);
}

void StoredAttachments::upload(NewAttachment file, Completion<Attachment> completion)
{
    AttachmentRecord record{.attachment = {.id = m_parts.ids.next().toString(),
                                           .name = std::move(file.name),
                                           .contentType = std::move(file.contentType),
                                           .size = file.bytes.size()},
                            .digest = {},
                            .apiKeyId = file.apiKeyId,
                            .createdAt = m_parts.clock.now()};
    const qint64 size = record.attachment.size;
    m_parts.disk.run<AttachmentRecord>(
        m_anchor, size,
        [&files = m_parts.files, record = std::move(record),
         bytes = std::move(file.bytes)]() mutable -> Result<AttachmentRecord> {
            record.digest = sha256(bytes);
            if (auto written = files.write(record.attachment.id, bytes); !written)
                return std::unexpected(written.error());
            return std::move(record);
        },
        [this, completion = std::move(completion)](Result<AttachmentRecord> written) mutable {
            if (written)
                return store(std::move(*written), std::move(completion));
            m_parts.metrics.failures.add();
            completion(std::unexpected(std::move(written.error())));
        });
}

void StoredAttachments::store(AttachmentRecord record, Completion<Attachment> completion)
{
    Attachment attachment = record.attachment;
    m_parts.storage.write<qint64>(
        [record = std::move(record), limit = m_parts.options.maximumTotal](StorageWriter &writer) {
            return writer.attachments().add(record, limit);
        },
        [this, attachment = std::move(attachment),
         completion = std::move(completion)](const Result<qint64> &total) mutable {
            if (!total) {
                dropFile(attachment.id);
                return completion(std::unexpected(total.error()));
            }
            m_parts.metrics.bytes.set(*total);
            m_parts.metrics.uploads.add();
            m_parts.metrics.uploadedBytes.add(attachment.size);
            completion(std::move(attachment));
        });
}

/// If that fails as well, the next start finds it.
void StoredAttachments::dropFile(const QByteArray &id)
{
    m_parts.disk.run<void>(
        m_anchor, 0, [&files = m_parts.files, id] { return files.remove(id); },
        [&metrics = m_parts.metrics](const Result<void> &removed) {
            if (!removed)
                metrics.failures.add();
        });
}

void StoredAttachments::describe(qint64 apiKeyId, std::vector<QByteArray> ids,
                                 Completion<std::vector<Attachment>> completion)
{
    m_parts.storage.read<std::vector<Attachment>>(
        [apiKeyId, ids = std::move(ids)](StorageReader &reader) -> Result<std::vector<Attachment>> {
            std::vector<Attachment> known;
            for (const QByteArray &id : ids) {
                auto record = reader.attachments().find(id);
                if (!record)
                    return std::unexpected(record.error());
                if (*record && (*record)->apiKeyId == apiKeyId)
                    known.push_back(std::move((*record)->attachment));
            }
            return known;
        },
        std::move(completion));
}

void StoredAttachments::find(const QByteArray &id, Completion<std::optional<AttachmentRecord>> completion)
{
    m_parts.storage.read<std::optional<AttachmentRecord>>(
        [id](StorageReader &reader) { return reader.attachments().find(id); }, std::move(completion));
}

void StoredAttachments::read(const AttachmentRecord &record, Completion<QByteArray> completion)
{
    const Attachment &attachment = record.attachment;
    m_parts.disk.run<QByteArray>(
        m_anchor, attachment.size,
        [&files = m_parts.files, id = attachment.id, size = attachment.size] { return files.read(id, size); },
        [&metrics = m_parts.metrics, completion = std::move(completion)](Result<QByteArray> bytes) mutable {
            (bytes ? metrics.downloads : metrics.failures).add();
            completion(std::move(bytes));
        });
}

} // namespace hudhud
