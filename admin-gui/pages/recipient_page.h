// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/record_model.h"
#include "pages/page.h"

class QLineEdit;
class QPushButton;
class QTabWidget;
class QToolButton;

namespace hudhud::console {

class Facts;
class RecordTable;

/// The support desk's page: one phone number, whether it is connected, what waits, what arrived and what did
/// not; sending a test message, closing its connections. Thread: the main thread.
class RecipientPage final : public Page
{
    Q_OBJECT

public:
    explicit RecipientPage(Session &session, QWidget *parent = nullptr);

    void refresh() override;
    /// A phone number.
    void open(const QString &argument) override;
    void focusFilter() override;

private:
    void search();
    void display(const QJsonObject &recipient);
    void sendTest();
    void disconnectAll();
    RecordTable *addList(RecordModel &model, const QString &title, const QString &emptyText);

    QString m_recipient; ///< Empty: none yet.
    RecordModel m_connections;
    RecordModel m_delivered;
    RecordModel m_failures;
    RecordModel m_dead;
    QLineEdit *m_number;
    QToolButton *m_reveal;
    QPushButton *m_test;
    QPushButton *m_disconnect;
    Facts *m_facts;
    QTabWidget *m_tabs;
};

} // namespace hudhud::console
