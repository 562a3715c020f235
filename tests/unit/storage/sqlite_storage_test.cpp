// SPDX-License-Identifier: GPL-3.0-or-later
#include "faulty_vfs.h"
#include "plugin-api/storage.h"
#include "sql/sqlite_connection.h"

#include <QFile>
#include <QFileInfo>
#include <QJsonObject>
#include <QPluginLoader>
#include <QTemporaryDir>
#include <QTest>

using namespace hudhud;
using namespace std::chrono_literals;

/// What the conformance suite cannot ask of every store: disks that fill up or fail, files that are damaged.
class SqliteStorageTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { m_folder = std::make_unique<QTemporaryDir>(); }
    void cleanup()
    {
        close();
        FaultyVfs::remove();
    }

    void aFullDatabaseRefusesWholeCommits()
    {
        QVERIFY2(open({{QStringLiteral("maximum_size"), 256 * 1024}}), errorText());
        qint64 stored = 0;
        std::optional<Error> error;
        while (!error && stored < 1'000) {
            const auto outcome = m_writer->commit(accepting(10));
            if (outcome)
                stored += 10;
            else
                error = outcome.error();
        }
        QVERIFY(error);
        QVERIFY(error->code() == ErrorCode::StorageFull);
        QCOMPARE(m_reader->statistics()->pending, stored);
        // What is there can still be delivered and purged, and then there is room again.
        WriteBatch withdrawing;
        const auto listed = m_reader->list({{}, {}, {}, 100});
        QVERIFY(listed);
        for (const MessagePointer &message : *listed)
            withdrawing.withdrawals.push_back(message->id);
        QVERIFY(m_writer->commit(withdrawing));
        QVERIFY(m_writer->commit(accepting(10)));
    }

    void aFailedSyncMakesItReadOnlyUntilReopened()
    {
        FaultyVfs::install();
        QVERIFY2(open(), errorText());
        QVERIFY(m_writer->commit(accepting(1)));
        FaultyVfs::failSyncs(true);
        const auto failed = m_writer->commit(accepting(1));
        FaultyVfs::failSyncs(false);
        QVERIFY(!failed);
        QVERIFY(failed.error().code() == ErrorCode::StorageReadOnly);
        QCOMPARE(m_reader->statistics()->pending, 1);
        const auto later = m_writer->commit(accepting(1));
        QVERIFY(!later && later.error().code() == ErrorCode::StorageReadOnly);
        close();
        QVERIFY2(open(), errorText());
        QVERIFY(m_writer->commit(accepting(1)));
        QCOMPARE(m_reader->statistics()->pending, 2);
    }

    void refusesAFileThatIsNoDatabase()
    {
        QFile file(path());
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(QByteArray(10'000, 'x'));
        file.close();
        QVERIFY(!open());
        QVERIFY(m_error->code() == ErrorCode::StorageCorrupt);
        QVERIFY(m_error->message().contains(path()) && m_error->message().contains(QStringLiteral("backup")));
        QCOMPARE(QFileInfo(path()).size(), 10'000); // Left as it was.
    }

    void refusesADamagedDatabase()
    {
        QVERIFY2(open(), errorText());
        QVERIFY(m_writer->commit(accepting(500)));
        close();
        QFile file(path());
        QVERIFY(file.open(QIODevice::ReadWrite));
        for (qint64 offset = 4096; offset < file.size(); offset += 4096) {
            QVERIFY(file.seek(offset));
            file.write(QByteArray(200, '\xEE'));
        }
        file.close();
        QVERIFY(!open({{QStringLiteral("check_on_start"), true}}));
        QVERIFY(m_error->code() == ErrorCode::StorageCorrupt);
        QVERIFY(!open());
        QVERIFY(m_error->code() == ErrorCode::StorageCorrupt);
    }

    void damageFoundWhileRunningStopsWriting()
    {
        QVERIFY2(open(), errorText());
        QVERIFY(m_writer->commit(accepting(5)));
        close();
        qint64 page = 0;
        {
            auto connection = SqliteConnection::open(path(), 1'000);
            page = connection->queryNumber("SELECT rootpage FROM sqlite_schema WHERE name = 'api_key'").value();
        }
        QFile file(path());
        QVERIFY(file.open(QIODevice::ReadWrite));
        QVERIFY(file.seek((page - 1) * 4096));
        file.write(QByteArray(200, '\xEE'));
        file.close();
        QVERIFY2(open(), errorText()); // Nothing has looked at that page yet.
        QVERIFY(m_writer->commit(accepting(5)));
        const auto keys = m_reader->apiKeys();
        QVERIFY(!keys && keys.error().code() == ErrorCode::StorageCorrupt);
        ApiKeyRecord key;
        key.hash = QByteArray(32, 'h');
        const auto saved = m_writer->saveApiKey(key);
        QVERIFY(!saved && saved.error().code() == ErrorCode::StorageCorrupt);
        const auto refused = m_writer->commit(accepting(5));
        QVERIFY(!refused && refused.error().code() == ErrorCode::StorageCorrupt);
        QVERIFY(refused.error().message().contains(QStringLiteral("reopened")));
        QCOMPARE(m_reader->statistics()->pending, 10);
        QVERIFY(!open({{QStringLiteral("check_on_start"), true}}));
        QVERIFY(m_error->code() == ErrorCode::StorageCorrupt);
    }

    void refusesANewerSchema()
    {
        QVERIFY2(open(), errorText());
        close();
        {
            auto connection = SqliteConnection::open(path(), 1'000);
            QVERIFY(
                connection->execute("INSERT INTO schema_migration VALUES (9999, '9999_future', x'00', 0)"));
        }
        QVERIFY(!open());
        QVERIFY(m_error->code() == ErrorCode::Unsupported);
    }

    void refusesAFolderThatIsNotThere()
    {
        QVERIFY(!open({{QStringLiteral("path"), m_folder->filePath(QStringLiteral("no/such/folder.db"))}}));
        QVERIFY(m_error->message().contains(QStringLiteral("folder.db")));
    }

    void theLogDoesNotGrowWithoutBound()
    {
        constexpr qint64 Limit = 1024 * 1024;
        QVERIFY2(open({{QStringLiteral("checkpoint_size"), Limit}}), errorText());
        for (int i = 0; i < 200; ++i)
            QVERIFY(m_writer->commit(accepting(200)));
        QVERIFY(QFileInfo(path()).size() > 4 * Limit); // Carried over while the writer went on.
        const qint64 logSize = QFileInfo(path() + QStringLiteral("-wal")).size();
        QVERIFY2(logSize < 12 * Limit, QByteArray::number(logSize).constData());
    }

    void everythingIsReadableWhileTheLogIsCarriedOver()
    {
        QVERIFY2(open({{QStringLiteral("checkpoint_size"), 1024 * 1024}}), errorText());
        for (int i = 1; i <= 50; ++i) {
            QVERIFY(m_writer->commit(accepting(100)));
            QCOMPARE(m_reader->statistics()->pending, i * 100);
        }
    }

private:
    const char *errorText()
    {
        m_errorText = m_error ? m_error->message().toUtf8() : QByteArray();
        return m_errorText.constData();
    }

    QString path() const { return m_folder->filePath(QStringLiteral("hudhud.db")); }

    bool open(const QJsonObject &settings = {})
    {
        close();
        QPluginLoader loader(QStringLiteral(HUDHUD_PLUGIN_DIR "/hudhud-storage-sqlite"));
        auto *factory = qobject_cast<StorageFactory *>(loader.instance());
        if (!factory)
            return false;
        m_storage = factory->create();
        PluginContext context;
        context.nodeId = "node-1";
        context.dataDirectory = m_folder->path();
        context.clock = &Clock::system();
        m_error.reset();
        const auto opened = openStorage(settings, context);
        if (!opened)
            m_error = opened.error();
        return opened.has_value();
    }

    Result<void> openStorage(const QJsonObject &settings, const PluginContext &context)
    {
        if (auto configured = m_storage->configure(settings, context); !configured)
            return configured;
        if (auto started = m_storage->start(); !started)
            return started;
        auto writer = m_storage->createWriter();
        if (!writer)
            return std::unexpected(writer.error());
        auto reader = m_storage->createReader();
        if (!reader)
            return std::unexpected(reader.error());
        m_writer = std::move(*writer);
        m_reader = std::move(*reader);
        return {};
    }

    void close()
    {
        m_writer.reset();
        m_reader.reset();
        if (m_storage)
            m_storage->stop(1s);
        m_storage.reset();
    }

    WriteBatch accepting(int count)
    {
        WriteBatch batch;
        for (int i = 0; i < count; ++i) {
            auto message = std::make_shared<Message>();
            message->id = m_ids.next();
            message->recipient = *Recipient::fromString("967771234567");
            message->content = QByteArray(300, 'c');
            message->createdAt = Clock::system().now();
            batch.accepted.push_back(std::move(message));
        }
        return batch;
    }

    std::unique_ptr<QTemporaryDir> m_folder;
    MessageIdGenerator m_ids{Clock::system()};
    std::unique_ptr<Storage> m_storage;
    std::unique_ptr<StorageWriter> m_writer;
    std::unique_ptr<StorageReader> m_reader;
    std::optional<Error> m_error;
    QByteArray m_errorText;
};

QTEST_GUILESS_MAIN(SqliteStorageTest)
#include "sqlite_storage_test.moc"
