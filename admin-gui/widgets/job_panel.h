// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connection/session.h"
#include "models/dead_letters.h"

#include <QTimer>
#include <QWidget>

class QLabel;
class QProgressBar;
class QPushButton;
class QSpinBox;

namespace hudhud::console {

/// One job while it runs and after: how far it is, what became of the messages, pause, go on, cancel, the
/// rate. The job lives in the server; this only watches it. Thread: the main thread.
class JobPanel final : public QWidget
{
    Q_OBJECT

public:
    static constexpr std::chrono::milliseconds RefreshInterval{1'000};

    explicit JobPanel(Session &session, QWidget *parent = nullptr);

    /// 0: none.
    void watch(qint64 job);
    qint64 watched() const { return m_id; }
    const Job &job() const { return m_job; }

Q_SIGNALS:
    void failed(const hudhud::console::AdminError &error);

private:
    void refresh();
    void display(const Job &job);
    void command(const QString &name, const QJsonObject &body = {});

    Session &m_session;
    qint64 m_id = 0;
    Job m_job;
    QTimer m_timer;
    QLabel *m_title;
    QLabel *m_facts;
    QProgressBar *m_progress;
    QSpinBox *m_rate;
    QPushButton *m_setRate;
    QPushButton *m_pause;
    QPushButton *m_resume;
    QPushButton *m_cancel;
};

} // namespace hudhud::console
