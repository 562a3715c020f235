// SPDX-License-Identifier: GPL-3.0-or-later
#include "pages/connections_page.h"

#include "models/record_lists.h"
#include "models/texts.h"
#include "widgets/confirm_dialog.h"
#include "widgets/notice_bar.h"
#include "widgets/record_table.h"

#include <QAction>

namespace hudhud::console {

using namespace Qt::StringLiterals;
using Kind = FilterField::Kind;

ConnectionsPage::ConnectionsPage(Session &session, QWidget *parent)
    : ListPage(session, u"connections"_s, connectionList(),
               {{u"recipient"_s, QT_TRANSLATE_NOOP("Filters", "Recipient")},
                {u"status"_s,
                 QT_TRANSLATE_NOOP("Filters", "Status"),
                 Kind::Choice,
                 {u"Connected"_s, u"Idle"_s, u"Reconnecting"_s}},
                {u"transport"_s,
                 QT_TRANSLATE_NOOP("Filters", "Transport"),
                 Kind::Choice,
                 {u"WebSockets"_s, u"ServerSentEvents"_s, u"LongPolling"_s}},
                {u"hub"_s,
                 QT_TRANSLATE_NOOP("Filters", "Hub"),
                 Kind::Choice,
                 {u"online-mobile-user"_s, u"business-user"_s}},
                {u"idleSeconds"_s, QT_TRANSLATE_NOOP("Filters", "Idle for s"), Kind::Number},
                {u"backlog"_s, QT_TRANSLATE_NOOP("Filters", "Has backlog"), Kind::Flag},
                {u"slow"_s, QT_TRANSLATE_NOOP("Filters", "Slow"), Kind::Flag}},
               PersonalData::Masked, parent)
{
    setTopics({u"connections"_s});
    table().setEmptyText(tr("Nobody is connected to this node."));
    table().setAccessibleName(tr("Connections"));
    QAction *close = addCommand(tr("Disconnect\u2026"), Qt::Key_Delete, [this] { disconnectSelected(); });
    QAction *closeAll = addCommand(tr("Disconnect all that match\u2026"), {}, [this] { previewMatching(); });
    close->setEnabled(false);
    closeAll->setEnabled(session.mayChange());
    connect(table().selectionModel(), &QItemSelectionModel::selectionChanged, this, [this, close] {
        close->setEnabled(this->session().mayChange() && table().selectionModel()->hasSelection());
    });
    connect(&records(), &RecordModel::refreshed, this, [this] {
        const QJsonObject &answer = records().answer();
        setSummary(tr("%1 of %2 connections of %3")
                       .arg(numberText(answer["matching"_L1]), numberText(answer["total"_L1]),
                            answer["node"_L1].toString()));
    });
}

void ConnectionsPage::disconnectSelected()
{
    const QStringList ids = table().selectedKeys();
    auto *dialog = new ConfirmDialog(
        tr("Disconnect \u2014 %1").arg(session().profile().name),
        tr("%n connection(s) will be closed. The phones come back by themselves.", nullptr,
           static_cast<int>(ids.size())),
        QString::number(ids.size()), tr("Disconnect"), ConfirmDialog::Reason::NotAsked, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QDialog::accepted, this, [this, ids] {
        for (const QString &id : ids) {
            change(AdminRequest::change(
                       "POST",
                       u"/connections/%1/disconnect"_s.arg(QString::fromLatin1(QUrl::toPercentEncoding(id)))),
                   tr("Disconnected."));
        }
    });
    dialog->open();
}

QJsonObject ConnectionsPage::filterJson() const
{
    QJsonObject json;
    for (const auto &[key, value] : filter().query().queryItems(QUrl::FullyDecoded)) {
        if (key == "idleSeconds"_L1)
            json.insert(key, value.toInt());
        else if (key == "backlog"_L1 || key == "slow"_L1)
            json.insert(key, true);
        else
            json.insert(key, value);
    }
    return json;
}

void ConnectionsPage::previewMatching()
{
    const QJsonObject body{{u"filter"_s, filterJson()}, {u"dryRun"_s, true}};
    client().send(AdminRequest::ask(u"/connections/disconnect"_s, body), this,
                  [this](const Result<QJsonObject> &answer) {
                      if (answer)
                          confirmMatching((*answer)["matching"_L1].toInteger());
                      else
                          notice().display(Level::Bad, answer.error().text());
                  });
}

void ConnectionsPage::confirmMatching(qint64 matching)
{
    auto *dialog = new ConfirmDialog(tr("Disconnect \u2014 %1").arg(session().profile().name),
                                     tr("All %n connection(s) that match the filter now will be closed.",
                                        nullptr, static_cast<int>(matching)),
                                     QString::number(matching), tr("Disconnect"),
                                     ConfirmDialog::Reason::Required, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QDialog::accepted, this, [this, dialog, filter = filterJson()] {
        const QJsonObject body{{u"filter"_s, filter}, {u"dryRun"_s, false}, {u"reason"_s, dialog->reason()}};
        change(AdminRequest::change("POST", u"/connections/disconnect"_s, body), {},
               [this](const QJsonObject &answer) {
                   notice().display(Level::Good,
                                    tr("%n connection(s) closed.", nullptr,
                                       static_cast<int>(answer["disconnected"_L1].toInteger())));
               });
    });
    dialog->open();
}

} // namespace hudhud::console
