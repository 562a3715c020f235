// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connection/session.h"

#include <QDialog>
#include <QJsonObject>

class QLabel;
class QLineEdit;
class QPlainTextEdit;
class QPushButton;
class QTextBrowser;

namespace hudhud::console {

/// Sends a corrected copy of a dead letter and discards the original: the whole message is edited, what
/// changed is shown line by line, and a reason is asked for. Thread: the main thread.
class EditDialog final : public QDialog
{
    Q_OBJECT

public:
    /// `details`: as GET /dlq/{id} answers.
    EditDialog(Session &session, const QJsonObject &details, QWidget *parent = nullptr);

private:
    void compare();
    void send();
    QJsonObject edited() const;

    Session &m_session;
    const QJsonObject m_original;
    QLineEdit *m_subject;
    QPlainTextEdit *m_content;
    QLineEdit *m_reason;
    QTextBrowser *m_difference;
    QLabel *m_problem;
    QPushButton *m_send;
};

} // namespace hudhud::console
