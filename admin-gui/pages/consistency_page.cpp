// SPDX-License-Identifier: GPL-3.0-or-later
#include "pages/consistency_page.h"

#include "models/record_lists.h"
#include "models/texts.h"
#include "widgets/facts.h"
#include "widgets/record_table.h"

#include <QHBoxLayout>
#include <QPushButton>
#include <QVBoxLayout>

namespace hudhud::console {

using namespace Qt::StringLiterals;

ConsistencyPage::ConsistencyPage(Session &session, QWidget *parent)
    : Page(session, u"consistency"_s, parent)
    , m_findings(session.client(), consistencyFindingList())
    , m_facts(new Facts)
{
    auto *table = new RecordTable(m_findings, settingsKey() + u"/findings"_s);
    table->setEmptyText(tr("No contradictions were found."));
    table->setAccessibleName(tr("Contradictions"));
    auto *look = new QPushButton(tr("Check"));
    auto *mend = new QPushButton(tr("Check and mend"));
    auto *row = new QHBoxLayout;
    row->addWidget(m_facts, 1);
    for (QPushButton *button : {look, mend}) {
        button->setEnabled(session.mayChange());
        row->addWidget(button, 0, Qt::AlignTop);
    }
    connect(look, &QPushButton::clicked, this, [this] { check(false); });
    connect(mend, &QPushButton::clicked, this, [this] { check(true); });
    content()->addLayout(row);
    content()->addWidget(table, 1);
    connect(&m_findings, &RecordModel::refreshed, this, &ConsistencyPage::display);
    m_findings.reload();
}

void ConsistencyPage::refresh()
{
    m_findings.refresh();
}

void ConsistencyPage::display()
{
    const QJsonObject &answer = m_findings.answer();
    const bool running = answer["running"_L1].toBool();
    const QString started = answer["startedAt"_L1].toString();
    m_facts->display({{tr("State"),
                       running                 ? tr("running")
                           : started.isEmpty() ? tr("never checked")
                                               : tr("done")},
                      {tr("Begun"), timeText(started)},
                      {tr("Ended"), timeText(answer["endedAt"_L1].toString())},
                      {tr("Examined"), numberText(answer["examined"_L1])},
                      {tr("Mended"), numberText(answer["repaired"_L1])},
                      {tr("Ended early"), answer["error"_L1].toString()}});
}

void ConsistencyPage::check(bool repair)
{
    const QJsonObject body{{u"scope"_s, u"all"_s}, {u"repair"_s, repair}};
    change(AdminRequest::change("POST", u"/consistency/check"_s, body), tr("The check runs in the server."));
}

} // namespace hudhud::console
