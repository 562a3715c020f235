// SPDX-License-Identifier: GPL-3.0-or-later
#include "sql/migration.h"
#include "sql/sqlite_connection.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>
#include <QThread>

#include <atomic>

using namespace hudhud;

class MigrationTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        auto connection = open();
        QVERIFY(connection);
        m_connection = std::make_unique<SqliteConnection>(std::move(*connection));
    }
    void cleanup() { m_connection.reset(); }

    void goesThroughAllStepsOnce()
    {
        QCOMPARE(*migrate(*m_connection, steps(2), Clock::system()), 2);
        QCOMPARE(*migrate(*m_connection, steps(2), Clock::system()), 0);
        QCOMPARE(*m_connection->queryNumber("SELECT count(*) FROM schema_migration"), 2);
        QCOMPARE(*m_connection->queryNumber("SELECT sum(v) FROM t1"), 0);
    }

    void keepsRowsOfAnOlderSchema()
    {
        QCOMPARE(*migrate(*m_connection, steps(1), Clock::system()), 1);
        QVERIFY(m_connection->execute("INSERT INTO t1 VALUES (41)"));
        QCOMPARE(*migrate(*m_connection, steps(3), Clock::system()), 2);
        QCOMPARE(*m_connection->queryNumber("SELECT v FROM t1 WHERE v = 41"), 41);
    }

    void refusesANewerDatabase()
    {
        QVERIFY(migrate(*m_connection, steps(3), Clock::system()));
        const auto result = migrate(*m_connection, steps(2), Clock::system());
        QVERIFY(!result && result.error().code() == ErrorCode::Unsupported);
        QVERIFY(result.error().message().contains(QStringLiteral("schema 3")));
    }

    void refusesAStepThatWasChanged()
    {
        QVERIFY(migrate(*m_connection, steps(2), Clock::system()));
        auto changed = steps(3);
        changed[0].sql += " -- ";
        const auto result = migrate(*m_connection, changed, Clock::system());
        QVERIFY(!result && result.error().code() == ErrorCode::Unsupported);
        QVERIFY(result.error().message().contains(QStringLiteral("0001_step")));
        QCOMPARE(*m_connection->queryNumber("SELECT count(*) FROM schema_migration"), 2);
    }

    void aFailingStepLeavesNothing()
    {
        auto broken = steps(3);
        broken[1].sql = "CREATE TABLE half (v INTEGER); INSERT INTO nowhere VALUES (1);";
        const auto result = migrate(*m_connection, broken, Clock::system());
        QVERIFY(!result && result.error().message().contains(QStringLiteral("0002_step")));
        QVERIFY(!m_connection->isInTransaction());
        QCOMPARE(*m_connection->queryNumber("SELECT count(*) FROM schema_migration"), 1);
        QCOMPARE(*m_connection->queryNumber("SELECT count(*) FROM sqlite_schema WHERE name = 'half'"), 0);
        QCOMPARE(*migrate(*m_connection, steps(3), Clock::system()), 2); // Mended, it goes on.
    }

    void severalAtOnceDoEachStepOnce()
    {
        std::atomic_int done{0};
        std::atomic_int failures{0};
        std::vector<std::unique_ptr<QThread>> threads;
        for (int i = 0; i < 4; ++i) {
            threads.emplace_back(QThread::create([&] {
                auto connection = open();
                const auto count = migrate(*connection, steps(8), Clock::system());
                if (count)
                    done += *count;
                else
                    ++failures;
            }));
            threads.back()->start();
        }
        for (const auto &thread : threads)
            thread->wait();
        QCOMPARE(failures.load(), 0);
        QCOMPARE(done.load(), 8);
    }

    void numbersHaveNoGapAndNoDouble()
    {
        auto gap = steps(3);
        gap[1].number = 3;
        gap[2].number = 4;
        const auto withGap = migrate(*m_connection, gap, Clock::system());
        QVERIFY(!withGap && withGap.error().message().contains(QStringLiteral("gap")));
        auto twice = steps(3);
        twice[2].number = 2;
        const auto withDouble = migrate(*m_connection, twice, Clock::system());
        QVERIFY(!withDouble && withDouble.error().message().contains(QStringLiteral("twice")));
    }

    void readsFoldersInOrder()
    {
        const QString folder = m_folder->filePath(QStringLiteral("migrations"));
        QVERIFY(QDir().mkpath(folder));
        const auto write = [&](const char *name) {
            QFile file(folder + QLatin1Char('/') + QLatin1StringView(name));
            return file.open(QIODevice::WriteOnly) && file.write(name) > 0;
        };
        QVERIFY(write("0002_second.sql") && write("0001_first.sql") && write("notes.txt"));
        const auto read = readMigrations(folder);
        QVERIFY(read && read->size() == 2);
        QCOMPARE(read->at(0).name, QByteArray("0001_first"));
        QCOMPARE(read->at(1).sql, QByteArray("0002_second.sql"));
        QVERIFY(write("0004_fourth.sql"));
        QVERIFY(!readMigrations(folder));
        QVERIFY(write("0003_third.sql") && write("5_wrong.sql"));
        const auto wrong = readMigrations(folder);
        QVERIFY(!wrong && wrong.error().message().contains(QStringLiteral("5_wrong.sql")));
    }

    void theSqlitePluginsOwnMigrationsAreWellNumbered()
    {
        const auto read
            = readMigrations(QStringLiteral(HUDHUD_SOURCE_DIR "/plugins/storage/sqlite/sql/migrations"));
        QVERIFY(read && !read->empty());
        QVERIFY(migrate(*m_connection, *read, Clock::system()));
    }

private:
    Result<SqliteConnection> open() const
    {
        return SqliteConnection::open(m_folder->filePath(QStringLiteral("test.db")), 10'000);
    }

    static std::vector<Migration> steps(int count)
    {
        std::vector<Migration> migrations;
        for (int i = 1; i <= count; ++i) {
            const QByteArray number = QByteArray::number(i);
            migrations.push_back(
                {i, "000" + number + "_step",
                 "CREATE TABLE t" + number + " (v INTEGER); INSERT INTO t" + number + " VALUES (0);"});
        }
        return migrations;
    }

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<SqliteConnection> m_connection;
};

QTEST_GUILESS_MAIN(MigrationTest)
#include "migration_test.moc"
