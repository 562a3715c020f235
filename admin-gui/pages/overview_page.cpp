// SPDX-License-Identifier: GPL-3.0-or-later
#include "pages/overview_page.h"

#include "models/texts.h"
#include "widgets/notice_bar.h"
#include "widgets/status_tile.h"
#include "widgets/theme.h"
#include "widgets/time_chart.h"

#include <QComboBox>
#include <QDateTime>
#include <QGridLayout>
#include <QJsonArray>
#include <QLabel>
#include <QLocale>
#include <QSlider>
#include <QToolButton>
#include <QVBoxLayout>

namespace hudhud::console {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

constexpr int TilesInRow = 5;
constexpr int Minute = 60'000;

Level lightLevel(const QString &light)
{
    return light == "green"_L1 ? Level::Good
        : light == "amber"_L1  ? Level::Warning
        : light == "red"_L1    ? Level::Bad
                               : Level::None;
}

QString figure(double value)
{
    return QLocale().toString(value, 'f', value > 0 && value < 10 ? 1 : 0);
}

/// The worst of what the entries' lights say.
Level worst(const QJsonArray &entries)
{
    Level level = entries.isEmpty() ? Level::None : Level::Good;
    for (const QJsonValue &entry : entries)
        level = std::max(level, lightLevel(entry["health"_L1].toString()));
    return level;
}

/// "id: word" of the entries that are not green.
QString troubles(const QJsonArray &entries, QLatin1String id, QLatin1String word)
{
    QStringList texts;
    for (const QJsonValue &entry : entries) {
        if (lightLevel(entry["health"_L1].toString()) > Level::Good)
            texts.append(u"%1: %2"_s.arg(entry[id].toString(), wordText(entry[word].toString())));
    }
    return texts.join(u", "_s);
}

} // namespace

OverviewPage::OverviewPage(Session &session, QWidget *parent)
    : Page(session, u"overview"_s, parent)
    , m_verdict(new QLabel)
    , m_latency(new StatusTile(tr("Accepted to delivered, p99")))
    , m_rates(new StatusTile(tr("Delivered per second")))
    , m_failures(new StatusTile(tr("Failed per second")))
    , m_undelivered(new StatusTile(tr("Undelivered")))
    , m_queues(new StatusTile(tr("Waiting by priority")))
    , m_deadLetters(new StatusTile(tr("Dead letters")))
    , m_nodes(new StatusTile(tr("Nodes")))
    , m_breakers(new StatusTile(tr("Circuit breakers")))
    , m_buffer(new StatusTile(tr("On the way to disk")))
    , m_connections(new StatusTile(tr("Connections")))
    , m_rateChart(new TimeChart(tr("Messages per second"), figure))
    , m_latencyChart(new TimeChart(tr("Accepted to delivered"), latencyText))
    , m_backlogChart(new TimeChart(tr("Undelivered and dead"), figure))
    , m_connectionChart(new TimeChart(tr("Connections"), figure))
    , m_span(new QComboBox)
    , m_scrub(new QSlider(Qt::Horizontal))
    , m_pause(new QToolButton)
    , m_shownTime(new QLabel)
{
    setTopics({u"metrics"_s});
    setRefreshInterval(2s);
    m_verdict->setTextFormat(Qt::RichText);
    m_verdict->setAccessibleName(tr("Verdict"));
    QFont large = m_verdict->font();
    large.setPointSizeF(large.pointSizeF() * 1.35);
    m_verdict->setFont(large);
    content()->addWidget(m_verdict);
    content()->addWidget(createTiles());
    content()->addWidget(createCharts(), 1);
}

QWidget *OverviewPage::createTiles()
{
    auto *widget = new QWidget;
    auto *grid = new QGridLayout(widget);
    grid->setContentsMargins(0, 4, 0, 4);
    grid->setSpacing(8);
    const std::pair<StatusTile *, QString> tiles[] = {
        {m_latency, u"messages"_s},      {m_rates, u"messages"_s},
        {m_failures, u"dead-letters"_s}, {m_undelivered, u"queues"_s},
        {m_queues, u"queues"_s},         {m_deadLetters, u"dead-letters"_s},
        {m_nodes, u"nodes"_s},           {m_breakers, u"nodes"_s},
        {m_buffer, u"queues"_s},         {m_connections, u"connections"_s},
    };
    int position = 0;
    for (const auto &[tile, page] : tiles) {
        grid->addWidget(tile, position / TilesInRow, position % TilesInRow);
        ++position;
        connect(tile, &StatusTile::clicked, this, [this, target = page] { Q_EMIT leadsTo(target, {}); });
    }
    return widget;
}

QWidget *OverviewPage::createCharts()
{
    for (const int minutes : {5, 15, 60})
        m_span->addItem(tr("Last %n minute(s)", nullptr, minutes), minutes * Minute);
    m_span->setAccessibleName(tr("Time shown"));
    m_scrub->setRange(0, 3'600);
    m_scrub->setValue(3'600);
    m_scrub->setPageStep(60);
    m_scrub->setAccessibleName(tr("Back in time"));
    m_scrub->setToolTip(tr("Drag to look back over the last hour"));
    m_scrub->setLayoutDirection(Qt::LeftToRight); // As the charts.
    m_pause->setText(tr("Pause"));
    m_pause->setCheckable(true);
    m_pause->setToolTip(tr("Charts stand still while the tiles go on"));
    auto *controls = new QHBoxLayout;
    controls->addWidget(m_span);
    controls->addWidget(m_pause);
    controls->addWidget(m_scrub, 1);
    controls->addWidget(m_shownTime);
    connect(m_span, &QComboBox::currentIndexChanged, this, [this] {
        fetchHistory();
        drawCharts();
    });
    connect(m_scrub, &QSlider::valueChanged, this, [this](int value) {
        if (value < m_scrub->maximum())
            m_pause->setChecked(true);
        drawCharts();
    });
    connect(m_pause, &QToolButton::toggled, this, [this](bool paused) {
        const auto &samples = m_history.samples();
        m_pausedAt = paused && !samples.isEmpty() ? samples.last().time : 0;
        if (!paused) {
            const QSignalBlocker quiet(m_scrub);
            m_scrub->setValue(m_scrub->maximum());
            fetchHistory();
        }
        drawCharts();
    });
    auto *widget = new QWidget;
    auto *grid = new QGridLayout(widget);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setSpacing(8);
    grid->addLayout(controls, 0, 0, 1, 2);
    grid->addWidget(m_rateChart, 1, 0);
    grid->addWidget(m_latencyChart, 1, 1);
    grid->addWidget(m_backlogChart, 2, 0);
    grid->addWidget(m_connectionChart, 2, 1);
    return widget;
}

void OverviewPage::refresh()
{
    if (m_history.samples().isEmpty())
        fetchHistory();
    if (session().hub().isConnected() && !m_history.samples().isEmpty())
        return; // What it pushes is the same.
    client().send(AdminRequest::get(u"/overview"_s), this, [this](const Result<QJsonObject> &answer) {
        if (answer)
            display(*answer);
        else if (!answer.error().isConnectionLoss())
            notice().display(Level::Bad, answer.error().text());
    });
}

void OverviewPage::fetchHistory()
{
    // By seconds only the last five minutes are known; the hour by ten seconds lies behind them.
    for (const int resolution : {10, 1}) {
        const QUrlQuery query{{u"resolution"_s, QString::number(resolution)}};
        client().send(AdminRequest::get(u"/overview/history"_s, query), this,
                      [this](const Result<QJsonObject> &answer) {
                          if (!answer)
                              return;
                          m_history.merge(*answer);
                          drawCharts();
                      });
    }
}

void OverviewPage::receive(const QString &event, const QJsonObject &payload)
{
    if (event == "MetricsUpdated"_L1)
        display(payload);
}

void OverviewPage::display(const QJsonObject &overview)
{
    m_history.append(MetricsSample::ofOverview(overview));
    displayTiles(overview);
    if (m_pausedAt == 0)
        drawCharts();
}

void OverviewPage::displayTiles(const QJsonObject &overview)
{
    const Level level = lightLevel(overview["health"_L1].toString());
    const QString reason = overview["reason"_L1].toString();
    const QString verdict = level == Level::Good ? tr("All is well.")
        : level == Level::Warning                ? tr("Something needs attention: %1").arg(reason)
        : level == Level::Bad                    ? tr("Something is broken: %1").arg(reason)
                                                 : tr("The server does not say how it is.");
    m_verdict->setText(u"<b style='color:%1'>\u25cf</b> <b>%2</b>"_s.arg(theme::levelColour(level).name(),
                                                                         verdict.toHtmlEscaped()));
    Q_EMIT healthChanged(level);

    const auto part = [&overview](QLatin1String name) { return overview[name].toObject(); };
    const auto levelOf = [](const QJsonObject &object) { return lightLevel(object["health"_L1].toString()); };
    const auto reasonOf = [](const QJsonObject &object, const QString &otherwise) {
        return object["reason"_L1].toString(otherwise);
    };

    const QJsonObject latency = part("acceptToDelivered"_L1);
    const bool measured = latency.contains("p99Seconds"_L1);
    m_latency->display(
        levelOf(latency), measured ? latencyText(latency["p99Seconds"_L1].toDouble()) : u"\u2013"_s,
        reasonOf(latency,
                 measured ? tr("half within %1").arg(latencyText(latency["p50Seconds"_L1].toDouble()))
                          : tr("nothing was delivered")));
    const QJsonObject rates = part("rates"_L1);
    m_rates->display(
        levelOf(rates), figure(rates["deliveredPerSecond"_L1].toDouble()),
        reasonOf(rates, tr("%1 accepted").arg(figure(rates["acceptedPerSecond"_L1].toDouble()))));
    m_failures->display(levelOf(rates), figure(rates["failedPerSecond"_L1].toDouble()),
                        tr("%1 dead letters/s").arg(figure(rates["deadLettersPerSecond"_L1].toDouble())));
    const QJsonObject undelivered = part("undelivered"_L1);
    m_undelivered->display(
        levelOf(undelivered), numberText(undelivered["total"_L1]),
        reasonOf(undelivered,
                 undelivered.contains("oldestSeconds"_L1)
                     ? tr("oldest waits for %1").arg(durationText(undelivered["oldestSeconds"_L1].toDouble()))
                     : tr("nothing waits")));
    QStringList depths;
    QStringList priorities;
    for (const QJsonValue &queue : overview["queues"_L1].toArray()) {
        depths.append(numberText(queue["depth"_L1]));
        priorities.append(wordText(queue["priority"_L1].toString()));
    }
    m_queues->display(levelOf(undelivered), depths.join(u" \u00b7 "_s), priorities.join(u" \u00b7 "_s));
    const QJsonObject dead = part("deadLetters"_L1);
    const QJsonArray groups = dead["groups"_L1].toArray();
    m_deadLetters->display(
        levelOf(dead), numberText(dead["total"_L1]),
        reasonOf(dead, groups.isEmpty() ? tr("none") : groups.first()["signature"_L1].toString()));
    const QJsonArray nodes = overview["nodes"_L1].toArray();
    m_nodes->display(worst(nodes), numberText(nodes.size()),
                     worst(nodes) > Level::Good ? troubles(nodes, "id"_L1, "status"_L1) : tr("all healthy"));
    const QJsonArray breakers = overview["breakers"_L1].toArray();
    const QString openBreakers = troubles(breakers, "dependency"_L1, "state"_L1);
    m_breakers->display(worst(breakers), openBreakers.isEmpty() ? tr("closed") : tr("open"),
                        openBreakers.isEmpty() ? tr("%n in all", nullptr, static_cast<int>(breakers.size()))
                                               : openBreakers);
    const QJsonObject buffer = part("buffer"_L1);
    m_buffer->display(
        levelOf(buffer), numberText(buffer["depth"_L1]),
        reasonOf(buffer, tr("%1 full").arg(percentText(buffer["utilizationPercent"_L1].toDouble() / 100))));
    const QJsonObject connections = part("connections"_L1);
    m_connections->display(
        levelOf(connections), numberText(connections["total"_L1]),
        reasonOf(connections, tr("%1 in flight").arg(numberText(connections["inFlight"_L1]))));
}

qint64 OverviewPage::chartEnd() const
{
    const auto &samples = m_history.samples();
    const qint64 end = m_pausedAt > 0 ? m_pausedAt
        : samples.isEmpty()           ? QDateTime::currentMSecsSinceEpoch()
                                      : samples.last().time;
    return end - (m_scrub->maximum() - m_scrub->value()) * 1'000;
}

void OverviewPage::drawCharts()
{
    const qint64 until = chartEnd();
    const qint64 from = until - m_span->currentData().toLongLong();
    const auto series = [this, from, until](const QString &name, double MetricsSample::*member) {
        TimeChart::Series line{.name = name, .points = {}};
        qint64 previous = 0;
        for (const MetricsSample &sample : m_history.samples()) {
            if (sample.time < from || sample.time > until)
                continue;
            // Where the connection was lost nobody knows what happened.
            if (previous > 0 && sample.time - previous > 30'000)
                line.points.append({static_cast<double>(previous), std::numeric_limits<double>::quiet_NaN()});
            line.points.append({static_cast<double>(sample.time), sample.*member});
            previous = sample.time;
        }
        return line;
    };
    m_rateChart->display({series(tr("accepted"), &MetricsSample::acceptedPerSecond),
                          series(tr("delivered"), &MetricsSample::deliveredPerSecond),
                          series(tr("failed"), &MetricsSample::failedPerSecond)},
                         from, until);
    m_latencyChart->display({series(tr("p99"), &MetricsSample::p99Seconds)}, from, until);
    m_backlogChart->display({series(tr("undelivered"), &MetricsSample::undelivered),
                             series(tr("dead letters"), &MetricsSample::deadLetters)},
                            from, until);
    m_connectionChart->display({series(tr("connections"), &MetricsSample::connections)}, from, until);
    const bool live = m_pausedAt == 0;
    m_shownTime->setText(
        live ? tr("live")
             : tr("until %1")
                   .arg(timeText(QDateTime::fromMSecsSinceEpoch(until).toString(Qt::ISODateWithMs))));
}

} // namespace hudhud::console
