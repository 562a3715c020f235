// SPDX-License-Identifier: GPL-3.0-or-later
#include "attachments/attachment_files.h"

#include <QDir>
#include <QDirIterator>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace hudhud;

/// The bytes of attachments on the disk.
class AttachmentFilesTest : public QObject
{
    Q_OBJECT

private:
    static QStringList filesIn(const QString &folder)
    {
        QStringList names;
        QDirIterator walk(folder, QDir::Files | QDir::Hidden, QDirIterator::Subdirectories);
        while (walk.hasNext())
            names.append(QDir(folder).relativeFilePath(walk.next()));
        names.sort();
        return names;
    }
    static int bucketOf(const QByteArray &id) { return id.right(2).toInt(nullptr, 16); }
    static void place(const QString &path)
    {
        QDir().mkpath(QFileInfo(path).path());
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly));
    }

    MessageIdGenerator m_ids{Clock::system()};

private Q_SLOTS:
    void givesBackWhatWasWritten()
    {
        const QTemporaryDir folder;
        const AttachmentFiles files(folder.filePath(QStringLiteral("attachments")));
        QVERIFY(files.prepare());
        QVERIFY(files.prepare());
        const QByteArray id = m_ids.next().toString();
        const QByteArray bytes = QByteArray("zero \0 byte", 11) + QByteArray(300'000, 'x');
        QVERIFY(files.write(id, bytes));
        QCOMPARE(*files.read(id, bytes.size()), bytes);
        QCOMPARE(filesIn(folder.path()),
                 QStringList(QStringLiteral("attachments/%1/%2").arg(QString::fromLatin1(id.right(2)), QString::fromLatin1(id))));
        constexpr auto Others = QFile::ReadGroup | QFile::WriteGroup | QFile::ReadOther | QFile::WriteOther;
        QVERIFY(!(QFile::permissions(folder.path() + u'/' + filesIn(folder.path()).front()) & Others));
        QVERIFY(files.remove(id));
        QVERIFY(files.remove(id));
        QVERIFY(filesIn(folder.path()).isEmpty());
    }

    void saysWhatIsNotThereOrOfAnotherSize()
    {
        const QTemporaryDir folder;
        const AttachmentFiles files(folder.filePath(QStringLiteral("attachments")));
        QVERIFY(files.prepare());
        const QByteArray id = m_ids.next().toString();
        const auto missing = files.read(id, 5);
        QVERIFY(!missing && missing.error().code() == ErrorCode::NotFound);
        QVERIFY(files.write(id, "12345"));
        const auto cut = files.read(id, 6);
        QVERIFY(!cut && cut.error().code() == ErrorCode::NotFound);
    }

    void failsWithoutItsFolder()
    {
        const QTemporaryDir folder;
        const AttachmentFiles files(folder.filePath(QStringLiteral("nowhere/attachments")));
        QVERIFY(!files.prepare());
        const auto written = files.write(m_ids.next().toString(), "12345");
        QVERIFY(!written && written.error().code() == ErrorCode::StorageUnavailable);
    }

    void cleansUpBehindACrash()
    {
        const QTemporaryDir folder;
        const AttachmentFiles files(folder.path());
        const QByteArray old = m_ids.next().toString();
        const QByteArray cutOff = m_ids.next().toString();
        const MessageId begin = m_ids.next();
        const QByteArray young = m_ids.next().toString();
        const QByteArray uploading = m_ids.next().toString();
        QVERIFY(files.write(old, "x"));
        QVERIFY(files.write(young, "x"));
        const auto path = [&folder](const QByteArray &name, const QByteArray &id) {
            return folder.path() + u'/' + QString::fromLatin1(id.right(2)) + u'/' + QString::fromLatin1(name);
        };
        place(path(cutOff + ".part", cutOff));
        place(path(uploading + ".part", uploading));
        place(path("README", old));
        std::vector<QByteArray> found;
        for (int bucket = 0; bucket < AttachmentFiles::BucketCount; ++bucket) {
            for (const QByteArray &id : files.clean(bucket, begin)) {
                QCOMPARE(bucketOf(id), bucket);
                found.push_back(id);
            }
        }
        QVERIFY(found == std::vector{old});
        QVERIFY(!QFile::exists(path(cutOff + ".part", cutOff)));
        QVERIFY(QFile::exists(path(uploading + ".part", uploading)));
        QVERIFY(QFile::exists(path("README", old)));
        QVERIFY(files.read(young, 1));
    }
};

QTEST_GUILESS_MAIN(AttachmentFilesTest)
#include "attachment_files_test.moc"
