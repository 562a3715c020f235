// SPDX-License-Identifier: GPL-3.0-or-later
#include "pages/edit_dialog.h"

#include "widgets/line_difference.h"
#include "widgets/theme.h"

#include <QDialogButtonBox>
#include <QFontDatabase>
#include <QFormLayout>
#include <QJsonArray>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QTextBrowser>
#include <QVBoxLayout>

#include <array>

namespace hudhud::console {

using namespace Qt::StringLiterals;

EditDialog::EditDialog(Session &session, const QJsonObject &details, QWidget *parent)
    : QDialog(parent)
    , m_session(session)
    , m_original(details["message"_L1].toObject())
    , m_subject(new QLineEdit(m_original["subject"_L1].toString()))
    , m_content(new QPlainTextEdit(m_original["content"_L1].toString()))
    , m_reason(new QLineEdit)
    , m_difference(new QTextBrowser)
    , m_problem(new QLabel)
{
    setWindowTitle(tr("Edit and replay \u2014 %1").arg(session.profile().name));
    resize(720, 620);
    m_content->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    m_content->setTabChangesFocus(true);
    m_content->setObjectName(u"content"_s);
    m_reason->setObjectName(u"reason"_s);
    m_reason->setMaxLength(500);
    m_reason->setPlaceholderText(tr("for the audit"));
    m_problem->setWordWrap(true);
    m_problem->setTextFormat(Qt::PlainText);
    QPalette colours = m_problem->palette();
    colours.setColor(QPalette::WindowText, theme::levelColour(Level::Bad));
    m_problem->setPalette(colours);
    auto *form = new QFormLayout;
    form->addRow(tr("Recipient"), new QLabel(m_original["recipient"_L1].toString()));
    form->addRow(tr("&Subject"), m_subject);
    form->addRow(tr("&Content"), m_content);
    form->addRow(tr("What changes"), m_difference);
    form->addRow(tr("&Why"), m_reason);
    auto *buttons = new QDialogButtonBox(QDialogButtonBox::Cancel);
    m_send = buttons->addButton(tr("Send the copy, discard the original"), QDialogButtonBox::ActionRole);
    m_send->setObjectName(u"send"_s);
    buttons->button(QDialogButtonBox::Cancel)->setDefault(true);
    connect(m_send, &QPushButton::clicked, this, &EditDialog::send);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    auto *column = new QVBoxLayout(this);
    column->addLayout(form);
    column->addWidget(m_problem);
    column->addWidget(buttons);
    connect(m_subject, &QLineEdit::textChanged, this, &EditDialog::compare);
    connect(m_content, &QPlainTextEdit::textChanged, this, &EditDialog::compare);
    connect(m_reason, &QLineEdit::textChanged, this, &EditDialog::compare);
    compare();
}

void EditDialog::compare()
{
    const QString before = m_original["subject"_L1].toString() + u'\n' + m_original["content"_L1].toString();
    const QString after = m_subject->text() + u'\n' + m_content->toPlainText();
    m_difference->setHtml(differenceHtml(lineDifference(before, after)));
    m_send->setEnabled(before != after && !m_reason->text().trimmed().isEmpty() && m_session.mayChange());
}

/// What a posted message may have; what the server adds to a stored one is not its to take.
QJsonObject EditDialog::edited() const
{
    static constexpr std::array Posted{"recipient", "priority", "type",         "sender",
                                       "expiresAt", "metadata", "conversation", "collapseKey"};
    QJsonObject message;
    for (const char *name : Posted) {
        const QLatin1String key(name);
        if (m_original.contains(key))
            message.insert(key, m_original[key]);
    }
    QJsonArray attachments;
    for (const QJsonValue &attachment : m_original["attachments"_L1].toArray())
        attachments.append(attachment["id"_L1]);
    if (!attachments.isEmpty())
        message.insert(u"attachments"_s, attachments);
    message.insert(u"subject"_s, m_subject->text());
    message.insert(u"content"_s, m_content->toPlainText());
    return message;
}

void EditDialog::send()
{
    m_send->setEnabled(false);
    const QJsonObject body{{u"message"_s, edited()}, {u"reason"_s, m_reason->text().trimmed()}};
    const QString path = u"/dlq/%1/edit"_s.arg(m_original["id"_L1].toString());
    m_session.client().send(AdminRequest::change("POST", path, body), this,
                            [this](const Result<QJsonObject> &answer) {
                                if (answer)
                                    return accept();
                                m_problem->setText(answer.error().text());
                                m_send->setEnabled(true);
                            });
}

} // namespace hudhud::console
