// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/message_view.h"

#include "models/texts.h"
#include "widgets/content_viewer.h"
#include "widgets/facts.h"
#include "widgets/theme.h"

#include <QHeaderView>
#include <QJsonArray>
#include <QJsonDocument>
#include <QPlainTextEdit>
#include <QTabWidget>
#include <QTableWidget>
#include <QVBoxLayout>

namespace hudhud::console {

using namespace Qt::StringLiterals;

namespace {

constexpr int WhyColumn = 3;

} // namespace

MessageView::MessageView(QWidget *parent)
    : QWidget(parent)
    , m_summary(new Facts)
    , m_tabs(new QTabWidget)
    , m_timeline(new QTableWidget(0, 5))
    , m_content(new ContentViewer)
    , m_json(createMonospaceView())
{
    m_timeline->setHorizontalHeaderLabels({tr("When"), tr("What"), tr("Try"), tr("Why"), tr("Node")});
    m_timeline->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_timeline->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_timeline->setShowGrid(false);
    m_timeline->setAlternatingRowColors(true);
    m_timeline->setTabKeyNavigation(false);
    m_timeline->setWordWrap(false);
    m_timeline->verticalHeader()->setDefaultSectionSize(fontMetrics().height() + 10);
    m_timeline->verticalHeader()->hide();
    m_timeline->horizontalHeader()->setSectionResizeMode(QHeaderView::ResizeToContents);
    m_timeline->horizontalHeader()->setSectionResizeMode(WhyColumn, QHeaderView::Stretch);
    m_timeline->horizontalHeader()->setDefaultAlignment(Qt::AlignLeading | Qt::AlignVCenter);
    m_timeline->setAccessibleName(tr("The life of the message"));
    m_json->setLineWrapMode(QPlainTextEdit::NoWrap);
    m_tabs->addTab(m_timeline, tr("Timeline"));
    m_tabs->addTab(m_content, tr("Content"));
    m_tabs->addTab(m_json, tr("All as JSON"));
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(8, 4, 4, 0);
    column->addWidget(m_summary);
    column->addWidget(m_tabs, 1);
    displayText(tr("Choose a message to see its life and what it carries."));
}

void MessageView::displayText(const QString &text)
{
    m_details = {};
    m_summary->setText(text.toHtmlEscaped());
    m_summary->setAlignment(Qt::AlignCenter);
    m_summary->setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Expanding);
    m_tabs->hide();
}

void MessageView::display(const QJsonObject &details)
{
    if (details == m_details)
        return;
    m_details = details;
    m_summary->setAlignment(Qt::AlignLeading | Qt::AlignTop);
    m_summary->setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Minimum);
    fillSummary();
    fillTimeline();
    const QJsonValue content = details["message"_L1]["content"_L1];
    m_content->display(content.isString() ? content.toString()
                                          : tr("Hidden. \u201cReveal\u201d shows it, which is audited."));
    m_json->setPlainText(QString::fromUtf8(QJsonDocument(details).toJson()));
    m_tabs->show();
}

void MessageView::fillSummary()
{
    const QJsonObject message = m_details["message"_L1].toObject();
    const qint64 replays = m_details["replayCount"_L1].toInteger();
    const QString replayed = replays > 0
        ? tr("%n time(s), latest by job %1", nullptr, static_cast<int>(replays))
              .arg(m_details["replayJob"_L1].toInteger())
        : QString();
    m_summary->display({{tr("Subject"), message["subject"_L1].toString()},
                        {tr("Recipient"), message["recipient"_L1].toString()},
                        {tr("Status"), wordText(message["status"_L1].toString())},
                        {tr("Failure"), message["failureReason"_L1].toString()},
                        {tr("Died"), exactTimeText(m_details["diedAt"_L1].toString())},
                        {tr("Reason"), wordText(m_details["reason"_L1].toString())},
                        {tr("Discarded"), m_details["discardReason"_L1].toString()},
                        {tr("Priority"), wordText(message["priority"_L1].toString())},
                        {tr("Sender"), message["sender"_L1].toString()},
                        {tr("Created"), exactTimeText(message["createdAt"_L1].toString())},
                        {tr("Replayed"), replayed},
                        {tr("Edited from"), m_details["editedFrom"_L1].toString()},
                        {tr("Metadata"), plainText(message["metadata"_L1])},
                        {tr("Id"), message["id"_L1].toString()}});
}

void MessageView::fillTimeline()
{
    const QJsonArray events = m_details["events"_L1].toArray();
    m_timeline->setRowCount(static_cast<int>(events.size()));
    QDateTime previous;
    for (int i = 0; i < events.size(); ++i) {
        const QJsonObject event = events[i].toObject();
        const QString status = event["status"_L1].toString();
        const QDateTime time = QDateTime::fromString(event["time"_L1].toString(), Qt::ISODateWithMs);
        const QString after = previous.isValid()
            ? u"  +%1"_s.arg(durationText(static_cast<double>(previous.msecsTo(time)) / 1'000))
            : QString();
        previous = time;
        const QStringList cells{timeText(event["time"_L1].toString()) + after, wordText(status),
                                numberText(event["attempt"_L1]), event["reason"_L1].toString(),
                                event["node"_L1].toString()};
        for (int column = 0; column < cells.size(); ++column) {
            auto *item = new QTableWidgetItem(cells[column]);
            item->setToolTip(column == 0 ? exactTimeText(event["time"_L1].toString()) : cells[column]);
            const Level level = wordLevel(status);
            if (column == 1 && level != Level::None)
                item->setForeground(theme::levelColour(level));
            m_timeline->setItem(i, column, item);
        }
    }
}

} // namespace hudhud::console
