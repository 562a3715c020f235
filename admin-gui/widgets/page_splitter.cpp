// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/page_splitter.h"

#include <QSettings>

namespace hudhud::console {

PageSplitter::PageSplitter(Qt::Orientation orientation, const QString &settingsKey, QList<int> shares,
                           QWidget *parent)
    : QSplitter(orientation, parent)
    , m_settingsKey(settingsKey)
    , m_shares(std::move(shares))
{
    setChildrenCollapsible(false);
}

PageSplitter::~PageSplitter()
{
    QSettings().setValue(m_settingsKey, saveState());
}

void PageSplitter::restore()
{
    if (restoreState(QSettings().value(m_settingsKey).toByteArray()))
        return;
    QList<int> sizes;
    for (int i = 0; i < count(); ++i) {
        setStretchFactor(i, m_shares.value(i, 1));
        sizes.append(m_shares.value(i, 1) * 200);
    }
    setSizes(sizes);
}

} // namespace hudhud::console
