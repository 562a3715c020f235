// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/record_model.h"
#include "pages/page.h"
#include "widgets/filter_bar.h"

class QHBoxLayout;
class QLabel;
class QPlainTextEdit;
class QToolButton;

namespace hudhud::console {

class RecordTable;

/// A page that is a list: filter, table, what can be done with the rows, and beside it all of the chosen row.
/// Thread: the main thread.
class ListPage : public Page
{
    Q_OBJECT

public:
    /// What may be seen of people.
    enum class PersonalData : quint8 { None, Masked };

    ListPage(Session &session, const QString &name, RecordList list, QList<FilterField> filter,
             PersonalData personalData = PersonalData::None, QWidget *parent = nullptr);

    /// Not while personal data are shown: each answer with them is audited.
    void refresh() override;
    /// Selects the row with this key.
    void open(const QString &argument) override;
    void focusFilter() override;

protected:
    RecordModel &records() { return m_model; }
    RecordTable &table() const { return *m_table; }
    FilterBar &filter() const { return *m_filter; }
    bool isRevealed() const;
    /// A button above the table, which is also in its menu.
    QAction *addCommand(const QString &text, const QKeySequence &key, std::function<void()> run);
    /// Instead of the JSON of the row, beside the table.
    void setDetails(QWidget *details);
    /// Below the filter, before the buttons.
    void setSummary(const QString &text);
    virtual void currentChanged();

private:
    void applyFilter();

    RecordModel m_model;
    FilterBar *m_filter;
    RecordTable *m_table;
    QLabel *m_summary;
    QHBoxLayout *m_bar;
    QToolButton *m_reveal;
    QWidget *m_details;
    QPlainTextEdit *m_json;
    class PageSplitter *m_lists;
};

} // namespace hudhud::console
