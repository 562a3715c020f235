// SPDX-License-Identifier: GPL-3.0-or-later
#include "pages/api_keys_page.h"

#include "models/record_lists.h"
#include "widgets/confirm_dialog.h"
#include "widgets/record_table.h"

#include <QAction>
#include <QInputDialog>
#include <QJsonArray>
#include <QMessageBox>

namespace hudhud::console {

using namespace Qt::StringLiterals;

ApiKeysPage::ApiKeysPage(Session &session, QWidget *parent)
    : ListPage(session, u"apikeys"_s, apiKeyList(), {}, PersonalData::None, parent)
    , m_rotate(nullptr)
    , m_revoke(nullptr)
{
    table().setEmptyText(tr("No API keys yet."));
    table().setAccessibleName(tr("API keys"));
    table().setSelectionMode(QAbstractItemView::SingleSelection);
    addCommand(tr("New key\u2026"), QKeySequence(Qt::Key_Insert), [this] {
        create();
    })->setEnabled(session.mayAdminister());
    m_rotate = addCommand(tr("Replace\u2026"), {}, [this] { rotate(); });
    m_revoke = addCommand(tr("Revoke\u2026"), QKeySequence(Qt::Key_Delete), [this] { revoke(); });
    const auto update = [this] {
        const bool active = table().currentRecord()["state"_L1].toString() == "active"_L1;
        m_rotate->setEnabled(active && this->session().mayAdminister());
        m_revoke->setEnabled(active && this->session().mayAdminister());
    };
    connect(&table(), &RecordTable::currentRecordChanged, this, update);
    update();
}

void ApiKeysPage::showSecret(const QString &secret)
{
    QMessageBox box(QMessageBox::Information, tr("The new key"),
                    tr("Copy the key now: it is not shown again.\n\n%1").arg(secret), QMessageBox::Close,
                    this);
    box.setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    box.exec();
}

void ApiKeysPage::create()
{
    const QString name = QInputDialog::getText(this, tr("New key"), tr("Name of the business")).trimmed();
    if (name.isEmpty())
        return;
    const QJsonObject body{{u"name"_s, name}, {u"scopes"_s, QJsonArray{u"send"_s, u"read"_s}}};
    change(AdminRequest::change("POST", u"/apikeys"_s, body), {},
           [this](const QJsonObject &answer) { showSecret(answer["secret"_L1].toString()); });
}

void ApiKeysPage::rotate()
{
    bool ok = false;
    const int hours = QInputDialog::getInt(this, tr("Replace a key"),
                                           tr("The old key works for so many hours more"), 1, 0, 168, 1, &ok);
    if (!ok)
        return;
    const QString path = u"/apikeys/%1/rotate"_s.arg(table().currentRecord()["id"_L1].toInteger());
    change(AdminRequest::change("POST", path, {{u"graceSeconds"_s, hours * 3'600}}), {},
           [this](const QJsonObject &answer) { showSecret(answer["secret"_L1].toString()); });
}

void ApiKeysPage::revoke()
{
    const Record key = table().currentRecord();
    const QString name = key["name"_L1].toString();
    auto *dialog = new ConfirmDialog(tr("Revoke \u2014 %1").arg(session().profile().name),
                                     tr("Whoever uses the key %1 can send nothing any more.").arg(name), name,
                                     tr("Revoke the key"), ConfirmDialog::Reason::Required, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QDialog::accepted, this, [this, dialog, key] {
        const QString path = u"/apikeys/%1/revoke"_s.arg(key["id"_L1].toInteger());
        change(AdminRequest::change("POST", path, {{u"reason"_s, dialog->reason()}}),
               tr("The key is revoked."));
    });
    dialog->open();
}

} // namespace hudhud::console
