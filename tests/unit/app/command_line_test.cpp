// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/command_line.h"

#include <QTest>

using namespace hudhud;

/// What the command line of `apikey create` means.
class CommandLineTest : public QObject
{
    Q_OBJECT

private:
    static Result<CommandLine> createKey(const QStringList &options)
    {
        return parseCommandLine(QStringList{QStringLiteral("hudhud-server"), QStringLiteral("apikey"),
                                            QStringLiteral("create"), QStringLiteral("--name"), QStringLiteral("shop")}
                                + options);
    }

private Q_SLOTS:
    void aKeyNeedsOnlyAName()
    {
        const auto line = createKey({});
        QVERIFY(line);
        QVERIFY(line->command == Command::CreateApiKey);
        QCOMPARE(line->name, QByteArray("shop"));
        QVERIFY(line->account.isNull());
        QCOMPARE(line->messagesPerSecond, 0);
        QCOMPARE(line->messagesPerDay, 0);
    }

    void aKeyHasAnAccountAndLimits()
    {
        const auto line = createKey({QStringLiteral("--account"), QStringLiteral("0967771234567"),
                                     QStringLiteral("--messages-per-second=250"),
                                     QStringLiteral("--messages-per-day"), QStringLiteral("5000000000")});
        QVERIFY(line);
        QCOMPARE(line->account.toByteArray(), QByteArray("0967771234567"));
        QCOMPARE(line->messagesPerSecond, 250);
        QCOMPARE(line->messagesPerDay, 5'000'000'000);
    }

    void namesTheOptionThatIsWrong_data()
    {
        QTest::addColumn<QString>("option");
        QTest::addColumn<QString>("value");
        QTest::newRow("too few digits") << "--account" << "123456";
        QTest::newRow("no digits") << "--account" << "+967771234567";
        QTest::newRow("no rate") << "--messages-per-second" << "0";
        QTest::newRow("too high a rate") << "--messages-per-second" << "1000001";
        QTest::newRow("no number") << "--messages-per-day" << "many";
        QTest::newRow("negative") << "--messages-per-day=-1" << "";
    }

    void namesTheOptionThatIsWrong()
    {
        QFETCH(QString, option);
        QFETCH(QString, value);
        const auto line = createKey(value.isEmpty() ? QStringList{option} : QStringList{option, value});
        QVERIFY(!line);
        QVERIFY(line.error().code() == ErrorCode::InvalidRequest);
        QVERIFY(line.error().message().contains(option.section(u'=', 0, 0)));
    }
};

QTEST_APPLESS_MAIN(CommandLineTest)
#include "command_line_test.moc"
