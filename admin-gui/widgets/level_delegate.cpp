// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/level_delegate.h"

#include "models/record_model.h"
#include "models/texts.h"
#include "widgets/theme.h"

#include <QPainter>
#include <QPixmap>

namespace hudhud::console {

namespace {

constexpr int Dot = 9;

QIcon dotIcon(const QColor &colour, qreal ratio)
{
    QPixmap pixmap(QSize(Dot, Dot) * ratio);
    pixmap.setDevicePixelRatio(ratio);
    pixmap.fill(Qt::transparent);
    QPainter painter(&pixmap);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(colour);
    painter.drawEllipse(QRectF(0.5, 0.5, Dot - 1, Dot - 1));
    return QIcon(pixmap);
}

} // namespace

void LevelDelegate::initStyleOption(QStyleOptionViewItem *option, const QModelIndex &index) const
{
    QStyledItemDelegate::initStyleOption(option, index);
    // A box around the focused cell only distracts: the row is what counts.
    option->state &= ~QStyle::State_HasFocus;
    const auto level = index.data(RecordModel::LevelRole).value<Level>();
    if (option->direction == Qt::RightToLeft)
        option->text = inReadingOrder(option->text);
    const bool isNumber = option->displayAlignment.testFlag(Qt::AlignRight);
    if (isNumber)
        option->text += QStringLiteral("\u2002"); // Off the next column's text.
    if (level == Level::None || option->text.isEmpty())
        return;
    const QColor colour = theme::levelColour(level);
    option->palette.setColor(QPalette::Text, colour);
    if (isNumber)
        return;
    option->features |= QStyleOptionViewItem::HasDecoration;
    option->decorationSize = QSize(Dot, Dot);
    option->icon = dotIcon(colour, option->widget ? option->widget->devicePixelRatioF() : 1);
}

} // namespace hudhud::console
