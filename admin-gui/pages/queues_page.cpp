// SPDX-License-Identifier: GPL-3.0-or-later
#include "pages/queues_page.h"

#include "models/record_lists.h"
#include "models/texts.h"
#include "widgets/facts.h"
#include "widgets/record_table.h"

#include <QGroupBox>
#include <QHBoxLayout>
#include <QLocale>
#include <QVBoxLayout>

namespace hudhud::console {

using namespace Qt::StringLiterals;

QueuesPage::QueuesPage(Session &session, QWidget *parent)
    : Page(session, u"queues"_s, parent)
    , m_priorities(session.client(), priorityList())
    , m_store(new Facts)
    , m_buffer(new Facts)
    , m_commits(new Facts)
{
    auto *table = new RecordTable(m_priorities, settingsKey() + u"/priorities"_s);
    table->setAccessibleName(tr("Waiting by priority"));
    auto *boxes = new QHBoxLayout;
    const std::pair<QString, Facts *> groups[] = {{tr("Store (all nodes)"), m_store},
                                                  {tr("On the way to disk (this node)"), m_buffer},
                                                  {tr("Group commit (this node)"), m_commits}};
    for (const auto &[title, facts] : groups) {
        auto *box = new QGroupBox(title);
        auto *column = new QVBoxLayout(box);
        column->addWidget(facts);
        column->addStretch();
        boxes->addWidget(box, 1);
    }
    content()->addWidget(table, 1);
    content()->addLayout(boxes);
    connect(&m_priorities, &RecordModel::refreshed, this, &QueuesPage::display);
    m_priorities.reload();
}

void QueuesPage::refresh()
{
    m_priorities.refresh();
}

void QueuesPage::display()
{
    const QJsonObject &answer = m_priorities.answer();
    m_store->display({{tr("Pending"), numberText(answer["pending"_L1])},
                      {tr("Dead letters"), numberText(answer["deadLetters"_L1])},
                      {tr("Discarded"), numberText(answer["discarded"_L1])},
                      {tr("Running jobs"), numberText(answer["runningJobs"_L1])},
                      {tr("Size"), QLocale().formattedDataSize(answer["sizeBytes"_L1].toInteger())}});
    const QJsonObject buffer = answer["buffer"_L1].toObject();
    m_buffer->display({{tr("Messages"), numberText(buffer["depth"_L1])},
                       {tr("Room for"), numberText(buffer["capacity"_L1])},
                       {tr("Full"), percentText(buffer["utilizationPercent"_L1].toDouble() / 100)},
                       {tr("Messages per second"), numberText(buffer["messagesPerSecond"_L1])},
                       {tr("Takes"), latencyText(buffer["averageProcessingSeconds"_L1].toDouble())}});
    const QJsonObject commits = answer["groupCommit"_L1].toObject();
    m_commits->display({{tr("Commits"), numberText(commits["commits"_L1])},
                        {tr("In one commit"), numberText(commits["averageBatch"_L1])},
                        {tr("Takes"), latencyText(commits["averageCommitSeconds"_L1].toDouble())},
                        {tr("Waiting writes"), numberText(commits["queuedWrites"_L1])},
                        {tr("Waiting reads"), numberText(commits["queuedReads"_L1])},
                        {tr("Errors"), numberText(commits["errors"_L1])}});
}

} // namespace hudhud::console
