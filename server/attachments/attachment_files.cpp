// SPDX-License-Identifier: GPL-3.0-or-later
#include "attachments/attachment_files.h"

#include <QDir>
#include <QFile>

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace hudhud {

namespace {

const QByteArray Unfinished(".part");
constexpr mode_t FolderMode = 0700;
constexpr mode_t FileMode = 0600;

std::unexpected<Error> failure(const char *what, const QByteArray &path, int code = errno)
{
    const bool isFull = code == ENOSPC || code == EDQUOT;
    return std::unexpected(Error(isFull ? ErrorCode::StorageFull : ErrorCode::StorageUnavailable,
                                 QStringLiteral("cannot %1 %2: %3")
                                     .arg(QString::fromLatin1(what), QFile::decodeName(path),
                                          QString::fromLocal8Bit(std::strerror(code)))));
}

/// An open file that is closed at the end.
class Descriptor
{
public:
    Descriptor(const QByteArray &path, int flags)
        : m_descriptor(::open(path.constData(), flags | O_CLOEXEC, FileMode))
    {
    }
    ~Descriptor()
    {
        if (m_descriptor >= 0)
            ::close(m_descriptor);
    }
    Descriptor(const Descriptor &) = delete;
    Descriptor &operator=(const Descriptor &) = delete;

    bool isOpen() const { return m_descriptor >= 0; }
    bool sync() const { return ::fsync(m_descriptor) == 0; }
    bool writeAll(QByteArrayView bytes) const
    {
        while (!bytes.isEmpty()) {
            const ssize_t written = ::write(m_descriptor, bytes.data(), std::size_t(bytes.size()));
            if (written < 0 && errno != EINTR)
                return false;
            bytes = bytes.sliced(qMax<ssize_t>(written, 0));
        }
        return true;
    }

private:
    int m_descriptor;
};

Result<void> syncFolder(const QByteArray &path)
{
    const Descriptor folder(path, O_RDONLY | O_DIRECTORY);
    if (!folder.isOpen() || !folder.sync())
        return failure("sync", path);
    return {};
}

Result<void> makeFolder(const QByteArray &path)
{
    if (::mkdir(path.constData(), FolderMode) == 0)
        return syncFolder(path.first(path.lastIndexOf('/')));
    return errno == EEXIST ? Result<void>() : failure("make", path);
}

Result<void> writeSynced(const QByteArray &path, QByteArrayView bytes)
{
    const Descriptor file(path, O_WRONLY | O_CREAT | O_EXCL);
    if (!file.isOpen() || !file.writeAll(bytes) || !file.sync())
        return failure("write", path);
    return {};
}

} // namespace

AttachmentFiles::AttachmentFiles(const QString &folder)
    : m_folder(QFile::encodeName(QDir(folder).absolutePath()))
{
}

Result<void> AttachmentFiles::prepare() const
{
    return makeFolder(m_folder);
}

Result<void> AttachmentFiles::write(const QByteArray &id, QByteArrayView bytes) const
{
    const QByteArray bucket = bucketOf(id);
    const QByteArray path = pathOf(id);
    const QByteArray unfinished = path + Unfinished;
    if (auto made = makeFolder(bucket); !made)
        return made;
    auto written = writeSynced(unfinished, bytes);
    if (written && ::rename(unfinished.constData(), path.constData()) != 0)
        written = failure("rename", unfinished);
    if (!written) {
        ::unlink(unfinished.constData());
        return written;
    }
    return syncFolder(bucket);
}

Result<QByteArray> AttachmentFiles::read(const QByteArray &id, qint64 size) const
{
    QFile file(QFile::decodeName(pathOf(id)));
    if (!file.open(QIODevice::ReadOnly) || file.size() != size)
        return std::unexpected(Error(ErrorCode::NotFound, QStringLiteral("The attachment's file is not there.")));
    QByteArray bytes = file.readAll();
    if (bytes.size() != size)
        return std::unexpected(Error(ErrorCode::StorageUnavailable,
                                     QStringLiteral("cannot read an attachment: %1").arg(file.errorString())));
    return bytes;
}

Result<void> AttachmentFiles::remove(const QByteArray &id) const
{
    const QByteArray path = pathOf(id);
    return ::unlink(path.constData()) == 0 || errno == ENOENT ? Result<void>() : failure("remove", path);
}

std::vector<QByteArray> AttachmentFiles::clean(int bucket, const MessageId &end) const
{
    const QByteArray name = QByteArray::number(bucket, 16).rightJustified(2, '0');
    const QDir folder(QFile::decodeName(m_folder + '/' + name));
    const QStringList names = folder.entryList(QDir::Files | QDir::Hidden, QDir::Name);
    std::vector<QByteArray> ids;
    for (const QString &entry : names) {
        const QByteArray file = entry.toLatin1();
        const bool isUnfinished = file.endsWith(Unfinished);
        const QByteArray text = isUnfinished ? file.chopped(Unfinished.size()) : file;
        const auto id = MessageId::fromString(text);
        if (!id || !(*id < end))
            continue;
        if (isUnfinished)
            ::unlink(QFile::encodeName(folder.filePath(entry)).constData());
        else
            ids.push_back(text);
    }
    return ids;
}

QByteArray AttachmentFiles::bucketOf(const QByteArray &id) const
{
    return m_folder + '/' + id.right(2);
}

} // namespace hudhud
