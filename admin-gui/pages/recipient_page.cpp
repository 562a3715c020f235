// SPDX-License-Identifier: GPL-3.0-or-later
#include "pages/recipient_page.h"

#include "models/record_lists.h"
#include "models/texts.h"
#include "widgets/confirm_dialog.h"
#include "widgets/facts.h"
#include "widgets/notice_bar.h"
#include "widgets/record_table.h"

#include <QHBoxLayout>
#include <QLineEdit>
#include <QPushButton>
#include <QRegularExpressionValidator>
#include <QTabWidget>
#include <QToolButton>
#include <QVBoxLayout>

namespace hudhud::console {

using namespace Qt::StringLiterals;

namespace {

/// The columns of a list, for rows that are a member of another answer.
RecordList partOf(RecordList list, const QString &rows)
{
    list.rows = rows;
    list.isPaged = false;
    for (RecordColumn &column : list.columns)
        column.sortKey.clear();
    return list;
}

} // namespace

RecipientPage::RecipientPage(Session &session, QWidget *parent)
    : Page(session, u"recipient"_s, parent)
    , m_connections(session.client(), partOf(connectionList(), u"connections"_s))
    , m_delivered(session.client(), partOf(messageList(), u"lastDelivered"_s))
    , m_failures(session.client(), partOf(messageList(), u"failures"_s))
    , m_dead(session.client(), partOf(messageList(), u"lastDeadLetters"_s))
    , m_number(new QLineEdit)
    , m_reveal(new QToolButton)
    , m_test(new QPushButton(tr("Send a test message")))
    , m_disconnect(new QPushButton(tr("Disconnect\u2026")))
    , m_facts(new Facts)
    , m_tabs(new QTabWidget)
{
    m_number->setPlaceholderText(tr("Phone number with country code, like 967771234567"));
    m_number->setAccessibleName(tr("Recipient"));
    m_number->setValidator(new QRegularExpressionValidator(QRegularExpression(u"[0-9]{7,15}"_s), m_number));
    m_number->setMaximumWidth(380);
    m_reveal->setText(tr("Reveal"));
    m_reveal->setCheckable(true);
    m_reveal->setToolTip(tr("Show phone numbers and contents. Needs a right, and is audited."));
    auto *find = new QPushButton(tr("Find"));
    auto *row = new QHBoxLayout;
    row->addWidget(m_number, 1);
    row->addWidget(find);
    row->addWidget(m_reveal);
    row->addStretch();
    row->addWidget(m_test);
    row->addWidget(m_disconnect);
    content()->addLayout(row);
    content()->addWidget(m_facts);
    content()->addWidget(m_tabs, 1);
    m_tabs->setDocumentMode(true);
    addList(m_connections, tr("Connections"), tr("Not connected to this node."));
    addList(m_delivered, tr("Last delivered"), tr("Nothing was delivered lately."));
    addList(m_failures, tr("Failures"), tr("Nothing failed lately."));
    addList(m_dead, tr("Dead letters"), tr("No dead letters."));
    m_test->setEnabled(false);
    m_disconnect->setEnabled(false);
    m_facts->setText(tr("Who is it about?"));
    connect(m_number, &QLineEdit::returnPressed, this, &RecipientPage::search);
    connect(find, &QPushButton::clicked, this, &RecipientPage::search);
    connect(m_reveal, &QToolButton::toggled, this, &RecipientPage::search);
    connect(m_test, &QPushButton::clicked, this, &RecipientPage::sendTest);
    connect(m_disconnect, &QPushButton::clicked, this, &RecipientPage::disconnectAll);
}

RecordTable *RecipientPage::addList(RecordModel &model, const QString &title, const QString &emptyText)
{
    auto *table = new RecordTable(model, settingsKey() + u'/' + model.list().rows);
    table->setEmptyText(emptyText);
    table->setAccessibleName(title);
    m_tabs->addTab(table, title);
    connect(table, &RecordTable::opened, this, [this](const Record &record) {
        if (record.contains("id"_L1))
            Q_EMIT leadsTo(u"messages"_s, record["id"_L1].toString());
    });
    return table;
}

void RecipientPage::open(const QString &argument)
{
    m_number->setText(argument);
    search();
}

void RecipientPage::focusFilter()
{
    m_number->setFocus();
    m_number->selectAll();
}

void RecipientPage::refresh()
{
    if (!m_reveal->isChecked()) // Each answer with personal data is audited.
        search();
}

void RecipientPage::search()
{
    if (!m_number->hasAcceptableInput())
        return;
    m_recipient = m_number->text();
    QUrlQuery query;
    if (m_reveal->isChecked())
        query.addQueryItem(u"reveal"_s, u"true"_s);
    client().send(AdminRequest::get(u"/recipients/"_s + m_recipient, query), this,
                  [this](const Result<QJsonObject> &answer) {
                      if (answer)
                          display(*answer);
                      else
                          notice().display(Level::Bad, answer.error().text());
                  });
}

void RecipientPage::display(const QJsonObject &recipient)
{
    m_facts->display({{tr("Recipient"), recipient["recipient"_L1].toString()},
                      {tr("Status"), wordText(recipient["status"_L1].toString())},
                      {tr("Online since"), timeText(recipient["onlineSince"_L1].toString())},
                      {tr("Waiting"), numberText(recipient["pending"_L1])},
                      {tr("Dead letters"), numberText(recipient["deadLetters"_L1])},
                      {tr("As node"), recipient["node"_L1].toString()}});
    for (RecordModel *model : {&m_connections, &m_delivered, &m_failures, &m_dead})
        model->display(recipient);
    m_test->setEnabled(session().mayChange());
    m_disconnect->setEnabled(session().mayChange() && m_connections.rowCount() > 0);
}

void RecipientPage::sendTest()
{
    const QJsonObject body{{u"subject"_s, u"Test"_s}, {u"content"_s, tr("A test message from support.")}};
    change(AdminRequest::change("POST", u"/recipients/%1/test-message"_s.arg(m_recipient), body), {},
           [this](const QJsonObject &answer) {
               const QString id = answer["id"_L1].toString();
               notice().display(Level::Good, tr("The test message is on its way: %1").arg(id), tr("Show it"),
                                [this, id] { Q_EMIT leadsTo(u"messages"_s, id); });
           });
}

void RecipientPage::disconnectAll()
{
    const int count = m_connections.rowCount();
    auto *dialog
        = new ConfirmDialog(tr("Disconnect \u2014 %1").arg(session().profile().name),
                            tr("%n connection(s) of %1 will be closed.", nullptr, count).arg(m_recipient),
                            m_recipient.right(3), tr("Disconnect"), ConfirmDialog::Reason::NotAsked, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QDialog::accepted, this, [this] {
        change(AdminRequest::change("POST", u"/users/%1/disconnect"_s.arg(m_recipient)), tr("Disconnected."));
    });
    dialog->open();
}

} // namespace hudhud::console
