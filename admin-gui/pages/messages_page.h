// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pages/list_page.h"

namespace hudhud::console {

class MessageView;

/// Finds messages, and shows the life of one. Thread: the main thread.
class MessagesPage final : public ListPage
{
    Q_OBJECT

public:
    explicit MessagesPage(Session &session, QWidget *parent = nullptr);

    /// An id, or its beginning.
    void open(const QString &argument) override;

protected:
    void currentChanged() override;

private:
    void cancel();

    MessageView *m_view;
    QAction *m_cancel;
    QString m_shown;
};

} // namespace hudhud::console
