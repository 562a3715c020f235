// SPDX-License-Identifier: GPL-3.0-or-later
#include "pages/dead_letters_page.h"

#include "pages/edit_dialog.h"
#include "pages/export_dialog.h"
#include "pages/replay_dialog.h"
#include "widgets/confirm_dialog.h"
#include "widgets/filter_bar.h"
#include "widgets/job_panel.h"
#include "widgets/message_view.h"
#include "widgets/notice_bar.h"
#include "widgets/page_splitter.h"
#include "widgets/record_table.h"

#include <QAction>
#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QTabWidget>
#include <QToolButton>
#include <QVBoxLayout>

namespace hudhud::console {

using namespace Qt::StringLiterals;

namespace {

QList<FilterField> filterFields()
{
    using Kind = FilterField::Kind;
    return {
        {u"text"_s, QT_TRANSLATE_NOOP("Filters", "Text in subject or content")},
        {u"recipient"_s, QT_TRANSLATE_NOOP("Filters", "Recipient")},
        {u"reason"_s,
         QT_TRANSLATE_NOOP("Filters", "Reason"),
         Kind::Choice,
         {u"attempts-used-up"_s, u"delivery-limit"_s, u"rejected"_s, u"expired"_s, u"superseded"_s,
          u"permanent-error"_s}},
        {u"class"_s,
         QT_TRANSLATE_NOOP("Filters", "Class"),
         Kind::Choice,
         {u"transient"_s, u"permanent"_s, u"system"_s, u"business"_s}},
        {u"metadata"_s, QT_TRANSLATE_NOOP("Filters", "Metadata key or key=value")},
        {u"minimumAttempts"_s, QT_TRANSLATE_NOOP("Filters", "Attempts from"), Kind::Number},
    };
}

} // namespace

DeadLettersPage::DeadLettersPage(Session &session, QWidget *parent)
    : Page(session, u"dead-letters"_s, parent)
    , m_groups(session.client(), deadLetterGroupList())
    , m_letters(session.client(), deadLetterList())
    , m_jobs(session.client(), jobList())
    , m_tabs(new QTabWidget)
{
    setTopics({u"deadLetters"_s, u"jobs"_s});
    createActions();
    m_tabs->setDocumentMode(true);
    m_tabs->addTab(createLetters(), tr("Messages"));
    m_tabs->addTab(createJobs(), tr("Jobs"));
    connect(m_tabs, &QTabWidget::currentChanged, this, [this] { refresh(); });
    content()->addWidget(m_tabs, 1);
    applyFilter();
}

void DeadLettersPage::createActions()
{
    const auto add = [this](const QString &text, const QKeySequence &key, void (DeadLettersPage::*slot)()) {
        auto *action = new QAction(text, this);
        action->setShortcut(key);
        action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
        connect(action, &QAction::triggered, this, slot);
        return action;
    };
    m_replay = add(tr("Replay\u2026"), Qt::Key_R, &DeadLettersPage::replay);
    m_edit = add(tr("Edit and replay\u2026"), Qt::Key_E, &DeadLettersPage::edit);
    m_discard = add(tr("Discard\u2026"), Qt::Key_Delete, &DeadLettersPage::discard);
    m_export = add(tr("Export\u2026"), QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_E),
                   &DeadLettersPage::exportLetters);
}

QWidget *DeadLettersPage::createLetters()
{
    m_groupTable = new RecordTable(m_groups, settingsKey() + u"/groups"_s);
    m_groupTable->setEmptyText(tr("No dead letters. All is well."));
    m_groupTable->setSelectionMode(QAbstractItemView::SingleSelection);
    m_groupTable->setAccessibleName(tr("Failures"));
    m_groupTable->setObjectName(u"groups"_s);
    m_letterTable = new RecordTable(m_letters, settingsKey() + u"/letters"_s);
    m_letterTable->setEmptyText(tr("No dead letters."));
    m_letterTable->setAccessibleName(tr("Dead letters"));
    m_letterTable->setObjectName(u"letters"_s);
    m_letterTable->addActions({m_replay, m_edit, m_discard, m_export});
    m_filter = new FilterBar(filterFields(), settingsKey() + u"/filter"_s);
    m_message = new MessageView;
    m_matches = new QLabel;
    m_matches->setObjectName(u"matches"_s);

    auto *bar = new QHBoxLayout;
    bar->addWidget(m_matches, 1);
    for (QAction *action : {m_replay, m_edit, m_discard, m_export}) {
        auto *button = new QToolButton;
        button->setDefaultAction(action);
        button->setToolTip(
            u"%1 (%2)"_s.arg(action->text(), action->shortcut().toString(QKeySequence::NativeText)));
        bar->addWidget(button);
    }
    auto *below = new QWidget;
    auto *column = new QVBoxLayout(below);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(m_filter);
    column->addLayout(bar);
    auto *lists = new PageSplitter(Qt::Horizontal, settingsKey() + u"/details"_s, {3, 2});
    lists->addWidget(m_letterTable);
    lists->addWidget(m_message);
    lists->restore();
    column->addWidget(lists, 1);
    auto *page = new PageSplitter(Qt::Vertical, settingsKey() + u"/lists"_s, {1, 3});
    page->addWidget(m_groupTable);
    page->addWidget(below);
    page->restore();

    connect(m_filter, &FilterBar::changed, this, &DeadLettersPage::applyFilter);
    connect(m_groupTable->selectionModel(), &QItemSelectionModel::selectionChanged, this,
            &DeadLettersPage::applyFilter);
    connect(m_letterTable, &RecordTable::currentRecordChanged, this, &DeadLettersPage::showCurrent);
    connect(m_letterTable->selectionModel(), &QItemSelectionModel::selectionChanged, this,
            &DeadLettersPage::updateActions);
    connect(&m_letters, &RecordModel::refreshed, this, &DeadLettersPage::updateActions);
    return page;
}

QWidget *DeadLettersPage::createJobs()
{
    m_jobTable = new RecordTable(m_jobs, settingsKey() + u"/jobs"_s);
    m_jobTable->setEmptyText(tr("No jobs yet. A replay, a discard or a restore makes one."));
    m_jobTable->setSelectionMode(QAbstractItemView::SingleSelection);
    m_jobTable->setAccessibleName(tr("Jobs"));
    m_jobPanel = new JobPanel(session());
    auto *page = new PageSplitter(Qt::Vertical, settingsKey() + u"/jobPanel"_s, {3, 1});
    page->addWidget(m_jobTable);
    page->addWidget(m_jobPanel);
    page->restore();
    connect(m_jobTable, &RecordTable::currentRecordChanged, this,
            [this] { m_jobPanel->watch(m_jobTable->currentRecord()["id"_L1].toInteger()); });
    connect(m_jobPanel, &JobPanel::failed, this,
            [this](const AdminError &error) { notice().display(Level::Bad, error.text()); });
    return page;
}

void DeadLettersPage::refresh()
{
    if (m_tabs->currentIndex() == 1)
        return m_jobs.refresh();
    m_groups.refresh();
    m_letters.refresh();
    countMatches();
}

void DeadLettersPage::focusFilter()
{
    m_tabs->setCurrentIndex(0);
    m_filter->focusFirst();
}

void DeadLettersPage::open(const QString &argument)
{
    if (argument.startsWith("job "_L1)) {
        m_tabs->setCurrentIndex(1);
        m_jobs.reload();
        m_jobPanel->watch(argument.sliced(4).toLongLong());
    } else if (argument.size() == 36 && argument.count(u'-') == 4) {
        m_tabs->setCurrentIndex(0);
        showMessage(argument);
    } else if (!argument.isEmpty()) {
        m_tabs->setCurrentIndex(0);
        m_groupTable->select(argument);
    }
}

void DeadLettersPage::applyFilter()
{
    QUrlQuery filter = m_filter->query();
    const QStringList groups = m_groupTable->selectedKeys();
    if (!groups.isEmpty())
        filter.addQueryItem(u"signature"_s, QString::fromLatin1(QUrl::toPercentEncoding(groups.first())));
    m_matching = -1;
    m_letters.setFilter(filter);
    countMatches();
    updateActions();
}

void DeadLettersPage::countMatches()
{
    const QUrlQuery filter = m_letters.filter();
    client().send(AdminRequest::get(u"/dlq/count"_s, filter), this,
                  [this, filter](const Result<QJsonObject> &answer) {
                      if (!answer || filter != m_letters.filter())
                          return;
                      m_matching = (*answer)["count"_L1].toInteger();
                      updateActions();
                  });
}

void DeadLettersPage::updateActions()
{
    const DeadLetterSelection selected = selection();
    const bool any = selected.isFilter() ? m_matching > 0 : true;
    const bool may = session().mayChange();
    m_replay->setEnabled(any); // Without the right only the dry run.
    m_edit->setEnabled(may && selected.ids.size() == 1);
    m_discard->setEnabled(may && any);
    m_export->setEnabled(any);
    m_matches->setText(m_matching < 0 ? QString() : selectionText(selected));
}

DeadLetterSelection DeadLettersPage::selection() const
{
    // A single row is merely looked at until more are chosen; with one row the actions are for that one.
    const QStringList keys = m_letterTable->selectedKeys();
    const bool everything = keys.isEmpty() || (keys.size() == m_letters.rowCount() && keys.size() > 1);
    return {.ids = everything ? QStringList() : keys.mid(0, DeadLetterSelection::MaximumIds),
            .filter = m_letters.filter()};
}

QString DeadLettersPage::selectionText(const DeadLetterSelection &selection) const
{
    if (!selection.isFilter())
        return tr("%n selected", nullptr, static_cast<int>(selection.ids.size()));
    const auto count = static_cast<int>(m_matching);
    return selection.filter.isEmpty() ? tr("All %n dead letter(s)", nullptr, count)
                                      : tr("All %n dead letter(s) that match", nullptr, count);
}

void DeadLettersPage::showCurrent()
{
    const QString id = member(m_letterTable->currentRecord(), u"message.id").toString();
    if (!id.isEmpty())
        showMessage(id);
}

void DeadLettersPage::showMessage(const QString &id)
{
    m_shownMessage = id;
    client().send(AdminRequest::get(u"/dlq/"_s + id), this, [this, id](const Result<QJsonObject> &answer) {
        if (id != m_shownMessage)
            return;
        if (answer)
            m_message->display(*answer);
        else
            m_message->displayText(answer.error().text());
    });
}

void DeadLettersPage::replay()
{
    const DeadLetterSelection selected = selection();
    auto *dialog = new ReplayDialog(session(), selected, selectionText(selected), this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QDialog::finished, this, [this, dialog] {
        if (dialog->job() > 0) {
            notice().display(Level::Good, tr("Job %1 runs in the server.").arg(dialog->job()), tr("Show it"),
                             [this, job = dialog->job()] { open(u"job %1"_s.arg(job)); });
        }
        refresh();
    });
    dialog->open();
}

void DeadLettersPage::edit()
{
    const QJsonObject details = m_message->details();
    if (details["message"_L1]["id"_L1].toString() != selection().ids.value(0))
        return; // It is still being fetched: only whole messages are edited.
    auto *dialog = new EditDialog(session(), details, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QDialog::accepted, this, [this] {
        notice().display(Level::Good, tr("The corrected copy is on its way; the original is discarded."));
        m_letters.reload();
        refresh();
    });
    dialog->open();
}

void DeadLettersPage::discard()
{
    const DeadLetterSelection selected = selection();
    const qint64 count = selected.isFilter() ? m_matching : selected.ids.size();
    auto *dialog = new ConfirmDialog(
        tr("Discard \u2014 %1").arg(session().profile().name),
        tr("%1 will be hidden, and removed when the time for undoing has passed.")
            .arg(selectionText(selected)),
        QString::number(count), tr("Discard %n message(s)", nullptr, static_cast<int>(count)),
        ConfirmDialog::Reason::Required, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QDialog::accepted, this, [this, dialog, selected] {
        QJsonObject body = selected.json();
        body.insert(u"reason"_s, dialog->reason());
        change(AdminRequest::change("POST", u"/dlq/discard"_s, body), {},
               [this, selected](const QJsonObject &answer) {
                   const Job job = Job::read(answer);
                   notice().display(
                       Level::Good,
                       tr("Job %1 discards %n message(s).", nullptr, static_cast<int>(job.total)).arg(job.id),
                       tr("Undo"), [this, selected] { restore(selected); });
                   m_letters.reload();
               });
    });
    dialog->open();
}

void DeadLettersPage::restore(const DeadLetterSelection &selection)
{
    QJsonObject body = selection.json();
    body.insert(u"reason"_s, u"undone in the console"_s);
    change(AdminRequest::change("POST", u"/dlq/restore"_s, body), tr("They are being restored."));
}

void DeadLettersPage::exportLetters()
{
    auto *dialog = new ExportDialog(client(), deadLetterList(), m_letters.filter(), this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->open();
}

} // namespace hudhud::console
