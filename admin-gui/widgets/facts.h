// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QLabel>
#include <QList>
#include <QPair>

namespace hudhud::console {

/// Names and values, one below the other; those without a value are left out. Thread: the main thread.
class Facts final : public QLabel
{
    Q_OBJECT

public:
    explicit Facts(QWidget *parent = nullptr);

    /// The same as rich text.
    static QString html(const QList<QPair<QString, QString>> &facts, bool rightToLeft);

    void display(const QList<QPair<QString, QString>> &facts);
};

} // namespace hudhud::console
