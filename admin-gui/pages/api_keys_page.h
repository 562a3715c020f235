// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pages/list_page.h"

namespace hudhud::console {

/// The keys of the businesses: make, replace, revoke. A new key is shown once. Thread: the main thread.
class ApiKeysPage final : public ListPage
{
    Q_OBJECT

public:
    explicit ApiKeysPage(Session &session, QWidget *parent = nullptr);

private:
    void create();
    void rotate();
    void revoke();
    void showSecret(const QString &secret);

    QAction *m_rotate;
    QAction *m_revoke;
};

} // namespace hudhud::console
