// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/record_model.h"
#include "pages/page.h"

namespace hudhud::console {

class Facts;

/// The latest check of the store for contradictions; starting one. Thread: the main thread.
class ConsistencyPage final : public Page
{
    Q_OBJECT

public:
    explicit ConsistencyPage(Session &session, QWidget *parent = nullptr);

    void refresh() override;

private:
    void display();
    void check(bool repair);

    RecordModel m_findings;
    Facts *m_facts;
};

} // namespace hudhud::console
