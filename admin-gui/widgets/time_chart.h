// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QList>
#include <QPointF>
#include <QString>
#include <QWidget>

#include <functional>

namespace hudhud::console {

/// Lines over time, drawn by hand: a thousand points cost nothing, and a gap in the data is a gap in the
/// line. Under the mouse, or with the arrow keys, it tells the values of a moment. Time runs from left to
/// right in every language. Thread: the main thread.
class TimeChart final : public QWidget
{
    Q_OBJECT

public:
    struct Series
    {
        QString name;
        QList<QPointF> points; ///< x: ms since 1970, rising; y: NaN for a gap.
    };

    /// `valueText` makes the text of a value.
    TimeChart(const QString &title, std::function<QString(double)> valueText, QWidget *parent = nullptr);

    /// Shows what lies between the two times.
    void display(const QList<Series> &series, qint64 from, qint64 until);

    QSize sizeHint() const override { return {380, 190}; }
    QSize minimumSizeHint() const override { return {220, 140}; }

protected:
    void paintEvent(QPaintEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void leaveEvent(QEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;

private:
    QRectF plotArea() const;
    double highestValue() const;
    QPointF mapped(QPointF point, double top) const;
    void paintGrid(QPainter &painter, double top) const;
    void paintLines(QPainter &painter, double top) const;
    void paintLegend(QPainter &painter) const;
    void moveCursor(qint64 time);
    /// Of the series at the cursor, or the latest.
    double shownValue(const Series &series) const;

    QString m_title;
    std::function<QString(double)> m_valueText;
    QList<Series> m_series;
    qint64 m_from = 0;
    qint64 m_until = 1;
    qint64 m_cursor = 0; ///< 0: none.
};

/// The next of 1, 2, 5, 10, 20, 50… that is not below `value`.
double roundedUp(double value);

} // namespace hudhud::console
