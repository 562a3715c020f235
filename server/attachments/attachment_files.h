// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/error.h"
#include "core/message_id.h"

#include <vector>

namespace hudhud {

/// The bytes of attachments: `<folder>/xx/<id>`, where xx are the last two digits of the id. A file appears whole or not
/// at all: it is written under another name, synced and renamed. Thread: any; blocks on the disk. Errors:
/// StorageUnavailable, StorageFull.
class AttachmentFiles
{
public:
    static constexpr int BucketCount = 256;

    explicit AttachmentFiles(const QString &folder);

    /// Makes the folder, for nobody but the server's user.
    Result<void> prepare() const;
    /// On success the file survives power loss.
    Result<void> write(const QByteArray &id, QByteArrayView bytes) const;
    /// Errors: NotFound when it is not there or has not `size` bytes.
    Result<QByteArray> read(const QByteArray &id, qint64 size) const;
    /// One that is not there is as good as removed.
    Result<void> remove(const QByteArray &id) const;
    /// Ids of the files of a bucket that are older than `end`; removes unfinished ones of before `end`.
    std::vector<QByteArray> clean(int bucket, const MessageId &end) const;

private:
    QByteArray bucketOf(const QByteArray &id) const;
    QByteArray pathOf(const QByteArray &id) const { return bucketOf(id) + '/' + id; }

    const QByteArray m_folder; ///< As the system's calls want it.
};

} // namespace hudhud
