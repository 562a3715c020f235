// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "plugin-api/attachments.h"
#include "plugin-api/services.h"

namespace hudhud {

/// A file as a business uploads it.
struct NewAttachment
{
    qint64 apiKeyId = 0;
    QByteArray name;        ///< 1 to 255 bytes of UTF-8 without control characters and slashes.
    QByteArray contentType; ///< A media type that `allowsType` allows.
    QByteArray bytes;
};

/// Makes links with which anybody may download an attachment until they expire. Thread: any.
class AttachmentLinks
{
public:
    virtual ~AttachmentLinks() = default;
    /// A link that is valid from now on for the configured time: a path, or a whole URL where one is configured.
    virtual QByteArray urlOf(QByteArrayView id) const = 0;
    /// Whether `expires` and `signature` are those of a link to `id` that has not expired. Errors: Forbidden.
    virtual Result<void> check(QByteArrayView id, QByteArrayView expires, QByteArrayView signature) const = 0;
};

/// Files of messages. Thread: one object per I/O thread; completions on the same thread.
class Attachments
{
public:
    virtual ~Attachments() = default;
    virtual qint64 maximumSize() const = 0;
    virtual bool allowsType(QByteArrayView contentType) const = 0;
    /// Completes once file and row are durable. Errors: BufferFull, QuotaExceeded, StorageFull, StorageUnavailable.
    virtual void upload(NewAttachment file, Completion<Attachment> completion) = 0;
    /// What is known of those of `ids` that belong to the API key, in any order. The store looks again when it stores a
    /// message that names them.
    virtual void describe(qint64 apiKeyId, std::vector<QByteArray> ids, Completion<std::vector<Attachment>> completion)
        = 0;
    /// Nothing when there is none.
    virtual void find(const QByteArray &id, Completion<std::optional<AttachmentRecord>> completion) = 0;
    /// The bytes. Errors: NotFound, BufferFull, StorageUnavailable.
    virtual void read(const AttachmentRecord &record, Completion<QByteArray> completion) = 0;
};

} // namespace hudhud
