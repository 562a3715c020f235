// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connection/session.h"
#include "models/dead_letters.h"

#include <QDialog>

class QCheckBox;
class QLabel;
class QLineEdit;
class QPushButton;
class QSpinBox;
class QStackedWidget;

namespace hudhud::console {

class JobPanel;

/// From a selection to a running replay: states what is selected, says what would happen before anything does
/// (a dry run whenever an option changes), starts the job, follows it. Closing it changes nothing. Thread:
/// the main thread.
class ReplayDialog final : public QDialog
{
    Q_OBJECT

public:
    ReplayDialog(Session &session, DeadLetterSelection selection, const QString &description,
                 QWidget *parent = nullptr);

    /// 0 until it is started.
    qint64 job() const { return m_job; }

private:
    QWidget *createOptions(const QString &description);
    void dryRun();
    void displayPreview(const Result<QJsonObject> &answer);
    void start();
    ReplayOptions options() const;

    Session &m_session;
    const DeadLetterSelection m_selection;
    QStackedWidget *m_stack;
    QSpinBox *m_rate;
    QSpinBox *m_canary;
    QSpinBox *m_failures;
    QCheckBox *m_poison;
    QLineEdit *m_reason;
    QLabel *m_preview;
    QPushButton *m_start;
    JobPanel *m_panel;
    QTimer m_changed;
    int m_asked = 0; ///< Answers to earlier dry runs are not wanted any more.
    qint64 m_job = 0;
};

} // namespace hudhud::console
