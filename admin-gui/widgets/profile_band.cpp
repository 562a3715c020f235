// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/profile_band.h"

#include "widgets/theme.h"

#include <QPainter>

namespace hudhud::console {

ProfileBand::ProfileBand(const ConnectionProfile &profile, QWidget *parent)
    : QWidget(parent)
    , m_profile(profile)
{
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setAccessibleName(tr("Server %1 at %2").arg(profile.name, profile.url.toString()));
}

QSize ProfileBand::sizeHint() const
{
    return {200, fontMetrics().height() + 12};
}

void ProfileBand::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const QColor colour(m_profile.colour);
    painter.fillRect(rect(), colour);
    painter.setPen(theme::textOn(colour));
    const QRect area = rect().adjusted(14, 0, -14, 0);
    const bool mirrored = isRightToLeft();
    const int leading = Qt::AlignAbsolute | Qt::AlignVCenter | (mirrored ? Qt::AlignRight : Qt::AlignLeft);
    const int trailing = Qt::AlignAbsolute | Qt::AlignVCenter | (mirrored ? Qt::AlignLeft : Qt::AlignRight);
    QFont bold = font();
    bold.setWeight(QFont::Bold);
    const QString mode = m_profile.readOnly ? tr("READ-ONLY") : QString();
    painter.setFont(bold);
    painter.drawText(area, leading, m_profile.name);
    painter.drawText(area, trailing, mode);
    const int gap = QFontMetrics(bold).horizontalAdvance(m_profile.name) + 16;
    painter.setFont(font());
    painter.drawText(mirrored ? area.adjusted(0, 0, -gap, 0) : area.adjusted(gap, 0, 0, 0), leading,
                     m_profile.url.toString());
}

} // namespace hudhud::console
