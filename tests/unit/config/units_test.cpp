// SPDX-License-Identifier: GPL-3.0-or-later
#include "config/units.h"

#include <QTest>

using namespace hudhud;

class UnitsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void durations_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<qint64>("milliseconds");
        QTest::newRow("ms") << QByteArray("500ms") << 500LL;
        QTest::newRow("s") << QByteArray("30s") << 30'000LL;
        QTest::newRow("m") << QByteArray("5m") << 300'000LL;
        QTest::newRow("h") << QByteArray("23h") << 82'800'000LL;
        QTest::newRow("d") << QByteArray("90d") << 7'776'000'000LL;
        QTest::newRow("zero") << QByteArray("0ms") << 0LL;
    }

    void durations()
    {
        QFETCH(QByteArray, text);
        QFETCH(qint64, milliseconds);
        QVERIFY(parseDuration(text));
        QCOMPARE(qint64(parseDuration(text)->count()), milliseconds);
        QCOMPARE(formatDuration(std::chrono::milliseconds(milliseconds)), text);
    }

    void noDurations_data()
    {
        QTest::addColumn<QByteArray>("text");
        for (const char *text : {"", "30", "s", "30 s", " 30s", "30s ", "-1s", "1.5s", "30sec", "30S",
                                 "1h30m", "99999999999999999999s", "9223372036854775807d"})
            QTest::newRow(text) << QByteArray(text);
    }

    void noDurations()
    {
        QFETCH(QByteArray, text);
        QVERIFY(!parseDuration(text));
    }

    void sizes()
    {
        QCOMPARE(parseSize("16KiB"), std::optional<qint64>(16 * 1024));
        QCOMPARE(parseSize("1MiB"), std::optional<qint64>(1024 * 1024));
        QCOMPARE(parseSize("2GiB"), std::optional<qint64>(2LL << 30));
        QCOMPARE(parseSize("7B"), std::optional<qint64>(7));
        QCOMPARE(formatSize(16 * 1024), QByteArray("16KiB"));
        QCOMPARE(formatSize(1025), QByteArray("1025B"));
        QCOMPARE(formatSize(0), QByteArray("0B"));
        for (const char *text : {"", "16", "16kb", "16KB", "1.5MiB", "-1B", "9223372036854775807GiB"})
            QVERIFY2(!parseSize(text), text);
    }
};

QTEST_APPLESS_MAIN(UnitsTest)
#include "units_test.moc"
