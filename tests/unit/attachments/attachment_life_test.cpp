// SPDX-License-Identifier: GPL-3.0-or-later
#include "attachments/attachment_sweeper.h"
#include "attachments/stored_attachments.h"
#include "deadletters/opened_store.h"
#include "ingest/plain_metrics.h"

#include <QDirIterator>

using namespace hudhud;
using namespace hudhud::fakes;
using namespace std::chrono_literals;

/// From the upload to the removal, and what a crash in between leaves to be done.
class AttachmentLifeTest : public QObject
{
    Q_OBJECT

private:
    static constexpr qint64 ApiKey = 7;

    /// One run of the server, on a store that outlives it.
    struct Run
    {
        Run(OpenedStore &opened, const AttachmentOptions &options, const QString &folder)
            : store(opened)
            , files(folder)
            , attachments({.options = options,
                           .clock = opened.clock,
                           .ids = opened.ids,
                           .files = files,
                           .disk = disk,
                           .storage = opened.client(),
                           .metrics = metrics})
            , sweeper({.options = options,
                       .clock = opened.clock,
                       .files = files,
                       .disk = disk,
                       .metrics = metrics,
                       .begin = opened.ids.next()})
        {
        }
        ~Run()
        {
            sweeper.stop();
            disk.stop();
        }

        Result<Attachment> upload(const QByteArray &bytes)
        {
            std::optional<Result<Attachment>> result;
            attachments.upload({.apiKeyId = ApiKey, .name = "a.txt", .contentType = "text/plain", .bytes = bytes},
                               [&result](Result<Attachment> uploaded) { result = std::move(uploaded); });
            finish([&result] { return result.has_value(); });
            return result.value_or(std::unexpected(Error(ErrorCode::Timeout, QString())));
        }
        /// Lets store and disk work until `isDone`.
        template <typename Condition> bool finish(Condition &&isDone)
        {
            return QTest::qWaitFor(
                [&] {
                    store.client().step();
                    return isDone();
                },
                60'000);
        }

        OpenedStore &store;
        PlainMetrics registry;
        AttachmentMetrics metrics{registry};
        DiskThreads disk{1'000'000};
        AttachmentFiles files;
        StoredAttachments attachments;
        AttachmentSweeper sweeper;
    };

    QStringList filesThere() const
    {
        QStringList names;
        QDirIterator walk(m_folder->path(), QDir::Files | QDir::Hidden, QDirIterator::Subdirectories);
        while (walk.hasNext()) {
            walk.next();
            names.append(walk.fileName());
        }
        return names;
    }
    static MessageId accept(OpenedStore &store, const Attachment &attachment)
    {
        Message message;
        message.id = store.ids.next();
        message.recipient = *Recipient::fromString("967771234567");
        message.apiKeyId = ApiKey;
        message.attachments = {attachment};
        message.createdAt = store.clock.now();
        WriteBatch batch;
        batch.accepted.push_back(std::make_shared<Message>(message));
        const auto outcome = store.writer().commit(batch);
        return outcome && outcome->accepted.at(0) ? message.id : MessageId();
    }
    static void withdraw(OpenedStore &store, const MessageId &id)
    {
        WriteBatch batch;
        batch.withdrawals.push_back(id);
        const auto outcome = store.writer().commit(batch);
        QVERIFY(outcome && outcome->withdrawals.at(0));
    }

    std::unique_ptr<QTemporaryDir> m_folder;
    AttachmentOptions m_options;

private Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        m_options = {};
        m_options.sweepInterval = 10ms;
    }

    void anUploadIsAFileAndARow()
    {
        OpenedStore store(QStringLiteral("sqlite"));
        Run run(store, m_options, m_folder->path());
        const auto uploaded = run.upload("hello");
        QVERIFY(uploaded);
        QCOMPARE(uploaded->size, 5);
        QCOMPARE(filesThere(), QStringList(QString::fromLatin1(uploaded->id)));
        std::optional<Result<QByteArray>> bytes;
        run.attachments.find(uploaded->id, [&](const Result<std::optional<AttachmentRecord>> &found) {
            QVERIFY(found && *found);
            QCOMPARE((*found)->digest.toHex(),
                     QByteArray("2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"));
            run.attachments.read(**found, [&bytes](Result<QByteArray> read) { bytes = std::move(read); });
        });
        QVERIFY(run.finish([&bytes] { return bytes.has_value(); }));
        QCOMPARE(**bytes, QByteArray("hello"));
        std::optional<std::vector<Attachment>> described;
        const auto describe = [&](qint64 apiKey) {
            described.reset();
            run.attachments.describe(apiKey, {uploaded->id, store.ids.next().toString()},
                                     [&described](const Result<std::vector<Attachment>> &known) { described = *known; });
            return run.finish([&described] { return described.has_value(); });
        };
        QVERIFY(describe(ApiKey) && *described == std::vector{*uploaded});
        QVERIFY(describe(ApiKey + 1) && described->empty());
    }

    void aRefusedUploadLeavesNoFile()
    {
        OpenedStore store(QStringLiteral("sqlite"));
        m_options.maximumTotal = 8;
        Run run(store, m_options, m_folder->path());
        QVERIFY(run.upload("12345"));
        const auto refused = run.upload("1234");
        QVERIFY(!refused && refused.error().code() == ErrorCode::QuotaExceeded);
        QVERIFY(run.finish([this] { return filesThere().size() == 1; }));
        store.client().failNextWrite(ErrorCode::StorageUnavailable);
        QVERIFY(!run.upload("123"));
        QVERIFY(run.finish([this] { return filesThere().size() == 1; }));
        QCOMPARE(run.metrics.uploads.value(), 1);
    }

    void sweepsWhatNobodyHolds()
    {
        OpenedStore store(QStringLiteral("sqlite"));
        Run run(store, m_options, m_folder->path());
        const Attachment unused = *run.upload("unused");
        const Attachment held = *run.upload("held");
        const MessageId message = accept(store, held);
        QVERIFY(!message.isNull());
        run.sweeper.start(store.client());
        QVERIFY(run.finish([&] { return run.metrics.bytes.value() == 10; }));
        QCOMPARE(filesThere().size(), 2);
        store.clock.wall += m_options.unusedLifetime + 1s;
        QVERIFY(run.finish([this] { return filesThere().size() == 1; }));
        QVERIFY(run.finish([&] { return run.metrics.bytes.value() == 4; }));
        withdraw(store, message);
        QVERIFY(run.finish([this] { return filesThere().isEmpty(); }));
        QVERIFY(run.finish([&] { return run.metrics.removed.value() == 2; }));
        QVERIFY(store.reader().attachments().unknown(std::array{unused.id, held.id})->size() == 2);
    }

    void goesOnAfterACrashBetweenTheSteps()
    {
        OpenedStore store(QStringLiteral("sqlite"));
        Attachment attachment;
        {
            Run run(store, m_options, m_folder->path());
            attachment = *run.upload("condemned");
            withdraw(store, accept(store, attachment));
            QCOMPARE(store.writer().attachments().condemn(Timestamp(), 10)->size(), 1U);
        }
        store.reopen(); // Condemned, but the file is there.
        {
            Run run(store, m_options, m_folder->path());
            run.sweeper.start(store.client());
            QVERIFY(run.finish([this] { return filesThere().isEmpty(); }));
        }
        store.reopen(); // The file is gone, perhaps the row is not.
        Run run(store, m_options, m_folder->path());
        run.sweeper.start(store.client());
        QVERIFY(run.finish([&] { return store.reader().attachments().total().value_or(-1) == 0; }));
        QVERIFY(store.reader().attachments().unknown(std::array{attachment.id})->size() == 1);
    }

    void triesAgainWhatTheStoreDidNotDo()
    {
        OpenedStore store(QStringLiteral("sqlite"));
        Run run(store, m_options, m_folder->path());
        withdraw(store, accept(store, *run.upload("x")));
        store.client().failNextWrite(ErrorCode::StorageUnavailable);
        run.sweeper.start(store.client());
        QVERIFY(run.finish([&] { return run.metrics.removed.value() == 1; }));
        QVERIFY(run.metrics.failures.value() >= 1);
        QVERIFY(filesThere().isEmpty());
    }

    void removesFilesThatACrashCutOffFromTheirRows()
    {
        OpenedStore store(QStringLiteral("sqlite"));
        const AttachmentFiles files(m_folder->path());
        for (int i = 0; i < 5; ++i)
            QVERIFY(files.write(store.ids.next().toString(), "orphan"));
        Run run(store, m_options, m_folder->path());
        const Attachment known = *run.upload("of this run");
        run.sweeper.start(store.client());
        QVERIFY(run.finish([&] { return run.metrics.orphans.value() == 5; }));
        QCOMPARE(filesThere(), QStringList(QString::fromLatin1(known.id)));
    }
};

QTEST_GUILESS_MAIN(AttachmentLifeTest)
#include "attachment_life_test.moc"
