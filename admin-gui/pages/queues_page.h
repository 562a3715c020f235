// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/record_model.h"
#include "pages/page.h"

namespace hudhud::console {

class Facts;

/// How much waits by priority, and how the way to the disk does. Thread: the main thread.
class QueuesPage final : public Page
{
    Q_OBJECT

public:
    explicit QueuesPage(Session &session, QWidget *parent = nullptr);

    void refresh() override;

private:
    void display();

    RecordModel m_priorities;
    Facts *m_store;
    Facts *m_buffer;
    Facts *m_commits;
};

} // namespace hudhud::console
