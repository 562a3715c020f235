// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/console.h"

#include "app/main_window.h"
#include "app/profile_dialog.h"

#include <QApplication>
#include <QLibraryInfo>
#include <QLocale>
#include <QSettings>

#include <algorithm>

namespace hudhud::console {

using namespace Qt::StringLiterals;

Console::Console(QObject *parent)
    : QObject(parent)
{
    const QSettings settings;
    m_language = settings.value("language").toString();
    m_appearance = static_cast<theme::Appearance>(std::clamp(settings.value("appearance").toInt(), 0, 2));
    theme::apply(m_appearance);
    installTranslators();
}

Console::~Console()
{
    // Those too that wait to be deleted: they use the sessions.
    for (const auto &window : m_replacedWindows + m_windows)
        delete window.data();
}

QStringList Console::languages()
{
    return {u"en"_s, u"ar"_s};
}

QList<MainWindow *> Console::windows() const
{
    QList<MainWindow *> windows;
    for (const auto &window : m_windows) {
        if (window)
            windows.append(window.data());
    }
    return windows;
}

void Console::start()
{
    const QStringList open = QSettings().value("openProfiles").toStringList();
    const auto profiles = ProfileStore::load();
    bool any = false;
    for (const ConnectionProfile &profile : profiles) {
        if (open.contains(profile.id)) {
            openProfile(profile);
            any = true;
        }
    }
    if (!any)
        chooseProfile(nullptr);
}

void Console::openProfile(const ConnectionProfile &profile)
{
    m_secrets.read(profile.id, this, [this, profile](const QString &token) {
        if (token.isEmpty() && windows().isEmpty())
            return chooseProfile(nullptr);
        openWindow(profile, token)->show();
    });
}

MainWindow *Console::openWindow(const ConnectionProfile &profile, const QString &token)
{
    auto &session = m_sessions[profile.id];
    const bool isShown = std::any_of(m_windows.begin(), m_windows.end(), [&profile](const auto &window) {
        return window && window->session().profile().id == profile.id;
    });
    // A changed profile or token takes effect once no window uses the old one.
    if (!session || !isShown) {
        session = std::make_unique<Session>(profile, token);
        session->start();
    }
    auto *window = new MainWindow(*this, *session);
    window->setAttribute(Qt::WA_DeleteOnClose);
    m_windows.append(window);
    return window;
}

void Console::chooseProfile(QWidget *parent)
{
    auto *dialog = new ProfileDialog(m_secrets, parent);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &ProfileDialog::chosen, this,
            [this](const ConnectionProfile &profile, const QString &token) {
                openWindow(profile, token)->show();
            });
    dialog->open();
}

void Console::setLanguage(const QString &language)
{
    m_language = language;
    QSettings().setValue("language", language);
    installTranslators();
    rebuildWindows();
}

void Console::setAppearance(theme::Appearance appearance)
{
    m_appearance = appearance;
    QSettings().setValue("appearance", static_cast<int>(appearance));
    theme::apply(appearance);
    rebuildWindows();
}

void Console::installTranslators()
{
    QLocale locale = m_language.isEmpty() ? QLocale::system() : QLocale(m_language);
    // Figures are compared with logs, ids and phone numbers: with the digits that these are written with.
    if (locale.language() == QLocale::Arabic && locale.zeroDigit() != "0"_L1)
        locale = QLocale(QLocale::Arabic, QLocale::UnitedArabEmirates);
    QLocale::setDefault(locale);
    QApplication::removeTranslator(&m_texts);
    QApplication::removeTranslator(&m_qtTexts);
    if (m_qtTexts.load(locale, u"qtbase"_s, u"_"_s, QLibraryInfo::path(QLibraryInfo::TranslationsPath)))
        QApplication::installTranslator(&m_qtTexts);
    // English has a file too: for its plurals.
    if (m_texts.load(locale, u"hudhud-admin"_s, u"_"_s, u":/translations"_s)
        || m_texts.load(u":/translations/hudhud-admin_en"_s))
        QApplication::installTranslator(&m_texts);
    QApplication::setLayoutDirection(locale.textDirection());
}

void Console::rebuildWindows()
{
    const QList<MainWindow *> old = windows();
    m_windows.clear();
    m_replacedWindows.removeIf([](const auto &window) { return window.isNull(); });
    for (MainWindow *window : old) {
        auto *fresh = new MainWindow(*this, window->session());
        fresh->setAttribute(Qt::WA_DeleteOnClose);
        fresh->setGeometry(window->geometry());
        fresh->showPage(window->currentPage(), {});
        m_windows.append(fresh);
        if (window->isVisible())
            fresh->show();
        window->hide();
        m_replacedWindows.append(window);
        window->deleteLater(); // Its menu may be what called.
    }
}

} // namespace hudhud::console
