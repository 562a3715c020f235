// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/main_window.h"

#include "app/console.h"
#include "pages/overview_page.h"
#include "pages/page.h"
#include "pages/page_catalogue.h"
#include "widgets/connection_status.h"
#include "widgets/profile_band.h"

#include <QActionGroup>
#include <QApplication>
#include <QCloseEvent>
#include <QHBoxLayout>
#include <QJsonArray>
#include <QListWidget>
#include <QLocale>
#include <QMenuBar>
#include <QMessageBox>
#include <QPainter>
#include <QRegularExpression>
#include <QSettings>
#include <QStackedWidget>
#include <QStatusBar>
#include <QVBoxLayout>

#include <algorithm>

namespace hudhud::console {

using namespace Qt::StringLiterals;

namespace {

constexpr int IdRole = Qt::UserRole;

QIcon levelIcon(Level level)
{
    QPixmap pixmap(32, 32);
    pixmap.fill(Qt::transparent);
    if (level == Level::None)
        return QIcon(pixmap); // Takes the room, so that all titles begin at the same place.
    QPainter painter(&pixmap);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(theme::levelColour(level));
    painter.drawEllipse(4, 4, 24, 24);
    return QIcon(pixmap);
}

} // namespace

MainWindow::MainWindow(Console &console, Session &session)
    : m_console(console)
    , m_session(session)
    , m_navigation(new QListWidget)
    , m_stack(new QStackedWidget)
{
    setWindowTitle(tr("%1 \u2014 Hudhud").arg(session.profile().name)
                   + (session.profile().readOnly ? u" \u2014 "_s + tr("read-only") : QString()));
    createNavigation();
    createMenus();

    auto *middle = new QHBoxLayout;
    middle->setSpacing(0);
    middle->addWidget(m_navigation);
    middle->addWidget(m_stack, 1);
    auto *central = new QWidget;
    auto *column = new QVBoxLayout(central);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(new ProfileBand(session.profile()));
    column->addLayout(middle, 1);
    setCentralWidget(central);
    statusBar()->addWidget(new ConnectionStatus(session), 1);

    const QSettings settings;
    const QString key = u"profile/%1/window"_s.arg(session.profile().id);
    if (!restoreGeometry(settings.value(key + u"/geometry"_s).toByteArray()))
        resize(1280, 800);
    const QString last = settings.value(key + u"/page"_s, u"overview"_s).toString();
    showPage(u"overview"_s, {});
    showPage(last, {});
    rememberNodes();
}

MainWindow::~MainWindow() = default;

void MainWindow::createNavigation()
{
    m_navigation->setFrameShape(QFrame::NoFrame);
    m_navigation->setAccessibleName(tr("Pages"));
    m_navigation->setUniformItemSizes(true);
    m_navigation->setIconSize(QSize(10, 10));
    QPalette colours = m_navigation->palette();
    colours.setColor(QPalette::Base, palette().color(QPalette::Window));
    m_navigation->setPalette(colours);
    int width = 0;
    for (const PageEntry &entry : pageCatalogue()) {
        auto *item = new QListWidgetItem(levelIcon(Level::None), entry.translatedTitle(), m_navigation);
        item->setData(IdRole, QString::fromLatin1(entry.id));
        item->setSizeHint(QSize(0, fontMetrics().height() + 14));
        width = std::max(width, fontMetrics().horizontalAdvance(item->text()));
    }
    m_navigation->setFixedWidth(width + 48);
    connect(m_navigation, &QListWidget::currentItemChanged, this, [this](const QListWidgetItem *item) {
        if (item)
            showPage(item->data(IdRole).toString(), {});
    });
}

void MainWindow::createMenus()
{
    QMenu *file = menuBar()->addMenu(tr("&File"));
    file->addAction(tr("New &window"), QKeySequence::New, this,
                    [this] { m_console.openProfile(m_session.profile()); });
    file->addAction(tr("&Connections\u2026"), QKeySequence::Open, this,
                    [this] { m_console.chooseProfile(this); });
    file->addSeparator();
    file->addAction(tr("&Close"), QKeySequence::Close, this, &QWidget::close);
    file->addAction(tr("&Quit"), QKeySequence::Quit, qApp, &QApplication::closeAllWindows);

    QMenu *view = menuBar()->addMenu(tr("&View"));
    view->addAction(tr("&Refresh"), QKeySequence::Refresh, this, [this] { page(currentPage())->refresh(); });
    m_pause = view->addAction(tr("&Pause"));
    m_pause->setShortcut(Qt::CTRL | Qt::Key_P);
    m_pause->setCheckable(true);
    connect(m_pause, &QAction::toggled, this, [this](bool paused) {
        for (Page *each : std::as_const(m_pages))
            each->setPaused(paused);
    });
    view->addAction(tr("&Filter"), QKeySequence::Find, this, [this] { page(currentPage())->focusFilter(); });
    view->addSeparator();
    QMenu *appearance = view->addMenu(tr("&Appearance"));
    auto *appearances = new QActionGroup(this);
    const std::pair<QString, theme::Appearance> looks[] = {{tr("As the &system"), theme::Appearance::System},
                                                           {tr("&Light"), theme::Appearance::Light},
                                                           {tr("&Dark"), theme::Appearance::Dark}};
    for (const auto &[text, look] : looks) {
        QAction *action
            = appearance->addAction(text, this, [this, chosen = look] { m_console.setAppearance(chosen); });
        action->setCheckable(true);
        action->setChecked(m_console.appearance() == look);
        appearances->addAction(action);
    }
    QMenu *language = view->addMenu(tr("&Language"));
    for (const QString &code : Console::languages()) {
        QAction *action = language->addAction(QLocale(code).nativeLanguageName(), this,
                                              [this, code] { m_console.setLanguage(code); });
        action->setCheckable(true);
        action->setChecked(QLocale().language() == QLocale(code).language());
    }

    QMenu *go = menuBar()->addMenu(tr("&Go"));
    go->addAction(tr("&Find anything\u2026"), QKeySequence(Qt::CTRL | Qt::Key_K), this,
                  &MainWindow::openCommandBox);
    go->addSeparator();
    int number = 0;
    for (const PageEntry &entry : pageCatalogue()) {
        QAction *action = go->addAction(entry.translatedTitle(), this,
                                        [this, id = QString::fromLatin1(entry.id)] { showPage(id, {}); });
        if (++number <= 9)
            action->setShortcut(QKeySequence(Qt::CTRL | static_cast<Qt::Key>(Qt::Key_0 + number)));
    }
    QMenu *help = menuBar()->addMenu(tr("&Help"));
    help->addAction(tr("&About Hudhud"), this, [this] {
        QMessageBox::about(
            this, tr("About Hudhud"),
            tr("The operators' console of Hudhud %1.\nServer: %2")
                .arg(QApplication::applicationVersion(),
                     m_session.serverVersion().isEmpty() ? tr("unknown") : m_session.serverVersion()));
    });
}

QString MainWindow::currentPage() const
{
    return m_pages.key(qobject_cast<Page *>(m_stack->currentWidget()));
}

void MainWindow::showPage(const QString &id, const QString &argument)
{
    const auto catalogue = pageCatalogue();
    const auto entry = std::find_if(catalogue.begin(), catalogue.end(),
                                    [&id](const PageEntry &known) { return id == QLatin1String(known.id); });
    if (entry == catalogue.end())
        return;
    Page *&shown = m_pages[id];
    if (!shown) {
        shown = entry->create(m_session);
        shown->setPaused(m_pause->isChecked());
        m_stack->addWidget(shown);
        connect(shown, &Page::leadsTo, this, &MainWindow::showPage);
        if (const auto *overview = qobject_cast<OverviewPage *>(shown))
            connect(overview, &OverviewPage::healthChanged, this, &MainWindow::showHealth);
    }
    for (Page *each : std::as_const(m_pages))
        each->setActive(each == shown);
    m_stack->setCurrentWidget(shown);
    const QSignalBlocker quiet(m_navigation);
    m_navigation->setCurrentRow(static_cast<int>(entry - catalogue.begin()));
    if (!argument.isEmpty())
        shown->open(argument);
}

void MainWindow::showHealth(Level level)
{
    m_navigation->item(0)->setIcon(levelIcon(level));
}

void MainWindow::rememberNodes()
{
    m_session.client().send(AdminRequest::get(u"/nodes"_s), this, [this](const Result<QJsonObject> &answer) {
        if (!answer)
            return;
        m_nodes.clear();
        for (const QJsonValue &node : (*answer)["nodes"_L1].toArray())
            m_nodes.append(node["id"_L1].toString());
    });
}

void MainWindow::openCommandBox()
{
    auto *box = new CommandBox([this](const QString &text) { return find(text); }, this);
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->open();
}

QList<Command> MainWindow::find(const QString &text)
{
    static const QRegularExpression Digits(u"^\\+?[0-9]{7,15}$"_s);
    static const QRegularExpression IdStart(u"^[0-9a-fA-F-]{4,36}$"_s);
    static const QRegularExpression JobNumber(u"^(?:job )?#?([0-9]{1,9})$"_s);
    QList<Command> commands;
    const auto add = [this, &commands](const QString &title, const QString &detail, const QString &page,
                                       const QString &argument) {
        const auto catalogue = pageCatalogue();
        if (std::any_of(catalogue.begin(), catalogue.end(),
                        [&page](const PageEntry &e) { return page == QLatin1String(e.id); }))
            commands.append({title, detail, [this, page, argument] { showPage(page, argument); }});
    };
    QString recipient = text;
    if (Digits.match(text).hasMatch())
        add(tr("Recipient"), text, u"recipient"_s, recipient.remove(u'+'));
    if (text.contains(QRegularExpression(u"[0-9]"_s)) && IdStart.match(text).hasMatch())
        add(tr("Message"), text, u"messages"_s, text.toLower());
    if (const auto job = JobNumber.match(text); job.hasMatch())
        add(tr("Job"), job.captured(1), u"dead-letters"_s, u"job "_s + job.captured(1));
    for (const QString &node : std::as_const(m_nodes)) {
        if (!text.isEmpty() && node.contains(text, Qt::CaseInsensitive))
            add(tr("Node"), node, u"nodes"_s, node);
    }
    for (const PageEntry &entry : pageCatalogue()) {
        if (entry.translatedTitle().contains(text, Qt::CaseInsensitive))
            add(entry.translatedTitle(), {}, QString::fromLatin1(entry.id), {});
    }
    return commands;
}

void MainWindow::closeEvent(QCloseEvent *event)
{
    QSettings settings;
    const QString key = u"profile/%1/window"_s.arg(m_session.profile().id);
    settings.setValue(key + u"/geometry"_s, saveGeometry());
    settings.setValue(key + u"/page"_s, currentPage());
    QStringList open;
    for (const MainWindow *window : m_console.windows())
        open.append(window->session().profile().id);
    open.removeDuplicates();
    settings.setValue("openProfiles", open);
    QMainWindow::closeEvent(event);
}

} // namespace hudhud::console
