// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/message.h"

#include <optional>
#include <span>
#include <vector>

namespace hudhud {

/// What the store knows of an uploaded file. Its bytes are elsewhere: the store keeps only this row, and who refers to
/// it.
struct AttachmentRecord
{
    Attachment attachment; ///< Its id is the text of a UUIDv7.
    QByteArray digest;     ///< SHA-256 of the bytes, 32 bytes.
    qint64 apiKeyId = 0;   ///< Whose messages may name it.
    Timestamp createdAt{};

    friend bool operator==(const AttachmentRecord &, const AttachmentRecord &) = default;
};

// What stores say when they refuse.
inline Error noSuchAttachment(const QByteArray &id)
{
    return Error::invalidField(
        QStringLiteral("attachments"),
        QStringLiteral("There is no attachment %1 of this API key; upload it with POST /api/v1/attachments, and name it "
                       "before it is removed (attachments.unused_lifetime).")
            .arg(QString::fromUtf8(id)));
}
inline Error noRoomForAttachment(qint64 maximumTotal)
{
    return Error(ErrorCode::QuotaExceeded,
                 QStringLiteral("The attachments would have more than %1 bytes (attachments.maximum_total); wait until "
                                "older ones have been removed with their messages.")
                     .arg(maximumTotal));
}

/// The rows of attachments. Messages and running broadcasts hold what they name: WriteBatch and BroadcastWriter refuse
/// an attachment that is not there or belongs to another API key, and count those that hold it, all in their own
/// transactions. With its last holder an attachment is condemned: nobody can name it or read it any more, and its row
/// stays until the file has gone. Thread and errors: as StorageWriter; each call is one durable transaction.
class AttachmentWriter
{
public:
    virtual ~AttachmentWriter() = default;
    /// Result: the bytes of all attachments. Errors: QuotaExceeded when they would be more than `maximumTotal`; Conflict
    /// when the id exists.
    virtual Result<qint64> add(const AttachmentRecord &record, qint64 maximumTotal) = 0;
    /// Condemns those that nobody ever held and that are older than `unusedBefore`. Result: ids of condemned ones, also
    /// of earlier ones; at most `limit`.
    virtual Result<std::vector<QByteArray>> condemn(Timestamp unusedBefore, int limit) = 0;
    /// Removes the rows of condemned ones, whose files are gone. Result: the bytes of all attachments.
    virtual Result<qint64> forget(std::span<const QByteArray> ids) = 0;
};

/// Thread and errors: as StorageReader.
class AttachmentReader
{
public:
    virtual ~AttachmentReader() = default;
    /// Nothing for those that are condemned.
    virtual Result<std::optional<AttachmentRecord>> find(const QByteArray &id) = 0;
    /// Those of `ids` that have no row, in their order.
    virtual Result<std::vector<QByteArray>> unknown(std::span<const QByteArray> ids) = 0;
    /// The bytes of all attachments.
    virtual Result<qint64> total() = 0;
};

} // namespace hudhud
