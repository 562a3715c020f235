// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pages/list_page.h"

namespace hudhud::console {

// Pages that are a list and no more. Thread: the main thread.

/// Who did what.
class AuditPage final : public ListPage
{
    Q_OBJECT

public:
    explicit AuditPage(Session &session, QWidget *parent = nullptr);
};

/// What the server is made of, and why a part does not work.
class PluginsPage final : public ListPage
{
    Q_OBJECT

public:
    explicit PluginsPage(Session &session, QWidget *parent = nullptr);
};

/// Every key, its value and where that comes from.
class ConfigurationPage final : public ListPage
{
    Q_OBJECT

public:
    explicit ConfigurationPage(Session &session, QWidget *parent = nullptr);
};

} // namespace hudhud::console
