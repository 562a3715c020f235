// SPDX-License-Identifier: GPL-3.0-or-later
#include "attachments/disk_threads.h"

#include <QSemaphore>
#include <QTest>
#include <QThread>

using namespace hudhud;

class DiskThreadsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void worksElsewhereAndCompletesHere()
    {
        DiskThreads disk(1'000);
        QObject here;
        QThread *worker = nullptr;
        QThread *completed = nullptr;
        disk.run<int>(
            here, 10,
            [&worker]() -> Result<int> {
                worker = QThread::currentThread();
                return 17;
            },
            [&completed](const Result<int> &result) {
                completed = result.value_or(0) == 17 ? QThread::currentThread() : nullptr;
            });
        QVERIFY(!completed);
        QTRY_VERIFY(completed);
        QVERIFY(completed == QThread::currentThread());
        QVERIFY(worker != completed);
    }

    void boundsWhatWaits()
    {
        DiskThreads disk(100);
        QObject here;
        QSemaphore gate;
        int done = 0;
        std::optional<ErrorCode> refused;
        const auto run = [&](qint64 bytes) {
            disk.run<void>(
                here, bytes,
                [&gate]() -> Result<void> {
                    gate.acquire();
                    return {};
                },
                [&](const Result<void> &result) {
                    if (result)
                        ++done;
                    else
                        refused = result.error().code();
                });
        };
        run(500); // Larger than the limit, but alone.
        run(1);
        QVERIFY(refused == ErrorCode::BufferFull);
        gate.release(1);
        QTRY_COMPARE(done, 1);
        run(60);
        run(40);
        gate.release(2);
        QTRY_COMPARE(done, 3);
    }

    void finishesWhatWasAskedForAndRefusesMore()
    {
        DiskThreads disk(1'000);
        QObject here;
        std::atomic<int> worked = 0;
        for (int i = 0; i < 50; ++i) {
            disk.run<void>(
                here, 1,
                [&worked]() -> Result<void> {
                    ++worked;
                    return {};
                },
                [](const Result<void> &) {});
        }
        disk.stop();
        disk.stop();
        QCOMPARE(worked.load(), 50);
        std::optional<ErrorCode> refused;
        disk.run<void>(
            here, 1, []() -> Result<void> { return {}; },
            [&refused](const Result<void> &result) { refused = result.error().code(); });
        QVERIFY(refused == ErrorCode::ShuttingDown);
    }
};

QTEST_GUILESS_MAIN(DiskThreadsTest)
#include "disk_threads_test.moc"
