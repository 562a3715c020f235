// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connection/session.h"
#include "models/level.h"
#include "widgets/command_box.h"

#include <QHash>
#include <QJsonObject>
#include <QMainWindow>

class QListWidget;
class QStackedWidget;

namespace hudhud::console {

class Console;
class Page;

/// A window on one server: its band, the pages, the state of the connection. Pages are made when they are
/// first seen. Thread: the main thread.
class MainWindow final : public QMainWindow
{
    Q_OBJECT

public:
    /// Both must outlive the window.
    MainWindow(Console &console, Session &session);
    ~MainWindow() override;

    Session &session() const { return m_session; }
    /// Nothing happens when there is no such page.
    void showPage(const QString &id, const QString &argument);
    /// Its id.
    QString currentPage() const;
    Page *page(const QString &id) const { return m_pages.value(id); }
    /// What the command box offers for a text.
    QList<Command> find(const QString &text);

protected:
    void closeEvent(QCloseEvent *event) override;

private:
    void createNavigation();
    void createMenus();
    void openCommandBox();
    void showHealth(Level level);
    void rememberNodes();

    Console &m_console;
    Session &m_session;
    QListWidget *m_navigation;
    QStackedWidget *m_stack;
    QAction *m_pause = nullptr;
    QHash<QString, Page *> m_pages;
    QStringList m_nodes; ///< For the command box.
};

} // namespace hudhud::console
