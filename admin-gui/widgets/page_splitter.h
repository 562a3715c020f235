// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QSplitter>

namespace hudhud::console {

/// A splitter that remembers where it was dragged to. Thread: the main thread.
class PageSplitter final : public QSplitter
{
    Q_OBJECT

public:
    /// `shares`: of the widgets, until the user drags.
    PageSplitter(Qt::Orientation orientation, const QString &settingsKey, QList<int> shares,
                 QWidget *parent = nullptr);
    ~PageSplitter() override;

    /// Once all widgets are in it.
    void restore();

private:
    QString m_settingsKey;
    QList<int> m_shares;
};

} // namespace hudhud::console
