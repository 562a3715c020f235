// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/confirm_dialog.h"

#include <QDialogButtonBox>
#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QVBoxLayout>

namespace hudhud::console {

using namespace Qt::StringLiterals;

ConfirmDialog::ConfirmDialog(const QString &title, const QString &question, const QString &word,
                             const QString &actionText, Reason reason, QWidget *parent)
    : QDialog(parent)
    , m_word(word)
    , m_reasonIs(reason)
    , m_typed(new QLineEdit)
    , m_reason(new QLineEdit(this))
{
    setWindowTitle(title);
    setMinimumWidth(460);
    m_typed->setObjectName(u"typed"_s);
    m_reason->setObjectName(u"reason"_s);
    m_reason->setMaxLength(500);
    auto *text = new QLabel(question);
    text->setWordWrap(true);
    text->setTextFormat(Qt::PlainText);
    auto *form = new QFormLayout;
    m_reason->setVisible(reason == Reason::Required);
    if (reason == Reason::Required)
        form->addRow(tr("&Why"), m_reason);
    form->addRow(tr("Type %1 to &confirm").arg(u'\u201c' + word + u'\u201d'), m_typed);
    auto *buttons = new QDialogButtonBox(QDialogButtonBox::Cancel);
    m_accept = buttons->addButton(actionText, QDialogButtonBox::AcceptRole);
    m_accept->setObjectName(u"accept"_s);
    buttons->button(QDialogButtonBox::Cancel)->setDefault(true);
    m_accept->setAutoDefault(false);
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(m_typed, &QLineEdit::textChanged, this, &ConfirmDialog::check);
    connect(m_reason, &QLineEdit::textChanged, this, &ConfirmDialog::check);
    auto *column = new QVBoxLayout(this);
    column->addWidget(text);
    column->addLayout(form);
    column->addWidget(buttons);
    check();
}

QString ConfirmDialog::reason() const
{
    return m_reason->text().trimmed();
}

void ConfirmDialog::check()
{
    const bool explained = m_reasonIs == Reason::NotAsked || !reason().isEmpty();
    m_accept->setEnabled(explained && m_typed->text().trimmed() == m_word);
}

} // namespace hudhud::console
