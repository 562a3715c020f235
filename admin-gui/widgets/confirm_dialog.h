// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDialog>

class QLineEdit;
class QPushButton;

namespace hudhud::console {

/// For what cannot easily be taken back: says exactly what will happen and wants a word typed and a reason.
/// Enter does nothing until both are there. Thread: the main thread.
class ConfirmDialog final : public QDialog
{
    Q_OBJECT

public:
    enum class Reason : quint8 { NotAsked, Required };

    /// `word`: what has to be typed; `actionText`: on the button.
    ConfirmDialog(const QString &title, const QString &question, const QString &word,
                  const QString &actionText, Reason reason, QWidget *parent = nullptr);

    QString reason() const;

private:
    void check();

    const QString m_word;
    const Reason m_reasonIs;
    QLineEdit *m_typed;
    QLineEdit *m_reason;
    QPushButton *m_accept;
};

} // namespace hudhud::console
