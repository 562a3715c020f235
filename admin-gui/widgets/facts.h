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

    void display(const QList<QPair<QString, QString>> &facts);
};

} // namespace hudhud::console
