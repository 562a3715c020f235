// SPDX-License-Identifier: GPL-3.0-or-later
// Renders every page of the console in light, dark and Arabic: hudhud-screenshots DIRECTORY.
#include "app/console.h"
#include "app/main_window.h"
#include "fake_admin.h"
#include "pages/dead_letters_page.h"
#include "pages/page_catalogue.h"
#include "pages/replay_dialog.h"

#include <QApplication>
#include <QDir>
#include <QSettings>
#include <QStandardPaths>
#include <QStyleFactory>
#include <QTableView>
#include <QTest>

namespace hudhud::console {

using namespace Qt::StringLiterals;

namespace {

constexpr QSize WindowSize{1280, 800};
constexpr int SettleTime = 350; // ms; for the fake's answers and what is laid out then.

void save(QWidget &widget, const QDir &directory, const QString &name)
{
    QTest::qWait(SettleTime);
    const QString file = directory.filePath(name + u".png"_s);
    if (!widget.grab().toImage().convertToFormat(QImage::Format_RGB888).save(file, nullptr, 10))
        qFatal("cannot write %s", qPrintable(file));
}

/// What a user would do first, so that the page shows all it has.
void prepare(Page &page)
{
    QTest::qWait(SettleTime);
    for (QTableView *table : page.findChildren<QTableView *>()) {
        if (table->isVisible() && table->model()->rowCount() > 0 && table->objectName() != "groups"_L1)
            table->setCurrentIndex(table->model()->index(0, 0));
    }
}

void renderPages(Console &console, const ConnectionProfile &profile, const QDir &directory,
                 const QString &suffix)
{
    MainWindow &window = *console.openWindow(profile, u"token"_s);
    window.resize(WindowSize);
    window.show();
    for (const PageEntry &entry : pageCatalogue()) {
        const QString id = QString::fromLatin1(entry.id);
        window.showPage(id, id == "recipient"_L1 ? u"967771234567"_s : QString());
        if (id != "overview"_L1)
            prepare(*window.page(id));
        save(window, directory, id + suffix);
    }
    window.showPage(u"dead-letters"_s, u"job 17"_s);
    save(window, directory, u"jobs"_s + suffix);
    window.showPage(u"dead-letters"_s, {});
    {
        ReplayDialog replay(window.session(), {.ids = {}, .filter = {}},
                            QCoreApplication::translate("hudhud::console::DeadLettersPage",
                                                        "All %n dead letter(s)", nullptr, 450));
        replay.show();
        save(replay, directory, u"replay"_s + suffix);
    }
    window.close();
    QTest::qWait(0);
}

} // namespace

} // namespace hudhud::console

int main(int argc, char *argv[])
{
    using namespace hudhud::console;
    qputenv("QT_QPA_PLATFORM", "offscreen");
    QApplication application(argc, argv);
    QApplication::setStyle(QStyleFactory::create(QStringLiteral("Fusion")));
    QApplication::setApplicationName(QStringLiteral("hudhud-screenshots"));
    QApplication::setApplicationVersion(QStringLiteral("0.1.0"));
    QStandardPaths::setTestModeEnabled(true);
    QSettings().clear();
    const QDir directory(application.arguments().value(1));
    if (application.arguments().size() != 2 || !directory.exists())
        qFatal("usage: hudhud-screenshots DIRECTORY");
    QFont font(QStringLiteral("DejaVu Sans"), 9);
    QApplication::setFont(font);

    test::FakeAdmin fake;
    test::fillFakeAdmin(fake);
    Console console;
    console.secrets().useMemoryOnly();
    ConnectionProfile profile = ProfileStore::create(QStringLiteral("Production"), fake.url());
    profile.colour = QStringLiteral("#b3261e");
    profile.readOnly = false;
    console.setLanguage(QStringLiteral("en"));
    console.setAppearance(theme::Appearance::Light);
    renderPages(console, profile, directory, QStringLiteral("-light"));
    console.setAppearance(theme::Appearance::Dark);
    renderPages(console, profile, directory, QStringLiteral("-dark"));
    console.setAppearance(theme::Appearance::Light);
    console.setLanguage(QStringLiteral("ar"));
    renderPages(console, profile, directory, QStringLiteral("-arabic"));
    return 0;
}
