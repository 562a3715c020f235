// SPDX-License-Identifier: GPL-3.0-or-later
// The real console, offscreen, used as an operator would: by keys and clicks, against the fake admin API.
#include "app/console.h"
#include "app/main_window.h"
#include "fake_admin.h"
#include "pages/page.h"
#include "pages/page_catalogue.h"
#include "pages/replay_dialog.h"
#include "widgets/confirm_dialog.h"
#include "widgets/connection_status.h"
#include "widgets/content_viewer.h"
#include "widgets/job_panel.h"
#include "widgets/line_difference.h"
#include "widgets/notice_bar.h"
#include "widgets/record_table.h"
#include "widgets/status_tile.h"
#include "widgets/time_chart.h"

#include <QApplication>
#include <QJsonArray>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSettings>
#include <QStandardPaths>
#include <QTest>

#include <algorithm>
#include <memory>

namespace hudhud::console {

using namespace Qt::StringLiterals;

namespace {

constexpr int Limit = 60'000; // ms

} // namespace

class ConsoleTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();
    void saysWhatIsWrong();
    void opensEveryPage();
    void replaysAGroup();
    void discardsOnlyWhatWasTyped();
    void changesNothingWhenReadOnly();
    void findsAnything();
    void comesBackAfterALoss();
    void standsStillWhilePaused();
    void speaksArabic();
    void remembersColumns();
    void comparesAndDumps();

private:
    MainWindow &openWindow(bool readOnly = false);
    RecordTable &table(MainWindow &window, const QString &name)
    {
        return *window.page(window.currentPage())->findChild<RecordTable *>(name);
    }

    std::unique_ptr<test::FakeAdmin> m_fake;
    std::unique_ptr<Console> m_console;
};

void ConsoleTest::init()
{
    QStandardPaths::setTestModeEnabled(true);
    QSettings().clear();
    QSettings().setValue("language", u"en"_s);
    m_fake = std::make_unique<test::FakeAdmin>();
    test::fillFakeAdmin(*m_fake, 90);
    m_console = std::make_unique<Console>();
    m_console->secrets().useMemoryOnly();
}

void ConsoleTest::cleanup()
{
    m_console.reset();
    m_fake.reset();
}

MainWindow &ConsoleTest::openWindow(bool readOnly)
{
    const ConnectionProfile profile{
        .id = u"test"_s, .name = u"Production"_s, .url = m_fake->url(), .readOnly = readOnly};
    MainWindow &window = *m_console->openWindow(profile, u"token"_s);
    window.show();
    window.activateWindow();
    if (!QTest::qWaitForWindowActive(&window, Limit))
        qWarning("The window does not become active.");
    return window;
}

void ConsoleTest::saysWhatIsWrong()
{
    MainWindow &window = openWindow();
    QVERIFY(window.windowTitle().contains("Production"_L1));
    QCOMPARE(window.currentPage(), u"overview"_s);
    const auto tiles = window.findChildren<StatusTile *>();
    const auto tile = [&tiles](const QString &beginning) {
        return *std::find_if(tiles.begin(), tiles.end(), [&](const StatusTile *each) {
            return each->accessibleName().startsWith(beginning);
        });
    };
    QTRY_COMPARE_WITH_TIMEOUT(tile(u"Circuit breakers"_s)->level(), Level::Bad, Limit);
    QCOMPARE(tile(u"Circuit breakers"_s)->reason(), u"webhook: open"_s);
    QCOMPARE(tile(u"Dead letters"_s)->level(), Level::Warning);
    QCOMPARE(tile(u"Dead letters"_s)->value(), u"90"_s);
    QCOMPARE(tile(u"Nodes"_s)->reason(), u"node-2: degraded"_s);
    QCOMPARE(tile(u"Connections"_s)->level(), Level::Good);
    // A tile leads to where more is told, by the keyboard too.
    tile(u"Dead letters"_s)->setFocus();
    QTest::keyClick(tile(u"Dead letters"_s), Qt::Key_Space);
    QCOMPARE(window.currentPage(), u"dead-letters"_s);
}

void ConsoleTest::opensEveryPage()
{
    MainWindow &window = openWindow();
    for (const PageEntry &entry : pageCatalogue()) {
        const QString id = QString::fromLatin1(entry.id);
        window.showPage(id, id == "recipient"_L1 ? u"967771234567"_s : QString());
        QCOMPARE(window.currentPage(), id);
        Page &page = *window.page(id);
        // Whatever has a list shows rows of it.
        const auto tables = page.findChildren<RecordTable *>();
        const auto hasRows = [](const RecordTable *each) { return each->records().rowCount() > 0; };
        if (!tables.isEmpty())
            QTRY_VERIFY2_WITH_TIMEOUT(std::any_of(tables.begin(), tables.end(), hasRows), entry.id, Limit);
        QVERIFY2(!page.findChild<NoticeBar *>()->isVisible(), entry.id);
        for (const RecordTable *each : tables)
            QVERIFY2(!each->accessibleName().isEmpty(), entry.id);
    }
}

void ConsoleTest::replaysAGroup()
{
    MainWindow &window = openWindow();
    window.showPage(u"dead-letters"_s, {});
    RecordTable &groups = table(window, u"groups"_s);
    RecordTable &letters = table(window, u"letters"_s);
    QTRY_COMPARE_WITH_TIMEOUT(groups.records().rowCount(), 2, Limit);
    groups.selectRow(1);
    QTRY_COMPARE_WITH_TIMEOUT(letters.records().rowCount(), 30, Limit);
    const auto *matches = window.page(u"dead-letters"_s)->findChild<QLabel *>(u"matches"_s);
    QTRY_COMPARE_WITH_TIMEOUT(matches->text(), u"All 30 dead letters that match"_s, Limit);

    letters.setFocus();
    QTest::keyClick(&letters, Qt::Key_R);
    auto *dialog = window.findChild<ReplayDialog *>();
    QVERIFY(dialog);
    auto *start = dialog->findChild<QPushButton *>(u"startReplay"_s);
    QVERIFY(!start->isEnabled()); // Not before the dry run.
    QTRY_VERIFY_WITH_TIMEOUT(start->isEnabled(), Limit);
    const QString preview = dialog->findChild<QLabel *>(u"preview"_s)->text();
    QVERIFY2(preview.contains("12 would be refused: 3 superseded, 9 expired."_L1), qPrintable(preview));
    QCOMPARE(m_fake->countRequests(u"/dlq/replay"_s), 0);
    QTest::mouseClick(start, Qt::LeftButton);
    QTRY_COMPARE_WITH_TIMEOUT(dialog->job(), 17, Limit);
    const QJsonObject body = m_fake->lastRequest(u"/dlq/replay"_s).body;
    QCOMPARE(body["filter"_L1]["signature"_L1].toString(), u"order # is unknown"_s);
    QCOMPARE(body["canary"_L1]["count"_L1].toInt(), 10);
    QCOMPARE(body["rate"_L1].toInt(), 50);

    auto *panel = dialog->findChild<JobPanel *>();
    QTRY_COMPARE_WITH_TIMEOUT(panel->job().done, 210, Limit);
    const auto buttons = panel->findChildren<QPushButton *>();
    const auto pause = std::find_if(buttons.begin(), buttons.end(),
                                    [](const auto *each) { return each->text() == "Pause"_L1; });
    QTest::mouseClick(*pause, Qt::LeftButton);
    QTRY_COMPARE_WITH_TIMEOUT(panel->job().state, Job::State::Paused, Limit);
    QVERIFY(!(*pause)->isEnabled());
    dialog->reject();
    QVERIFY(window.page(u"dead-letters"_s)->findChild<NoticeBar *>()->text().contains("17"_L1));
}

void ConsoleTest::discardsOnlyWhatWasTyped()
{
    MainWindow &window = openWindow();
    window.showPage(u"dead-letters"_s, {});
    RecordTable &letters = table(window, u"letters"_s);
    QTRY_COMPARE_WITH_TIMEOUT(letters.records().rowCount(), 90, Limit);
    letters.setFocus();
    letters.selectRow(0);
    QTest::keyClick(&letters, Qt::Key_Down, Qt::ShiftModifier);
    QTest::keyClick(&letters, Qt::Key_Delete);
    auto *dialog = window.findChild<ConfirmDialog *>();
    QVERIFY(dialog);
    auto *accept = dialog->findChild<QPushButton *>(u"accept"_s);
    auto *typed = dialog->findChild<QLineEdit *>(u"typed"_s);
    QTest::keyClicks(typed, u"2"_s);
    QVERIFY(!accept->isEnabled()); // Without a reason.
    QTest::keyClicks(dialog->findChild<QLineEdit *>(u"reason"_s), u"hopeless"_s);
    QVERIFY(accept->isEnabled());
    typed->setText(u"20"_s);
    QVERIFY(!accept->isEnabled());
    typed->setText(u"2"_s);
    QTest::mouseClick(accept, Qt::LeftButton);
    QTRY_COMPARE_WITH_TIMEOUT(m_fake->countRequests(u"/dlq/discard"_s), 1, Limit);
    const QJsonObject body = m_fake->lastRequest(u"/dlq/discard"_s).body;
    QCOMPARE(body["ids"_L1].toArray().size(), 2);
    QCOMPARE(body["reason"_L1].toString(), u"hopeless"_s);
}

void ConsoleTest::changesNothingWhenReadOnly()
{
    MainWindow &window = openWindow(true);
    QVERIFY(window.windowTitle().contains("read-only"_L1));
    window.showPage(u"dead-letters"_s, {});
    RecordTable &letters = table(window, u"letters"_s);
    QTRY_COMPARE_WITH_TIMEOUT(letters.records().rowCount(), 90, Limit);
    letters.setFocus();
    letters.selectRow(0);
    QTest::keyClick(&letters, Qt::Key_Delete);
    QVERIFY(!window.findChild<ConfirmDialog *>());
    QTest::keyClick(&letters, Qt::Key_R); // The dry run is for everybody.
    auto *dialog = window.findChild<ReplayDialog *>();
    QVERIFY(dialog);
    QTRY_VERIFY_WITH_TIMEOUT(dialog->findChild<QLabel *>(u"preview"_s)->text().contains("not replay"_L1),
                             Limit);
    QVERIFY(!dialog->findChild<QPushButton *>(u"startReplay"_s)->isEnabled());
}

void ConsoleTest::findsAnything()
{
    MainWindow &window = openWindow();
    QTRY_VERIFY_WITH_TIMEOUT(!window.find(u"node-2"_s).isEmpty(), Limit);
    window.find(u"node-2"_s).first().run();
    QCOMPARE(window.currentPage(), u"nodes"_s);
    window.find(u"967771234567"_s).first().run();
    QCOMPARE(window.currentPage(), u"recipient"_s);
    window.find(u"0190a1b2-0007-7000-8000-000000000007"_s).first().run();
    QCOMPARE(window.currentPage(), u"messages"_s);
    QTRY_COMPARE_WITH_TIMEOUT(m_fake->lastRequest(u"/messages"_s).query.queryItemValue(u"id"_s),
                              u"0190a1b2-0007-7000-8000-000000000007"_s, Limit);
    const QList<Command> pages = window.find(u"plug"_s);
    QCOMPARE(pages.size(), 1);

    CommandBox box([&window](const QString &text) { return window.find(text); }, &window);
    box.open();
    QTest::keyClicks(box.findChild<QLineEdit *>(), u"audit"_s);
    QCOMPARE(box.count(), 1);
    QTest::keyClick(box.findChild<QLineEdit *>(), Qt::Key_Return);
    QCOMPARE(window.currentPage(), u"audit"_s);
}

void ConsoleTest::comesBackAfterALoss()
{
    MainWindow &window = openWindow();
    const auto *status = window.findChild<ConnectionStatus *>();
    QTRY_VERIFY_WITH_TIMEOUT(status->stateText().contains("Connected"_L1), Limit);
    m_fake->setDown(true);
    QTRY_VERIFY_WITH_TIMEOUT(status->stateText().contains("Connection lost"_L1), Limit);
    m_fake->setDown(false);
    QTRY_VERIFY_WITH_TIMEOUT(status->stateText().contains("Connected"_L1), Limit);
    QVERIFY(status->ageText().contains("ago"_L1));
}

void ConsoleTest::standsStillWhilePaused()
{
    MainWindow &window = openWindow();
    window.showPage(u"nodes"_s, {});
    QTRY_VERIFY_WITH_TIMEOUT(m_fake->countRequests(u"/scaling"_s) > 0, Limit);
    window.page(u"nodes"_s)->setPaused(true);
    QTest::qWait(100);
    const int asked = m_fake->countRequests(u"/scaling"_s);
    window.showPage(u"audit"_s, {});
    window.showPage(u"nodes"_s, {});
    QTest::qWait(100);
    QCOMPARE(m_fake->countRequests(u"/scaling"_s), asked);
    window.page(u"nodes"_s)->setPaused(false);
    QTRY_COMPARE_WITH_TIMEOUT(m_fake->countRequests(u"/scaling"_s), asked + 1, Limit);
}

void ConsoleTest::speaksArabic()
{
    openWindow().showPage(u"nodes"_s, {});
    m_console->setLanguage(u"ar"_s);
    QCOMPARE(m_console->windows().size(), 1);
    MainWindow &window = *m_console->windows().first();
    QCOMPARE(window.currentPage(), u"nodes"_s);
    QVERIFY(window.isRightToLeft());
    QCOMPARE(pageCatalogue().front().translatedTitle(),
             u"\u0646\u0638\u0631\u0629 \u0639\u0627\u0645\u0629"_s);
    // Two messages have a form of their own.
    QCOMPARE(
        QCoreApplication::translate("hudhud::console::ReplayDialog", "Replay %n message(s)", nullptr, 2),
        u"\u0625\u0639\u0627\u062f\u0629 \u0625\u0631\u0633\u0627\u0644 \u0631\u0633\u0627\u0644\u062a\u064a\u0646"_s);
    m_console->setLanguage(u"en"_s);
    QVERIFY(!m_console->windows().first()->isRightToLeft());
}

void ConsoleTest::remembersColumns()
{
    MainWindow &first = openWindow();
    first.showPage(u"dead-letters"_s, {});
    table(first, u"letters"_s).setColumnWidth(1, 222);
    first.close();
    QTRY_COMPARE_WITH_TIMEOUT(m_console->windows().size(), 0, Limit);
    MainWindow &second = openWindow();
    QCOMPARE(second.currentPage(), u"dead-letters"_s);
    QCOMPARE(table(second, u"letters"_s).columnWidth(1), 222);
}

void ConsoleTest::comparesAndDumps()
{
    using Kind = DifferenceLine::Kind;
    QCOMPARE(lineDifference(u"a\nb\nc"_s, u"a\nx\nc\nd"_s),
             (QList<DifferenceLine>{{Kind::Same, u"a"_s},
                                    {Kind::Removed, u"b"_s},
                                    {Kind::Added, u"x"_s},
                                    {Kind::Same, u"c"_s},
                                    {Kind::Added, u"d"_s}}));
    QVERIFY(hexDump("Hudhud\n").startsWith("00000000  48 75 64 68 75 64 0a "_L1));
    QVERIFY(hexDump("Hudhud\n").endsWith("Hudhud.\n"_L1));
    QVERIFY(indentedJson(u"no json"_s).isEmpty());
    QCOMPARE(roundedUp(0), 1.0);
    QCOMPARE(roundedUp(430), 500.0);
    QCOMPARE(roundedUp(0.124), 0.2);
}

} // namespace hudhud::console

int main(int argc, char *argv[])
{
    QApplication application(argc, argv);
    QApplication::setApplicationName(QStringLiteral("hudhud-console-test"));
    hudhud::console::ConsoleTest test;
    return QTest::qExec(&test, argc, argv);
}
#include "console_test.moc"
