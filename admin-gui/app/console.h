// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connection/secret_store.h"
#include "connection/session.h"
#include "widgets/theme.h"

#include <QList>
#include <QObject>
#include <QPointer>
#include <QTranslator>

#include <map>
#include <memory>

namespace hudhud::console {

class MainWindow;

/// The program: its windows, the sessions that they share, language and appearance. Thread: the main thread.
class Console final : public QObject
{
    Q_OBJECT

public:
    explicit Console(QObject *parent = nullptr);
    ~Console() override;

    SecretStore &secrets() { return m_secrets; }

    /// Opens what was open when the program ended last, or asks for a server.
    void start();
    /// One more window of the profile; the token is read first.
    void openProfile(const ConnectionProfile &profile);
    MainWindow *openWindow(const ConnectionProfile &profile, const QString &token);
    /// Lets the user choose, make and change profiles.
    void chooseProfile(QWidget *parent);

    /// "en", "ar", or empty for the system's. All windows are made again in it.
    void setLanguage(const QString &language);
    const QString &language() const { return m_language; }
    /// Those that there are translations for, English first.
    static QStringList languages();
    void setAppearance(theme::Appearance appearance);
    theme::Appearance appearance() const { return m_appearance; }
    QList<MainWindow *> windows() const;

private:
    void installTranslators();
    /// Makes every window again, as it was: texts and colours are then right everywhere.
    void rebuildWindows();

    SecretStore m_secrets;
    std::map<QString, std::unique_ptr<Session>> m_sessions; ///< By the profile's id.
    QList<QPointer<MainWindow>> m_windows;
    QList<QPointer<MainWindow>> m_replacedWindows; ///< On their way out.
    QTranslator m_texts;
    QTranslator m_qtTexts;
    QString m_language;
    theme::Appearance m_appearance = theme::Appearance::System;
};

} // namespace hudhud::console
