// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/record_model.h"

#include <QTableView>

namespace hudhud::console {

/// Shows a RecordModel: the server sorts, states are coloured, an empty or failed list says so and why,
/// columns keep their widths, Ctrl+C copies. Thread: the main thread.
class RecordTable final : public QTableView
{
    Q_OBJECT

public:
    /// `model` must outlive the table. `settingsKey` names the saved columns.
    RecordTable(RecordModel &model, const QString &settingsKey, QWidget *parent = nullptr);
    ~RecordTable() override;

    RecordModel &records() const { return m_model; }
    /// What an empty list says: what it would show, or that this is good.
    void setEmptyText(const QString &text) { m_emptyText = text; }
    /// Of the selected rows, from the top.
    QStringList selectedKeys() const;
    QList<Record> selectedRecords() const;
    /// Of the current row; empty when there is none.
    Record currentRecord() const;
    /// False when the row is not there.
    bool select(const QString &key);

Q_SIGNALS:
    /// Another row is the current one, or it has changed.
    void currentRecordChanged();
    /// Enter or a double click.
    void opened(const hudhud::console::Record &record);

protected:
    void paintEvent(QPaintEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void contextMenuEvent(QContextMenuEvent *event) override;

private:
    void restoreColumns();
    void saveColumns() const;
    void copySelection() const;
    void copyAsJson() const;
    void copyAsCommand() const;
    QString overlayText() const;

    RecordModel &m_model;
    QString m_settingsKey;
    QString m_emptyText;
};

} // namespace hudhud::console
