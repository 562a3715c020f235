// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/record_table.h"

#include "widgets/level_delegate.h"
#include "widgets/theme.h"

#include <QApplication>
#include <QClipboard>
#include <QContextMenuEvent>
#include <QHeaderView>
#include <QJsonArray>
#include <QJsonDocument>
#include <QMenu>
#include <QPainter>
#include <QSettings>

#include <algorithm>

namespace hudhud::console {

using namespace Qt::StringLiterals;

RecordTable::RecordTable(RecordModel &model, const QString &settingsKey, QWidget *parent)
    : QTableView(parent)
    , m_model(model)
    , m_settingsKey(settingsKey)
    , m_emptyText(tr("Nothing here."))
{
    setModel(&model);
    setItemDelegate(new LevelDelegate(this));
    setSelectionBehavior(SelectRows);
    setSelectionMode(ExtendedSelection);
    setAlternatingRowColors(true);
    setShowGrid(false);
    setWordWrap(false);
    setTabKeyNavigation(false);
    setFrameShape(QFrame::StyledPanel);
    verticalHeader()->hide();
    verticalHeader()->setDefaultSectionSize(fontMetrics().height() + 10);
    horizontalHeader()->setHighlightSections(false);
    horizontalHeader()->setStretchLastSection(!model.list().columns.last().isNumber);
    horizontalHeader()->setSectionsMovable(true);
    setHorizontalScrollMode(ScrollPerPixel);

    const bool sortable = std::any_of(model.list().columns.begin(), model.list().columns.end(),
                                      [](const RecordColumn &column) { return !column.sortKey.isEmpty(); });
    horizontalHeader()->setSortIndicator(-1, Qt::AscendingOrder);
    if (sortable) {
        horizontalHeader()->setSortIndicatorClearable(true);
        setSortingEnabled(true);
    }
    restoreColumns();

    connect(&model, &RecordModel::stateChanged, viewport(), qOverload<>(&QWidget::update));
    connect(&model, &RecordModel::refreshed, viewport(), qOverload<>(&QWidget::update));
    connect(selectionModel(), &QItemSelectionModel::currentRowChanged, this,
            &RecordTable::currentRecordChanged);
    connect(&model, &RecordModel::dataChanged, this, [this](const QModelIndex &from, const QModelIndex &to) {
        if (currentIndex().row() >= from.row() && currentIndex().row() <= to.row())
            Q_EMIT currentRecordChanged();
    });
    connect(this, &QTableView::activated, this,
            [this](const QModelIndex &index) { Q_EMIT opened(m_model.record(index.row())); });
}

RecordTable::~RecordTable()
{
    saveColumns();
}

void RecordTable::restoreColumns()
{
    const QByteArray saved = QSettings().value(m_settingsKey + u"/columns"_s).toByteArray();
    if (!saved.isEmpty() && horizontalHeader()->restoreState(saved))
        return;
    for (int column = 0; column < m_model.columnCount(); ++column)
        setColumnWidth(column, m_model.list().columns[column].width);
}

void RecordTable::saveColumns() const
{
    if (!m_settingsKey.isEmpty())
        QSettings().setValue(m_settingsKey + u"/columns"_s, horizontalHeader()->saveState());
}

QList<Record> RecordTable::selectedRecords() const
{
    QModelIndexList rows = selectionModel()->selectedRows();
    std::sort(rows.begin(), rows.end());
    QList<Record> records;
    for (const QModelIndex &row : std::as_const(rows))
        records.append(m_model.record(row.row()));
    return records;
}

QStringList RecordTable::selectedKeys() const
{
    QModelIndexList rows = selectionModel()->selectedRows();
    std::sort(rows.begin(), rows.end());
    QStringList keys;
    for (const QModelIndex &row : std::as_const(rows))
        keys.append(m_model.key(row.row()));
    return keys;
}

Record RecordTable::currentRecord() const
{
    return currentIndex().isValid() ? m_model.record(currentIndex().row()) : Record();
}

bool RecordTable::select(const QString &key)
{
    const int row = m_model.rowOf(key);
    if (row < 0)
        return false;
    selectRow(row);
    setCurrentIndex(m_model.index(row, 0));
    return true;
}

QString RecordTable::overlayText() const
{
    switch (m_model.state()) {
    case RecordModel::State::Empty:
        return {};
    case RecordModel::State::Loading:
        return tr("Loading\u2026");
    case RecordModel::State::Failed:
        return m_model.error().text();
    case RecordModel::State::Ready:
        return m_model.filter().isEmpty() ? m_emptyText : tr("Nothing matches the filter.");
    }
    return {};
}

void RecordTable::paintEvent(QPaintEvent *event)
{
    QTableView::paintEvent(event);
    if (m_model.rowCount() > 0)
        return;
    const bool failed = m_model.state() == RecordModel::State::Failed;
    QPainter painter(viewport());
    painter.setPen(failed ? theme::levelColour(Level::Bad) : theme::secondaryText());
    painter.drawText(viewport()->rect().adjusted(24, 16, -24, -16), Qt::AlignCenter | Qt::TextWordWrap,
                     overlayText());
}

void RecordTable::keyPressEvent(QKeyEvent *event)
{
    if (event->matches(QKeySequence::Copy))
        return copySelection();
    QTableView::keyPressEvent(event);
}

void RecordTable::copySelection() const
{
    QStringList lines;
    QModelIndexList rows = selectionModel()->selectedRows();
    std::sort(rows.begin(), rows.end());
    for (const QModelIndex &row : std::as_const(rows)) {
        QStringList cells;
        for (int column = 0; column < m_model.columnCount(); ++column)
            cells.append(m_model.index(row.row(), column).data().toString());
        lines.append(cells.join(u'\t'));
    }
    QApplication::clipboard()->setText(lines.join(u'\n'));
}

void RecordTable::copyAsJson() const
{
    const QList<Record> records = selectedRecords();
    QJsonArray array;
    for (const Record &record : records)
        array.append(record);
    const QJsonDocument document
        = records.size() == 1 ? QJsonDocument(records.first()) : QJsonDocument(array);
    QApplication::clipboard()->setText(QString::fromUtf8(document.toJson()));
}

void RecordTable::copyAsCommand() const
{
    QApplication::clipboard()->setText(m_model.request().asCurl(m_model.server()));
}

void RecordTable::contextMenuEvent(QContextMenuEvent *event)
{
    QMenu menu;
    for (QAction *action : actions())
        menu.addAction(action);
    if (!actions().isEmpty())
        menu.addSeparator();
    QAction *copy = menu.addAction(tr("Copy"), this, &RecordTable::copySelection);
    QAction *json = menu.addAction(tr("Copy as JSON"), this, &RecordTable::copyAsJson);
    copy->setEnabled(selectionModel()->hasSelection());
    json->setEnabled(selectionModel()->hasSelection());
    menu.addAction(tr("Copy this list as a curl command"), this, &RecordTable::copyAsCommand);
    menu.exec(event->globalPos());
}

} // namespace hudhud::console
