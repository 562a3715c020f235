// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/level.h"

#include <QAbstractButton>

namespace hudhud::console {

/// A figure with a light: what it is, how much, and in a few words why it is red. Clicking leads to the page
/// that tells more. Thread: the main thread.
class StatusTile final : public QAbstractButton
{
    Q_OBJECT

public:
    explicit StatusTile(const QString &title, QWidget *parent = nullptr);

    void display(Level level, const QString &value, const QString &reason);
    Level level() const { return m_level; }
    const QString &value() const { return m_value; }
    const QString &reason() const { return m_reason; }

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    Level m_level = Level::None;
    QString m_title;
    QString m_value;
    QString m_reason;
};

} // namespace hudhud::console
