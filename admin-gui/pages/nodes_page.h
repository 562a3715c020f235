// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/record_model.h"
#include "pages/page.h"

class QLabel;

namespace hudhud::console {

class RecordTable;

/// The nodes of the cluster and how they are, the circuit breakers of the one that answers, how many nodes
/// are needed; resetting a breaker, draining the node. Thread: the main thread.
class NodesPage final : public Page
{
    Q_OBJECT

public:
    explicit NodesPage(Session &session, QWidget *parent = nullptr);

    void refresh() override;
    void open(const QString &argument) override;

protected:
    void receive(const QString &event, const QJsonObject &payload) override;

private:
    void displayScaling(const QJsonObject &scaling);
    void resetBreaker();
    void drain();

    RecordModel m_nodes;
    RecordModel m_breakers;
    RecordTable *m_nodeTable;
    RecordTable *m_breakerTable;
    QLabel *m_scaling;
};

} // namespace hudhud::console
