// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connection/session.h"

#include <QLabel>
#include <QTimer>
#include <QWidget>

namespace hudhud::console {

/// At the foot of every window: whether the server answers, how old what is shown is, who the operator is and
/// what he may. Thread: the main thread.
class ConnectionStatus final : public QWidget
{
    Q_OBJECT

public:
    explicit ConnectionStatus(Session &session, QWidget *parent = nullptr);

    QString stateText() const { return m_state->text(); }
    QString ageText() const { return m_age->text(); }

private:
    void display();

    Session &m_session;
    QLabel *m_state;
    QLabel *m_age;
    QLabel *m_who;
    QTimer m_clock;
};

} // namespace hudhud::console
