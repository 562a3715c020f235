// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/level.h"

#include <QFrame>

#include <functional>

class QLabel;
class QToolButton;

namespace hudhud::console {

/// A line above a page that says what happened, good or bad, until it is closed or something else happens.
/// It may offer one thing to do about it, like taking it back. Thread: the main thread.
class NoticeBar final : public QFrame
{
    Q_OBJECT

public:
    explicit NoticeBar(QWidget *parent = nullptr);

    void display(Level level, const QString &text);
    void display(Level level, const QString &text, const QString &actionText, std::function<void()> action);
    QString text() const;

private:
    QLabel *m_sign;
    QLabel *m_text;
    QToolButton *m_action;
    std::function<void()> m_run;
};

} // namespace hudhud::console
