// SPDX-License-Identifier: GPL-3.0-or-later
#include "logging/logging.h"

#include "logging/log_line.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QLoggingCategory>
#include <QTemporaryFile>
#include <QTest>

#include <thread>
#include <vector>

#include <unistd.h>

using namespace hudhud;

Q_LOGGING_CATEGORY(lcTest, "hudhud.test")

namespace {

/// Standard error goes to a file while this lives.
class CapturedStandardError
{
public:
    CapturedStandardError()
        : m_saved(dup(STDERR_FILENO))
    {
        if (!m_file.open() || dup2(m_file.handle(), STDERR_FILENO) < 0)
            qFatal("cannot capture standard error");
    }
    ~CapturedStandardError()
    {
        dup2(m_saved, STDERR_FILENO);
        close(m_saved);
    }
    QByteArrayList lines()
    {
        m_file.seek(0);
        QByteArrayList lines = m_file.readAll().split('\n');
        lines.removeAll(QByteArray());
        return lines;
    }

private:
    QTemporaryFile m_file;
    int m_saved;
};

LogOptions options(const char *level, const char *format)
{
    return {.level = QString::fromLatin1(level), .format = QString::fromLatin1(format)};
}

} // namespace

class LoggingTest : public QObject
{
    Q_OBJECT

private:
    /// QtTest has a handler of its own for its output.
    QtMessageHandler m_previous = nullptr;

private Q_SLOTS:
    void init()
    {
        m_previous = qInstallMessageHandler(nullptr);
        qInstallMessageHandler(m_previous);
    }
    void cleanup() { qInstallMessageHandler(m_previous); }

    void levels_data()
    {
        QTest::addColumn<QString>("level");
        QTest::addColumn<int>("lines");
        QTest::newRow("debug") << QStringLiteral("debug") << 4;
        QTest::newRow("info") << QStringLiteral("info") << 3;
        QTest::newRow("warning") << QStringLiteral("warning") << 2;
        QTest::newRow("error") << QStringLiteral("error") << 1;
    }

    void levels()
    {
        QFETCH(QString, level);
        QFETCH(int, lines);
        CapturedStandardError captured;
        applyLogOptions(options(level.toLatin1().constData(), "human"));
        qCDebug(lcTest) << "d";
        qCInfo(lcTest) << "i";
        qCWarning(lcTest) << "w";
        qCCritical(lcTest) << "e";
        QCOMPARE(captured.lines().size(), lines);
    }

    void autoIsJsonWithoutATerminal()
    {
        CapturedStandardError captured;
        applyLogOptions(options("info", "auto"));
        qCInfo(lcTest) << "hello" << LogField("a", QStringLiteral("b"));
        QCOMPARE(captured.lines().size(), 1);
        const QJsonObject object = QJsonDocument::fromJson(captured.lines().first()).object();
        QCOMPARE(object.value(QStringLiteral("message")).toString(), QStringLiteral("hello"));
        QCOMPARE(object.value(QStringLiteral("a")).toString(), QStringLiteral("b"));
    }

    void threadsDoNotMixLines()
    {
        CapturedStandardError captured;
        applyLogOptions(options("info", "json"));
        constexpr int Threads = 4;
        constexpr int Lines = 200;
        {
            std::vector<std::jthread> threads;
            for (int i = 0; i < Threads; ++i) {
                threads.emplace_back([] {
                    for (int n = 0; n < Lines; ++n)
                        qCInfo(lcTest) << QString(500, u'x');
                });
            }
        }
        const QByteArrayList lines = captured.lines();
        QCOMPARE(lines.size(), Threads * Lines);
        for (const QByteArray &line : lines)
            QVERIFY(QJsonDocument::fromJson(line).isObject());
    }
};

QTEST_APPLESS_MAIN(LoggingTest)
#include "logging_test.moc"
