// SPDX-License-Identifier: GPL-3.0-or-later
// What parameters look like: the store's own encoder of arrays, its text, and its literals behind a pooler.
#include "array_literal.h"
#include "day_partitions.h"
#include "sql_text.h"
#include "stored_text.h"

#include <QTest>

using namespace hudhud;
using namespace std::chrono_literals;

class PostgresqlLiteralsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void writesNumbersAndIds();
    void quotesText_data();
    void quotesText();
    void writesBytes();
    void storesEveryCharacter();
    void putsLiteralsInPlaceOfParameters();
    void knowsTheDayOfAnId();
};

void PostgresqlLiteralsTest::writesNumbersAndIds()
{
    QCOMPARE(ArrayLiteral().toString(), QStringLiteral("{}"));
    ArrayLiteral numbers;
    numbers.addNumber(qint64(-1));
    numbers.addNumber(std::optional<qint64>());
    numbers.addNumber(std::optional<qint64>(7));
    numbers.addTime(Timestamp(5ms));
    numbers.addTime(std::optional<Timestamp>());
    QCOMPARE(numbers.toString(), QStringLiteral("{-1,NULL,7,5,NULL}"));
    const std::vector<MessageId> ids{MessageId(), *MessageId::fromString("0192d5b4-0000-7000-8000-00000000000a")};
    QCOMPARE(arrayOf(ids).toString(),
             QStringLiteral("{00000000-0000-0000-0000-000000000000,0192d5b4-0000-7000-8000-00000000000a}"));
}

void PostgresqlLiteralsTest::quotesText_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QString>("element");
    QTest::newRow("empty is NULL") << QByteArray() << QStringLiteral("NULL");
    QTest::newRow("the word NULL") << QByteArray("NULL") << QStringLiteral("\"NULL\"");
    QTest::newRow("separators") << QByteArray("a,{b} c") << QStringLiteral("\"a,{b} c\"");
    QTest::newRow("quotes") << QByteArray("a\"b'c") << QStringLiteral("\"a\\\"b'c\"");
    QTest::newRow("backslashes") << QByteArray("\\\\x\\") << QStringLiteral("\"\\\\\\\\x\\\\\"");
    QTest::newRow("Arabic") << QByteArray("\xd8\xb7") << QStringLiteral("\"\u0637\"");
    QTest::newRow("beyond the first plane") << QByteArray("\xf0\x9f\x93\xa6") << QStringLiteral("\"\U0001F4E6\"");
    QTest::newRow("zero") << QByteArray("a\0b", 3) << QStringLiteral("\"a\u00010b\"");
}

void PostgresqlLiteralsTest::quotesText()
{
    QFETCH(QByteArray, text);
    QFETCH(QString, element);
    ArrayLiteral array;
    array.addText(text);
    QCOMPARE(array.toString(), QLatin1Char('{') + element + QLatin1Char('}'));
}

void PostgresqlLiteralsTest::writesBytes()
{
    ArrayLiteral array;
    array.addBytes(QByteArray("\0\xff\"", 3));
    array.addBytes({});
    QCOMPARE(array.toString(), QStringLiteral("{\"\\\\x00ff22\",NULL}"));
}

void PostgresqlLiteralsTest::storesEveryCharacter()
{
    QByteArray all;
    for (int c = 0; c < 256; ++c)
        all.append(static_cast<char>(c)).append('\x01').append('0');
    QVERIFY(!toStoredText(all).contains('\0'));
    QCOMPARE(fromStoredText(toStoredText(all)), all);
    QCOMPARE(toStoredText("plain"), QByteArray("plain"));
    QCOMPARE(fromStoredText("\x01"), QByteArray("\x01")); // Not ours, and harmless.
}

void PostgresqlLiteralsTest::putsLiteralsInPlaceOfParameters()
{
    QStringList literals;
    for (int i = 1; i <= 11; ++i)
        literals += QStringLiteral("'v%1'").arg(i);
    literals[1] = QStringLiteral("'$1'"); // A value that looks like a parameter stays a value.
    QCOMPARE(withLiterals(QStringLiteral("SELECT $2, $11::text, $1, $1"), literals),
             QStringLiteral("SELECT '$1', 'v11'::text, 'v1', 'v1'"));
}

void PostgresqlLiteralsTest::knowsTheDayOfAnId()
{
    const auto day = std::chrono::sys_days(std::chrono::year(2027) / 1 / 15);
    const Timestamp noon = day + 12h;
    QCOMPARE(DayPartitions::firstId(Timestamp(std::chrono::milliseconds(0x0123456789AB))).toString(),
             QByteArray("01234567-89ab-0000-0000-000000000000"));
    QVERIFY(DayPartitions::dayOf(DayPartitions::firstId(noon)) == day);
    QVERIFY(DayPartitions::dayOf(DayPartitions::firstId(day - 1ms)) == day - std::chrono::days(1));
}

QTEST_GUILESS_MAIN(PostgresqlLiteralsTest)
#include "postgresql_literals_test.moc"
