// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/metrics_history.h"
#include "pages/page.h"

#include <QList>

class QComboBox;
class QLabel;
class QSlider;
class QToolButton;

namespace hudhud::console {

class StatusTile;
class TimeChart;

/// Is anything wrong, and where: a line that says so, a tile for each thing that can be wrong, and the last
/// hour in charts that can be stopped and scrubbed back. Thread: the main thread.
class OverviewPage final : public Page
{
    Q_OBJECT

public:
    explicit OverviewPage(Session &session, QWidget *parent = nullptr);

    void refresh() override;

Q_SIGNALS:
    /// The verdict over all.
    void healthChanged(hudhud::console::Level level);

protected:
    void receive(const QString &event, const QJsonObject &payload) override;

private:
    QWidget *createTiles();
    QWidget *createCharts();
    void display(const QJsonObject &overview);
    void displayTiles(const QJsonObject &overview);
    void fetchHistory();
    void drawCharts();
    /// What the charts end at: now, or where the slider stands.
    qint64 chartEnd() const;

    QLabel *m_verdict;
    StatusTile *m_latency;
    StatusTile *m_rates;
    StatusTile *m_failures;
    StatusTile *m_undelivered;
    StatusTile *m_queues;
    StatusTile *m_deadLetters;
    StatusTile *m_nodes;
    StatusTile *m_breakers;
    StatusTile *m_buffer;
    StatusTile *m_connections;
    TimeChart *m_rateChart;
    TimeChart *m_latencyChart;
    TimeChart *m_backlogChart;
    TimeChart *m_connectionChart;
    QComboBox *m_span;
    QSlider *m_scrub;
    QToolButton *m_pause;
    QLabel *m_shownTime;
    MetricsHistory m_history;
    qint64 m_pausedAt = 0; ///< 0: the charts run.
};

} // namespace hudhud::console
