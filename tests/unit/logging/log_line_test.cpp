// SPDX-License-Identifier: GPL-3.0-or-later
#include "logging/log_line.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

using namespace hudhud;

namespace {

const Timestamp Noon{std::chrono::milliseconds(1'795'436'667'123)};

QString textOf(const auto &...parts)
{
    QString text;
    QDebug debug(&text);
    (debug << ... << parts);
    return text;
}

} // namespace

class LogLineTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void humanLine()
    {
        const QString text = textOf("commit failed", LogField("batch", qint64(12)),
                                    LogField("reason", QStringLiteral("disk \"full\"")));
        QCOMPARE(formatLogLine(LogFormat::Human, Noon, QtWarningMsg, "hudhud.storage", text),
                 toRfc3339(Noon)
                     + " warning hudhud.storage: commit failed batch=12 reason=\"disk \\\"full\\\"\"\n");
    }

    void jsonLine()
    {
        const QString text
            = textOf("commit failed", LogField("batch", qint64(12)), LogField("empty", QByteArray()));
        const QByteArray line = formatLogLine(LogFormat::Json, Noon, QtCriticalMsg, "hudhud.storage", text);
        QVERIFY(line.endsWith("}\n"));
        QCOMPARE(line.count('\n'), 1);
        const QJsonObject object = QJsonDocument::fromJson(line).object();
        QCOMPARE(object.value(QStringLiteral("time")).toString().toUtf8(), toRfc3339(Noon));
        QCOMPARE(object.value(QStringLiteral("level")).toString(), QStringLiteral("error"));
        QCOMPARE(object.value(QStringLiteral("category")).toString(), QStringLiteral("hudhud.storage"));
        QCOMPARE(object.value(QStringLiteral("message")).toString(), QStringLiteral("commit failed"));
        QCOMPARE(object.value(QStringLiteral("batch")).toString(), QStringLiteral("12"));
        QVERIFY(object.contains(QStringLiteral("empty")));
    }

    void linesCannotBeForged()
    {
        const QString text = QStringLiteral("bad\n2026 error fake: line\x1b[31m");
        const QByteArray human = formatLogLine(LogFormat::Human, Noon, QtInfoMsg, "hudhud.x", text);
        QCOMPARE(human.count('\n'), 1);
        QVERIFY(!human.contains('\x1b'));
        QVERIFY(human.contains("\\u000a"));
        const QByteArray json = formatLogLine(LogFormat::Json, Noon, QtInfoMsg, "hudhud.x", text);
        QCOMPARE(json.count('\n'), 1);
        QCOMPARE(QJsonDocument::fromJson(json).object().value(QStringLiteral("message")).toString(), text);
    }

    void fieldsCannotReplaceTheFrame()
    {
        const QString text = textOf("x", LogField("level", QStringLiteral("debug")));
        const QByteArray json = formatLogLine(LogFormat::Json, Noon, QtInfoMsg, nullptr, text);
        const QJsonObject object = QJsonDocument::fromJson(json).object();
        QCOMPARE(object.value(QStringLiteral("level")).toString(), QStringLiteral("info"));
        QCOMPARE(object.value(QStringLiteral("category")).toString(), QStringLiteral("default"));
    }
};

QTEST_APPLESS_MAIN(LogLineTest)
#include "log_line_test.moc"
