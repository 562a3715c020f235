// SPDX-License-Identifier: GPL-3.0-or-later
#include "pages/messages_page.h"

#include "models/record_lists.h"
#include "widgets/confirm_dialog.h"
#include "widgets/message_view.h"
#include "widgets/record_table.h"

#include <QAction>
#include <QApplication>
#include <QClipboard>

namespace hudhud::console {

using namespace Qt::StringLiterals;
using Kind = FilterField::Kind;

MessagesPage::MessagesPage(Session &session, QWidget *parent)
    : ListPage(session, u"messages"_s, messageList(),
               {{u"id"_s, QT_TRANSLATE_NOOP("Filters", "Id or its first characters")},
                {u"recipient"_s, QT_TRANSLATE_NOOP("Filters", "Recipient")},
                {u"status"_s,
                 QT_TRANSLATE_NOOP("Filters", "Status"),
                 Kind::Choice,
                 {u"Queued"_s, u"Processing"_s, u"Delivered"_s, u"Failed"_s, u"DeadLetter"_s}},
                {u"from"_s, QT_TRANSLATE_NOOP("Filters", "From, like 2026-12-01T14:00:00Z")},
                {u"until"_s, QT_TRANSLATE_NOOP("Filters", "Until, like 2026-12-01T15:00:00Z")}},
               PersonalData::Masked, parent)
    , m_view(new MessageView)
    , m_cancel(addCommand(tr("Cancel it\u2026"), Qt::Key_Delete, [this] { cancel(); }))
{
    m_cancel->setEnabled(false);
    addCommand(tr("Copy as curl"), QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_C), [this] {
        if (!m_shown.isEmpty())
            QApplication::clipboard()->setText(
                AdminRequest::get(u"/messages/"_s + m_shown).asCurl(client().server()));
    });
    table().setEmptyText(tr("No messages."));
    table().setAccessibleName(tr("Messages"));
    setDetails(m_view);
    connect(&records(), &RecordModel::refreshed, this, [this] {
        if (records().rowCount() == 1 && !filter().value(u"id"_s).isEmpty())
            table().selectRow(0); // It was what was looked for.
    });
}

void MessagesPage::open(const QString &argument)
{
    filter().setOnly(u"id"_s, argument);
}

void MessagesPage::currentChanged()
{
    const Record record = table().currentRecord();
    const QString id = record["id"_L1].toString();
    m_cancel->setEnabled(session().mayChange() && record["status"_L1].toString() == "Queued"_L1);
    if (id.isEmpty())
        return;
    m_shown = id;
    QUrlQuery query;
    if (isRevealed())
        query.addQueryItem(u"reveal"_s, u"true"_s);
    client().send(AdminRequest::get(u"/messages/"_s + id, query), this,
                  [this, id](const Result<QJsonObject> &answer) {
                      if (id != m_shown)
                          return;
                      if (answer)
                          m_view->display(*answer);
                      else
                          m_view->displayText(answer.error().text());
                  });
}

void MessagesPage::cancel()
{
    const QString id = m_shown;
    auto *dialog = new ConfirmDialog(tr("Cancel a message \u2014 %1").arg(session().profile().name),
                                     tr("The message %1 will not be delivered.").arg(id), id.right(4),
                                     tr("Cancel the message"), ConfirmDialog::Reason::Required, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QDialog::accepted, this, [this, dialog, id] {
        change(
            AdminRequest::change("POST", u"/messages/%1/cancel"_s.arg(id), {{u"reason"_s, dialog->reason()}}),
            tr("The message is cancelled."));
    });
    dialog->open();
}

} // namespace hudhud::console
