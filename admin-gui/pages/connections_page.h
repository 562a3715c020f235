// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pages/list_page.h"

namespace hudhud::console {

/// Who is connected to the node, who lags behind, and closing connections: some, or all that match after
/// seeing how many these are. Thread: the main thread.
class ConnectionsPage final : public ListPage
{
    Q_OBJECT

public:
    explicit ConnectionsPage(Session &session, QWidget *parent = nullptr);

private:
    void disconnectSelected();
    void previewMatching();
    void confirmMatching(qint64 matching);
    QJsonObject filterJson() const;
};

} // namespace hudhud::console
