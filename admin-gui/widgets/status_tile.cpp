// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/status_tile.h"

#include "models/texts.h"
#include "widgets/theme.h"

#include <QPainter>

namespace hudhud::console {

using namespace Qt::StringLiterals;

namespace {

constexpr int Margin = 12;
constexpr int Strip = 5;
constexpr double Radius = 6;

QFont valueFont(QFont font)
{
    font.setPointSizeF(font.pointSizeF() * 1.7);
    font.setWeight(QFont::DemiBold);
    return font;
}

/// The level as a sign, because colours are not for everybody.
QString sign(Level level)
{
    switch (level) {
    case Level::Good:
        return u"\u2713"_s;
    case Level::Warning:
        return u"!"_s;
    case Level::Bad:
        return u"\u2717"_s;
    case Level::None:
        break;
    }
    return {};
}

} // namespace

StatusTile::StatusTile(const QString &title, QWidget *parent)
    : QAbstractButton(parent)
    , m_title(title)
{
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setFocusPolicy(Qt::StrongFocus);
    setCursor(Qt::PointingHandCursor);
    setAttribute(Qt::WA_Hover);
    setAccessibleName(title);
}

void StatusTile::display(Level level, const QString &value, const QString &reason)
{
    if (level == m_level && value == m_value && reason == m_reason)
        return;
    m_level = level;
    m_value = value;
    m_reason = reason;
    setToolTip(reason);
    const QString name = QStringList{m_title, value, levelText(level), reason}.join(u", "_s);
    setAccessibleName(name);
    update();
}

QSize StatusTile::sizeHint() const
{
    const QFontMetrics text(font());
    const QFontMetrics large(valueFont(font()));
    return {text.averageCharWidth() * 26, 2 * Margin + 2 * text.height() + large.height() + 6};
}

QSize StatusTile::minimumSizeHint() const
{
    return {QFontMetrics(font()).averageCharWidth() * 18, sizeHint().height()};
}

void StatusTile::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const QRectF frame = QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5);
    QColor background = theme::levelTint(m_level);
    if (underMouse() || isDown())
        background = theme::mixed(background, palette().color(QPalette::Highlight), isDown() ? 0.16 : 0.07);
    painter.setPen(QPen(m_level == Level::Bad ? theme::levelColour(m_level) : theme::separator(), 1));
    painter.setBrush(background);
    painter.drawRoundedRect(frame, Radius, Radius);

    const bool mirrored = isRightToLeft();
    if (m_level != Level::None) {
        painter.save();
        painter.setClipRect(
            QRectF(mirrored ? frame.right() - Strip : frame.left(), frame.top(), Strip, frame.height()));
        painter.setPen(Qt::NoPen);
        painter.setBrush(theme::levelColour(m_level));
        painter.drawRoundedRect(frame, Radius, Radius);
        painter.restore();
    }

    QRect area = rect().adjusted(Margin + Strip, Margin, -Margin, -Margin);
    if (mirrored)
        area.moveRight(width() - Margin - Strip - 1);
    const int align = Qt::AlignAbsolute | (mirrored ? Qt::AlignRight : Qt::AlignLeft);
    const QFontMetrics text(font());
    painter.setPen(theme::secondaryText());
    painter.drawText(area, align | Qt::AlignTop, text.elidedText(m_title, Qt::ElideRight, area.width() - 16));
    painter.setPen(theme::levelColour(m_level));
    painter.drawText(area, (mirrored ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignAbsolute | Qt::AlignTop,
                     sign(m_level));

    const QFont large = valueFont(font());
    painter.setFont(large);
    painter.setPen(m_level == Level::None || m_level == Level::Good ? palette().color(QPalette::Text)
                                                                    : theme::levelColour(m_level));
    const QRect middle = area.adjusted(0, text.height() + 3, 0, -text.height() - 3);
    painter.drawText(middle, align | Qt::AlignVCenter,
                     QFontMetrics(large).elidedText(m_value, Qt::ElideRight, middle.width()));

    painter.setFont(font());
    painter.setPen(theme::secondaryText());
    painter.drawText(area, align | Qt::AlignBottom, text.elidedText(m_reason, Qt::ElideRight, area.width()));

    if (hasFocus()) {
        painter.setPen(QPen(palette().color(QPalette::Highlight), 2));
        painter.setBrush(Qt::NoBrush);
        painter.drawRoundedRect(frame.adjusted(1, 1, -1, -1), Radius, Radius);
    }
}

} // namespace hudhud::console
