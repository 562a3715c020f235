// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "attachments/attachment_files.h"
#include "attachments/attachment_metrics.h"
#include "attachments/disk_threads.h"
#include "config/configuration.h"
#include "storage/storage_client.h"

#include <QObject>
#include <QTimer>

#include <memory>

namespace hudhud {

/// Removes attachments that nobody holds any more, or that no message has named in time: first the row is condemned, then
/// the file goes, then the row, so that a crash anywhere leaves only work to be done again. After a start it also removes
/// the files of uploads that a crash cut off. Thread: the one that made it. Ownership: what is passed in outlives it.
class AttachmentSweeper final : public QObject
{
    Q_OBJECT

public:
    struct Parts
    {
        const AttachmentOptions &options;
        const Clock &clock;
        const AttachmentFiles &files;
        DiskThreads &disk;
        const AttachmentMetrics &metrics;
        /// An id from before the first upload: files with later ones belong to this run.
        MessageId begin;
    };

    explicit AttachmentSweeper(const Parts &parts);

    /// `client` is this thread's.
    void start(StorageClient &client);
    void stop();

private:
    using Ids = std::vector<QByteArray>;

    void sweep();
    void removeFiles(const Ids &ids);
    void forget(Ids ids);
    void sweepAgain(bool isFull);
    void readTotal();
    void cleanBucket(int bucket);
    void removeOrphans(int bucket, const Ids &ids);
    void dropOrphans(int bucket, const Ids &orphans);

    const Parts m_parts;
    StorageClient *m_client = nullptr;
    QTimer m_timer;
    std::shared_ptr<char> m_lifetime; ///< Set while it runs; completions that come later see it gone.
};

} // namespace hudhud
