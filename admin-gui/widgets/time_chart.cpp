// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/time_chart.h"

#include "widgets/theme.h"

#include <QDateTime>
#include <QKeyEvent>
#include <QLocale>
#include <QMouseEvent>
#include <QPainter>
#include <QPainterPath>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace hudhud::console {

using namespace Qt::StringLiterals;

namespace {

constexpr int ChartMargin = 10;
constexpr int GridLines = 4;
constexpr int TimeMarks = 4;
constexpr double ChartRadius = 6;

QString clockText(qint64 time, bool seconds)
{
    return QLocale().toString(QDateTime::fromMSecsSinceEpoch(time).time(),
                              seconds ? u"HH:mm:ss"_s : u"HH:mm"_s);
}

} // namespace

double roundedUp(double value)
{
    if (!(value > 0))
        return 1;
    const double magnitude = std::pow(10, std::floor(std::log10(value)));
    for (const double step : {1.0, 2.0, 5.0}) {
        if (value <= step * magnitude * (1 + 1e-9))
            return step * magnitude;
    }
    return 10 * magnitude;
}

TimeChart::TimeChart(const QString &title, std::function<QString(double)> valueText, QWidget *parent)
    : QWidget(parent)
    , m_title(title)
    , m_valueText(std::move(valueText))
{
    setMouseTracking(true);
    setFocusPolicy(Qt::StrongFocus);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
    setAccessibleName(title);
}

void TimeChart::display(const QList<Series> &series, qint64 from, qint64 until)
{
    m_series = series;
    m_from = from;
    m_until = std::max(until, from + 1);
    QStringList values{m_title};
    for (const Series &each : m_series)
        values.append(each.name + u' ' + m_valueText(shownValue(each)));
    setAccessibleDescription(values.join(u", "_s));
    update();
}

double TimeChart::shownValue(const Series &series) const
{
    const qint64 time = m_cursor > 0 ? m_cursor : m_until;
    const auto after = std::upper_bound(series.points.begin(), series.points.end(), static_cast<double>(time),
                                        [](double x, const QPointF &point) { return x < point.x(); });
    return after == series.points.begin() ? std::numeric_limits<double>::quiet_NaN() : std::prev(after)->y();
}

QRectF TimeChart::plotArea() const
{
    const QFontMetrics text(font());
    const int axis = text.horizontalAdvance(m_valueText(highestValue())) + 8;
    return QRectF(rect()).adjusted(ChartMargin + axis, ChartMargin + 2 * text.height() + 8, -ChartMargin - 4,
                                   -ChartMargin - text.height() - 4);
}

double TimeChart::highestValue() const
{
    double highest = 0;
    for (const Series &series : m_series) {
        for (const QPointF &point : series.points) {
            if (point.x() >= static_cast<double>(m_from) && point.x() <= static_cast<double>(m_until)
                && std::isfinite(point.y()))
                highest = std::max(highest, point.y());
        }
    }
    return roundedUp(highest);
}

QPointF TimeChart::mapped(QPointF point, double top) const
{
    const QRectF plot = plotArea();
    const double x = (point.x() - static_cast<double>(m_from)) / static_cast<double>(m_until - m_from);
    return {plot.left() + x * plot.width(), plot.bottom() - point.y() / top * plot.height()};
}

void TimeChart::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setLayoutDirection(Qt::LeftToRight);
    painter.setBrush(palette().color(QPalette::Base));
    painter.setPen(hasFocus() ? QPen(palette().color(QPalette::Highlight), 2) : QPen(theme::separator(), 1));
    painter.drawRoundedRect(QRectF(rect()).adjusted(1, 1, -1, -1), ChartRadius, ChartRadius);
    const double top = highestValue();
    paintLegend(painter);
    paintGrid(painter, top);
    paintLines(painter, top);
}

void TimeChart::paintLegend(QPainter &painter) const
{
    const QFontMetrics text(font());
    QFont bold = font();
    bold.setWeight(QFont::DemiBold);
    const bool mirrored = isRightToLeft();
    const QRect area = rect().adjusted(ChartMargin, ChartMargin - 2, -ChartMargin, 0);
    painter.setFont(bold);
    painter.setPen(palette().color(QPalette::Text));
    painter.drawText(area, Qt::AlignAbsolute | Qt::AlignTop | (mirrored ? Qt::AlignRight : Qt::AlignLeft),
                     m_title);
    painter.setFont(font());
    if (m_cursor > 0) {
        painter.setPen(theme::secondaryText());
        painter.drawText(area, Qt::AlignAbsolute | Qt::AlignTop | (mirrored ? Qt::AlignLeft : Qt::AlignRight),
                         clockText(m_cursor, true));
    }
    int x = mirrored ? area.right() : area.left();
    const int y = area.top() + text.height() + 2;
    for (int i = 0; i < m_series.size(); ++i) {
        const double value = shownValue(m_series[i]);
        const QString entry
            = m_series[i].name + u"  "_s + (std::isfinite(value) ? m_valueText(value) : u"\u2013"_s);
        const int width = text.horizontalAdvance(entry);
        const int left = mirrored ? x - width - 14 : x;
        painter.fillRect(QRect(mirrored ? x - 10 : left, y + text.height() / 2 - 2, 10, 4),
                         theme::seriesColour(i));
        painter.setPen(palette().color(QPalette::Text));
        painter.drawText(QRect(mirrored ? left : left + 14, y, width + 2, text.height()), Qt::AlignCenter,
                         entry);
        x += (mirrored ? -1 : 1) * (width + 14 + 16);
    }
}

void TimeChart::paintGrid(QPainter &painter, double top) const
{
    const QRectF plot = plotArea();
    const QFontMetrics text(font());
    for (int line = 0; line <= GridLines; ++line) {
        const double value = top * line / GridLines;
        const double y = std::round(plot.bottom() - plot.height() * line / GridLines) + 0.5;
        painter.setPen(QPen(theme::separator(), line == 0 ? 1 : 0.5));
        painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y));
        if (line % 2 == 0) {
            painter.setPen(theme::secondaryText());
            painter.drawText(QRectF(0, y - text.height() / 2.0, plot.left() - 6, text.height()),
                             Qt::AlignRight | Qt::AlignVCenter, m_valueText(value));
        }
    }
    painter.setPen(theme::secondaryText());
    const bool seconds = m_until - m_from <= 600'000;
    for (int mark = 0; mark <= TimeMarks; ++mark) {
        const double x = plot.left() + plot.width() * mark / TimeMarks;
        const QString label = clockText(m_from + (m_until - m_from) * mark / TimeMarks, seconds);
        const int width = text.horizontalAdvance(label) + 2;
        const double left = mark == 0 ? x : mark == TimeMarks ? x - width : x - width / 2.0;
        painter.drawText(QRectF(left, plot.bottom() + 4, width, text.height()), Qt::AlignCenter, label);
    }
}

void TimeChart::paintLines(QPainter &painter, double top) const
{
    const QRectF plot = plotArea();
    painter.save();
    painter.setClipRect(plot.adjusted(-2, -3, 2, 3));
    for (int i = 0; i < m_series.size(); ++i) {
        QPainterPath path;
        bool isGap = true;
        for (const QPointF &point : m_series[i].points) {
            if (!std::isfinite(point.y())) {
                isGap = true;
                continue;
            }
            const QPointF position = mapped(point, top);
            if (std::exchange(isGap, false))
                path.moveTo(position);
            else
                path.lineTo(position);
        }
        painter.setPen(QPen(theme::seriesColour(i), 1.8));
        painter.setBrush(Qt::NoBrush);
        painter.drawPath(path);
    }
    if (m_cursor > 0) {
        const double x = mapped({static_cast<double>(m_cursor), 0}, top).x();
        painter.setPen(QPen(theme::secondaryText(), 1, Qt::DashLine));
        painter.drawLine(QPointF(x, plot.top()), QPointF(x, plot.bottom()));
    }
    painter.restore();
}

void TimeChart::moveCursor(qint64 time)
{
    m_cursor = time <= 0 ? 0 : std::clamp(time, m_from, m_until);
    update();
}

void TimeChart::mouseMoveEvent(QMouseEvent *event)
{
    const QRectF plot = plotArea();
    const double share = (event->position().x() - plot.left()) / plot.width();
    moveCursor(share < 0 || share > 1
                   ? 0
                   : m_from + static_cast<qint64>(share * static_cast<double>(m_until - m_from)));
}

void TimeChart::leaveEvent(QEvent *)
{
    moveCursor(0);
}

void TimeChart::keyPressEvent(QKeyEvent *event)
{
    const qint64 step = std::max<qint64>(1'000, (m_until - m_from) / 60);
    const qint64 now = m_cursor > 0 ? m_cursor : m_until;
    switch (event->key()) {
    case Qt::Key_Left:
        return moveCursor(now - step);
    case Qt::Key_Right:
        return moveCursor(now + step);
    case Qt::Key_Escape:
        return moveCursor(0);
    default:
        QWidget::keyPressEvent(event);
    }
}

} // namespace hudhud::console
