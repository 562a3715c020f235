// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pages/page.h"

class QLineEdit;

namespace hudhud::console {

class Facts;

/// What the cache holds and how well it does; making it forget. Thread: the main thread.
class CachePage final : public Page
{
    Q_OBJECT

public:
    explicit CachePage(Session &session, QWidget *parent = nullptr);

    void refresh() override;

private:
    void invalidate();

    Facts *m_facts;
    QLineEdit *m_pattern;
};

} // namespace hudhud::console
