// SPDX-License-Identifier: GPL-3.0-or-later
#include "ingest/quota_keeper.h"

#include "ingest/held_clock.h"
#include "ingest/plain_metrics.h"

#include <QFile>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QTest>

using namespace hudhud;

class QuotaKeeperTest : public QObject
{
    Q_OBJECT

private:
    static constexpr LimitedKey Key{.apiKeyId = 7, .messagesPerSecond = 0, .messagesPerDay = 100};

    QTemporaryDir m_directory;
    fakes::HeldClock m_clock;
    fakes::PlainMetrics m_metrics;
    QString file() const { return m_directory.filePath(QStringLiteral("quotas.json")); }

private Q_SLOTS:
    void init() { QFile::remove(file()); }

    void aRestartRemembersWhatWasSentToday()
    {
        {
            KeyLimitTable table({}, m_clock, m_metrics);
            const QuotaKeeper keeper(table, file());
            QVERIFY(!table.take(Key, 30));
        }
        KeyLimitTable table({}, m_clock, m_metrics);
        const QuotaKeeper keeper(table, file());
        QCOMPARE(table.limitsOf(Key).quota->remaining, 70);
    }

    void withoutQuotasThereIsNoFile()
    {
        KeyLimitTable table({}, m_clock, m_metrics);
        QuotaKeeper keeper(table, file());
        QVERIFY(!table.take({.apiKeyId = 7, .messagesPerSecond = 10}, 1));
        keeper.save();
        QVERIFY(!QFile::exists(file()));
    }

    void aDamagedFileIsToldAndReplaced()
    {
        QFile damaged(file());
        QVERIFY(damaged.open(QIODevice::WriteOnly));
        damaged.write("{\"dailyCounts\": [");
        damaged.close();
        KeyLimitTable table({}, m_clock, m_metrics);
        QTest::ignoreMessage(QtWarningMsg, QRegularExpression(QStringLiteral("cannot read .*quotas.json")));
        QuotaKeeper keeper(table, file());
        QVERIFY(!table.take(Key, 1));
        keeper.save();
        KeyLimitTable again({}, m_clock, m_metrics);
        const QuotaKeeper reader(again, file());
        QCOMPARE(again.limitsOf(Key).quota->remaining, 99);
    }

    void aFolderThatCannotBeWrittenStopsNothing()
    {
        KeyLimitTable table({}, m_clock, m_metrics);
        QuotaKeeper keeper(table, m_directory.filePath(QStringLiteral("nowhere/quotas.json")));
        QVERIFY(!table.take(Key, 1));
        const QRegularExpression warning(QStringLiteral("cannot write .*quotas.json"));
        QTest::ignoreMessage(QtWarningMsg, warning);
        keeper.save();
        QTest::ignoreMessage(QtWarningMsg, warning); // Once more at the end.
        QVERIFY(!table.take(Key, 1));
    }
};

QTEST_GUILESS_MAIN(QuotaKeeperTest)
#include "quota_keeper_test.moc"
