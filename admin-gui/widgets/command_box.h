// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDialog>
#include <QList>

#include <functional>

class QLineEdit;
class QListWidget;

namespace hudhud::console {

/// Something that the command box can lead to.
struct Command
{
    QString title;
    QString detail;
    std::function<void()> run;
};

/// One line that finds everything: pages, nodes, recipients, messages by their ids. Arrows choose, Enter goes
/// there, Escape closes. Thread: the main thread.
class CommandBox final : public QDialog
{
    Q_OBJECT

public:
    /// `find`: what there is for a text, the best first.
    explicit CommandBox(std::function<QList<Command>(const QString &text)> find, QWidget *parent = nullptr);

    void setText(const QString &text);
    int count() const { return static_cast<int>(m_commands.size()); }
    QString title(int row) const { return m_commands.value(row).title; }

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void search(const QString &text);
    void run(int row);

    std::function<QList<Command>(const QString &text)> m_find;
    QList<Command> m_commands;
    QLineEdit *m_line;
    QListWidget *m_list;
};

} // namespace hudhud::console
