// SPDX-License-Identifier: GPL-3.0-or-later
#include "attachments/attachment_sweeper.h"

#include "plugin-api/attachments.h"

#include <QLoggingCategory>

namespace hudhud {

Q_LOGGING_CATEGORY(lcAttachments, "hudhud.attachments")

namespace {

using namespace std::chrono_literals;

constexpr int SweepBatch = 100; ///< Attachments removed in one step.

/// Those of `ids` whose files are gone.
std::vector<QByteArray> removeAll(const AttachmentFiles &files, const std::vector<QByteArray> &ids)
{
    std::vector<QByteArray> removed;
    for (const QByteArray &id : ids) {
        if (const auto done = files.remove(id))
            removed.push_back(id);
        else
            qCWarning(lcAttachments, "%s", qUtf8Printable(done.error().message()));
    }
    return removed;
}

} // namespace

AttachmentSweeper::AttachmentSweeper(const Parts &parts)
    : m_parts(parts)
{
    m_timer.setSingleShot(true);
    connect(&m_timer, &QTimer::timeout, this, [this] { sweep(); });
}

void AttachmentSweeper::start(StorageClient &client)
{
    m_client = &client;
    m_lifetime = std::make_shared<char>();
    readTotal();
    cleanBucket(0);
    sweep();
}

void AttachmentSweeper::stop()
{
    m_lifetime.reset();
    m_timer.stop();
    m_client = nullptr;
}

void AttachmentSweeper::readTotal()
{
    m_client->read<qint64>([](StorageReader &reader) { return reader.attachments().total(); },
                           [this, lifetime = std::weak_ptr(m_lifetime)](const Result<qint64> &total) {
                               if (!lifetime.expired() && total)
                                   m_parts.metrics.bytes.set(*total);
                           });
}

void AttachmentSweeper::sweep()
{
    m_client->write<Ids>(
        [before = m_parts.clock.now() - m_parts.options.unusedLifetime](StorageWriter &writer) {
            return writer.attachments().condemn(before, SweepBatch);
        },
        [this, lifetime = std::weak_ptr(m_lifetime)](const Result<Ids> &ids) {
            if (lifetime.expired())
                return;
            if (!ids)
                m_parts.metrics.failures.add();
            if (ids && !ids->empty())
                removeFiles(*ids);
            else
                sweepAgain(false);
        });
}

void AttachmentSweeper::removeFiles(const Ids &ids)
{
    m_parts.disk.run<Ids>(
        *this, 0, [&files = m_parts.files, ids]() -> Result<Ids> { return removeAll(files, ids); },
        [this, asked = ids.size(), lifetime = std::weak_ptr(m_lifetime)](Result<Ids> removed) {
            if (lifetime.expired())
                return;
            if (!removed || removed->size() < asked)
                m_parts.metrics.failures.add();
            if (removed && !removed->empty())
                forget(std::move(*removed));
            else
                sweepAgain(false);
        });
}

void AttachmentSweeper::forget(Ids ids)
{
    const auto count = std::ssize(ids);
    m_client->write<qint64>(
        [ids = std::move(ids)](StorageWriter &writer) { return writer.attachments().forget(ids); },
        [this, count, lifetime = std::weak_ptr(m_lifetime)](const Result<qint64> &total) {
            if (lifetime.expired())
                return;
            if (total) {
                m_parts.metrics.removed.add(count);
                m_parts.metrics.bytes.set(*total);
            } else {
                m_parts.metrics.failures.add();
            }
            sweepAgain(total && count >= SweepBatch);
        });
}

void AttachmentSweeper::sweepAgain(bool isFull)
{
    m_timer.start(isFull ? 0ms : m_parts.options.sweepInterval);
}

void AttachmentSweeper::cleanBucket(int bucket)
{
    if (bucket == AttachmentFiles::BucketCount)
        return;
    m_parts.disk.run<Ids>(
        *this, 0,
        [&files = m_parts.files, bucket, end = m_parts.begin]() -> Result<Ids> { return files.clean(bucket, end); },
        [this, bucket, lifetime = std::weak_ptr(m_lifetime)](const Result<Ids> &ids) {
            if (lifetime.expired())
                return;
            if (ids && !ids->empty())
                removeOrphans(bucket, *ids);
            else
                cleanBucket(bucket + 1);
        });
}

void AttachmentSweeper::removeOrphans(int bucket, const Ids &ids)
{
    m_client->read<Ids>([ids](StorageReader &reader) { return reader.attachments().unknown(ids); },
                        [this, bucket, lifetime = std::weak_ptr(m_lifetime)](const Result<Ids> &orphans) {
                            if (lifetime.expired())
                                return;
                            if (!orphans)
                                m_parts.metrics.failures.add();
                            if (orphans && !orphans->empty())
                                dropOrphans(bucket, *orphans);
                            else
                                cleanBucket(bucket + 1);
                        });
}

void AttachmentSweeper::dropOrphans(int bucket, const Ids &orphans)
{
    m_parts.disk.run<Ids>(
        *this, 0, [&files = m_parts.files, orphans]() -> Result<Ids> { return removeAll(files, orphans); },
        [this, bucket, lifetime = std::weak_ptr(m_lifetime)](const Result<Ids> &removed) {
            if (lifetime.expired())
                return;
            m_parts.metrics.orphans.add(removed ? std::ssize(*removed) : 0);
            cleanBucket(bucket + 1);
        });
}

} // namespace hudhud
