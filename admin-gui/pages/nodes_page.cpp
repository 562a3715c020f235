// SPDX-License-Identifier: GPL-3.0-or-later
#include "pages/nodes_page.h"

#include "models/record_lists.h"
#include "models/texts.h"
#include "widgets/confirm_dialog.h"
#include "widgets/page_splitter.h"
#include "widgets/record_table.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

namespace hudhud::console {

using namespace Qt::StringLiterals;

NodesPage::NodesPage(Session &session, QWidget *parent)
    : Page(session, u"nodes"_s, parent)
    , m_nodes(session.client(), nodeList())
    , m_breakers(session.client(), breakerList())
    , m_nodeTable(new RecordTable(m_nodes, settingsKey() + u"/nodes"_s))
    , m_breakerTable(new RecordTable(m_breakers, settingsKey() + u"/breakers"_s))
    , m_scaling(new QLabel)
{
    setTopics({u"nodes"_s, u"breakers"_s});
    m_nodeTable->setAccessibleName(tr("Nodes"));
    m_breakerTable->setAccessibleName(tr("Circuit breakers"));
    m_breakerTable->setSelectionMode(QAbstractItemView::SingleSelection);
    m_scaling->setWordWrap(true);
    auto *drainButton = new QPushButton(tr("Drain this node\u2026"));
    drainButton->setEnabled(session.mayAdminister());
    connect(drainButton, &QPushButton::clicked, this, &NodesPage::drain);
    auto *resetButton = new QPushButton(tr("Close the breaker by hand"));
    resetButton->setEnabled(false);
    connect(resetButton, &QPushButton::clicked, this, &NodesPage::resetBreaker);
    connect(m_breakerTable, &RecordTable::currentRecordChanged, this, [this, resetButton] {
        const QString state = m_breakerTable->currentRecord()["state"_L1].toString();
        resetButton->setEnabled(this->session().mayChange() && !state.isEmpty() && state != "closed"_L1);
    });

    auto *above = new QHBoxLayout;
    above->addWidget(m_scaling, 1);
    above->addWidget(drainButton);
    auto *below = new QWidget;
    auto *title = new QHBoxLayout;
    title->addWidget(new QLabel(u"<b>%1</b>"_s.arg(tr("Circuit breakers of the node that answers"))), 1);
    title->addWidget(resetButton);
    auto *column = new QVBoxLayout(below);
    column->setContentsMargins(0, 6, 0, 0);
    column->addLayout(title);
    column->addWidget(m_breakerTable);
    auto *lists = new PageSplitter(Qt::Vertical, settingsKey() + u"/lists"_s, {3, 2});
    lists->addWidget(m_nodeTable);
    lists->addWidget(below);
    lists->restore();
    content()->addLayout(above);
    content()->addWidget(lists, 1);
    m_nodes.reload();
    m_breakers.reload();
}

void NodesPage::refresh()
{
    m_nodes.refresh();
    m_breakers.refresh();
    client().send(AdminRequest::get(u"/scaling"_s), this, [this](const Result<QJsonObject> &answer) {
        if (answer)
            displayScaling(*answer);
    });
}

void NodesPage::receive(const QString &event, const QJsonObject &payload)
{
    if (event == "NodesChanged"_L1)
        m_nodes.display(payload);
    else if (event == "BreakersChanged"_L1)
        m_breakers.display(payload);
}

void NodesPage::open(const QString &argument)
{
    m_nodeTable->select(argument);
}

void NodesPage::displayScaling(const QJsonObject &scaling)
{
    const qint64 current = scaling["currentNodes"_L1].toInteger();
    const qint64 desired = scaling["desiredNodes"_L1].toInteger();
    const QString use = tr("CPU %1, connections %2, messages %3")
                            .arg(percentText(scaling["cpuUse"_L1].toDouble()),
                                 percentText(scaling["connectionUse"_L1].toDouble()),
                                 percentText(scaling["messageUse"_L1].toDouble()));
    const QString advice = desired == current
        ? tr("%n node(s), as many as needed.", nullptr, static_cast<int>(current))
        : tr("%n node(s); %1 would be right.", nullptr, static_cast<int>(current)).arg(numberText(desired));
    m_scaling->setText(u"%1 (%2)"_s.arg(advice, use));
}

void NodesPage::resetBreaker()
{
    const QString dependency = m_breakerTable->currentRecord()["dependency"_L1].toString();
    change(AdminRequest::change("POST", u"/breakers/%1/reset"_s.arg(dependency)),
           tr("The breaker %1 is closed.").arg(dependency));
}

void NodesPage::drain()
{
    const QString node = session().node().isEmpty() ? tr("the node that answers") : session().node();
    auto *dialog = new ConfirmDialog(
        tr("Drain \u2014 %1").arg(session().profile().name),
        tr("Draining ends %1: it takes no more connections, its phones go to other nodes, then it stops.")
            .arg(node),
        node, tr("Drain the node"), ConfirmDialog::Reason::NotAsked, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QDialog::accepted, this, [this, node] {
        change(AdminRequest::change("POST", u"/drain"_s), tr("Draining of %1 has begun.").arg(node));
    });
    dialog->open();
}

} // namespace hudhud::console
