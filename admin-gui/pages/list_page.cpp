// SPDX-License-Identifier: GPL-3.0-or-later
#include "pages/list_page.h"

#include "widgets/content_viewer.h"
#include "widgets/page_splitter.h"
#include "widgets/record_table.h"

#include <QAction>
#include <QHBoxLayout>
#include <QJsonDocument>
#include <QLabel>
#include <QPlainTextEdit>
#include <QToolButton>
#include <QVBoxLayout>

namespace hudhud::console {

using namespace Qt::StringLiterals;

ListPage::ListPage(Session &session, const QString &name, RecordList list, QList<FilterField> filter,
                   PersonalData personalData, QWidget *parent)
    : Page(session, name, parent)
    , m_model(session.client(), std::move(list))
    , m_filter(new FilterBar(filter, settingsKey() + u"/filter"_s))
    , m_table(new RecordTable(m_model, settingsKey() + u"/table"_s))
    , m_summary(new QLabel)
    , m_bar(new QHBoxLayout)
    , m_reveal(new QToolButton)
    , m_details(nullptr)
    , m_json(createMonospaceView())
    , m_lists(new PageSplitter(Qt::Horizontal, settingsKey() + u"/details"_s, {5, 3}))
{
    m_filter->setVisible(!filter.isEmpty());
    m_reveal->setText(tr("Reveal"));
    m_reveal->setCheckable(true);
    m_reveal->setToolTip(tr("Show phone numbers and contents. Needs a right, and is audited."));
    m_reveal->setVisible(personalData == PersonalData::Masked);
    m_json->setAccessibleName(tr("All of the chosen row"));
    m_summary->setTextFormat(Qt::PlainText);
    m_bar->addWidget(m_summary, 1);
    m_bar->addWidget(m_reveal);
    content()->addWidget(m_filter);
    content()->addLayout(m_bar);
    m_lists->addWidget(m_table);
    content()->addWidget(m_lists, 1);
    setDetails(m_json);

    connect(m_filter, &FilterBar::changed, this, &ListPage::applyFilter);
    connect(m_reveal, &QToolButton::toggled, this, &ListPage::applyFilter);
    connect(m_table, &RecordTable::currentRecordChanged, this, [this] { currentChanged(); });
    applyFilter();
}

void ListPage::setDetails(QWidget *details)
{
    if (m_details) {
        m_details->setParent(this);
        m_details->hide();
    }
    m_details = details;
    m_lists->addWidget(details);
    m_lists->restore();
}

void ListPage::setSummary(const QString &text)
{
    m_summary->setText(text);
}

QAction *ListPage::addCommand(const QString &text, const QKeySequence &key, std::function<void()> run)
{
    auto *action = new QAction(text, this);
    action->setShortcut(key);
    action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    connect(action, &QAction::triggered, this, std::move(run));
    addAction(action);
    m_table->addAction(action);
    auto *button = new QToolButton;
    button->setDefaultAction(action);
    m_bar->addWidget(button);
    return action;
}

bool ListPage::isRevealed() const
{
    return m_reveal->isChecked();
}

void ListPage::applyFilter()
{
    QUrlQuery query = m_filter->query();
    if (isRevealed())
        query.addQueryItem(u"reveal"_s, u"true"_s);
    m_model.setFilter(query);
}

void ListPage::refresh()
{
    if (!isRevealed())
        m_model.refresh();
}

void ListPage::open(const QString &argument)
{
    m_table->select(argument);
}

void ListPage::focusFilter()
{
    m_filter->focusFirst();
}

void ListPage::currentChanged()
{
    const Record record = m_table->currentRecord();
    const QString json = record.isEmpty() ? QString() : QString::fromUtf8(QJsonDocument(record).toJson());
    if (m_details == m_json && m_json->toPlainText() != json)
        m_json->setPlainText(json);
}

} // namespace hudhud::console
