// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/command_box.h"

#include <QKeyEvent>
#include <QLineEdit>
#include <QListWidget>
#include <QVBoxLayout>

#include <algorithm>

namespace hudhud::console {

using namespace Qt::StringLiterals;

CommandBox::CommandBox(std::function<QList<Command>(const QString &text)> find, QWidget *parent)
    : QDialog(parent, Qt::Dialog | Qt::FramelessWindowHint)
    , m_find(std::move(find))
    , m_line(new QLineEdit)
    , m_list(new QListWidget)
{
    setWindowTitle(tr("Go to"));
    resize(560, 340);
    m_line->setPlaceholderText(tr("Page, node, recipient, or id of a message or job"));
    m_line->setAccessibleName(tr("What to go to"));
    m_line->installEventFilter(this);
    m_list->setAccessibleName(tr("What was found"));
    m_list->setFocusPolicy(Qt::NoFocus);
    m_list->setUniformItemSizes(true);
    auto *column = new QVBoxLayout(this);
    column->addWidget(m_line);
    column->addWidget(m_list);
    connect(m_line, &QLineEdit::textChanged, this, &CommandBox::search);
    connect(m_list, &QListWidget::itemClicked, this, [this] { run(m_list->currentRow()); });
    search({});
}

void CommandBox::setText(const QString &text)
{
    m_line->setText(text);
}

void CommandBox::search(const QString &text)
{
    m_commands = m_find(text.trimmed());
    m_list->clear();
    for (const Command &command : std::as_const(m_commands))
        m_list->addItem(command.detail.isEmpty() ? command.title
                                                 : command.title + u"   \u2014   "_s + command.detail);
    m_list->setCurrentRow(0);
}

void CommandBox::run(int row)
{
    if (row < 0 || row >= m_commands.size())
        return;
    const auto command = m_commands[row].run;
    accept();
    command();
}

bool CommandBox::eventFilter(QObject *watched, QEvent *event)
{
    if (event->type() == QEvent::KeyPress) {
        const int last = m_list->count() - 1;
        switch (static_cast<QKeyEvent *>(event)->key()) {
        case Qt::Key_Down:
            m_list->setCurrentRow(std::min(last, m_list->currentRow() + 1));
            return true;
        case Qt::Key_Up:
            m_list->setCurrentRow(std::max(0, m_list->currentRow() - 1));
            return true;
        case Qt::Key_Return:
        case Qt::Key_Enter:
            run(m_list->currentRow());
            return true;
        default:
            break;
        }
    }
    return QDialog::eventFilter(watched, event);
}

} // namespace hudhud::console
