// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/record_model.h"

#include "models/texts.h"

#include <QCoreApplication>
#include <QJsonArray>
#include <QSet>

namespace hudhud::console {

using namespace Qt::StringLiterals;

RecordModel::RecordModel(AdminClient &client, RecordList list, QObject *parent)
    : QAbstractTableModel(parent)
    , m_client(client)
    , m_list(std::move(list))
{
}

void RecordModel::setFilter(const QUrlQuery &filter)
{
    if (filter == m_filter && m_state != State::Empty)
        return;
    m_filter = filter;
    clear();
    reload();
}

void RecordModel::refresh()
{
    if (!m_isFetching && m_records.size() <= PageSize)
        fetch(Use::Replace);
}

void RecordModel::reload()
{
    ++m_generation;
    m_isFetching = false;
    if (m_records.isEmpty())
        setState(State::Loading);
    fetch(Use::Replace);
}

AdminRequest RecordModel::request() const
{
    QUrlQuery query = m_filter;
    if (!m_sort.isEmpty()) {
        query.addQueryItem(u"sort"_s, m_sort);
        query.addQueryItem(u"order"_s, m_order == Qt::DescendingOrder ? u"desc"_s : u"asc"_s);
    }
    if (m_list.isPaged)
        query.addQueryItem(u"limit"_s, QString::number(PageSize));
    return AdminRequest::get(m_list.path, query);
}

void RecordModel::fetch(Use use)
{
    AdminRequest request = this->request();
    if (use == Use::Append)
        request.query.addQueryItem(u"cursor"_s, QString::fromLatin1(QUrl::toPercentEncoding(m_nextCursor)));
    m_isFetching = true;
    m_client.send(request, this, [this, use, generation = m_generation](const Result<QJsonObject> &answer) {
        if (generation != m_generation)
            return;
        m_isFetching = false;
        receive(use, answer);
    });
}

void RecordModel::receive(Use use, const Result<QJsonObject> &answer)
{
    if (!answer) {
        m_error = answer.error();
        setState(State::Failed);
        return;
    }
    m_answer = *answer;
    QList<Record> records;
    for (const QJsonValue &value : m_answer.take(m_list.rows).toArray())
        records.append(value.toObject());
    m_nextCursor = m_answer["nextCursor"_L1].toString();
    if (use == Use::Append)
        append(records);
    else
        replace(records);
    setState(State::Ready);
    Q_EMIT refreshed();
}

void RecordModel::display(const QJsonObject &answer)
{
    ++m_generation; // What is still being asked for is older.
    m_isFetching = false;
    receive(Use::Replace, answer);
}

void RecordModel::setState(State state)
{
    if (state == m_state && state != State::Failed)
        return;
    m_state = state;
    Q_EMIT stateChanged();
}

void RecordModel::clear()
{
    if (m_records.isEmpty())
        return;
    beginResetModel();
    m_records.clear();
    m_nextCursor.clear();
    endResetModel();
}

void RecordModel::append(const QList<Record> &records)
{
    // What was inserted at the server since may push known rows into this page.
    QSet<QString> known;
    for (const Record &record : std::as_const(m_records))
        known.insert(keyOf(record));
    QList<Record> fresh;
    for (const Record &record : records) {
        if (!known.contains(keyOf(record)))
            fresh.append(record);
    }
    if (fresh.isEmpty())
        return;
    const auto first = static_cast<int>(m_records.size());
    beginInsertRows({}, first, first + static_cast<int>(fresh.size()) - 1);
    m_records.append(fresh);
    endInsertRows();
}

void RecordModel::replace(const QList<Record> &records)
{
    QSet<QString> staying;
    for (const Record &record : records)
        staying.insert(keyOf(record));
    for (auto row = static_cast<int>(m_records.size()) - 1; row >= 0; --row) {
        if (staying.contains(keyOf(m_records[row])))
            continue;
        beginRemoveRows({}, row, row);
        m_records.removeAt(row);
        endRemoveRows();
    }
    for (int row = 0; row < records.size(); ++row) {
        const int present = rowOf(keyOf(records[row]));
        if (present < 0) {
            beginInsertRows({}, row, row);
            m_records.insert(row, records[row]);
            endInsertRows();
            continue;
        }
        if (present > row) {
            beginMoveRows({}, present, present, {}, row);
            m_records.move(present, row);
            endMoveRows();
        }
        if (m_records[row] != records[row]) {
            m_records[row] = records[row];
            Q_EMIT dataChanged(index(row, 0), index(row, columnCount() - 1));
        }
    }
}

QString RecordModel::keyOf(const Record &record) const
{
    return member(record, m_list.key).toVariant().toString();
}

QString RecordModel::key(int row) const
{
    return keyOf(record(row));
}

int RecordModel::rowOf(const QString &key) const
{
    for (int row = 0; row < m_records.size(); ++row) {
        if (keyOf(m_records[row]) == key)
            return row;
    }
    return -1;
}

int RecordModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_records.size());
}

int RecordModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_list.columns.size());
}

QVariant RecordModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const RecordColumn &column = m_list.columns[index.column()];
    const Record &record = m_records[index.row()];
    switch (role) {
    case Qt::DisplayRole:
    case Qt::ToolTipRole:
        return column.text(record);
    case Qt::AccessibleTextRole: {
        const QString level = column.level ? levelText(column.level(record)) : QString();
        return level.isEmpty() ? column.text(record) : column.text(record) + u", "_s + level;
    }
    case Qt::TextAlignmentRole:
        return QVariant::fromValue(
            Qt::Alignment(Qt::AlignVCenter | (column.isNumber ? Qt::AlignRight : Qt::AlignLeft)));
    case RecordRole:
        return record;
    case KeyRole:
        return keyOf(record);
    case LevelRole:
        return QVariant::fromValue(column.level ? column.level(record) : Level::None);
    default:
        return {};
    }
}

QVariant RecordModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || section < 0 || section >= m_list.columns.size())
        return {};
    const RecordColumn &column = m_list.columns[section];
    if (role == Qt::DisplayRole) {
        const QString title = QCoreApplication::translate("Columns", column.title);
        return column.isNumber ? title + u"\u2002"_s : title; // Off the next column's title.
    }
    if (role == Qt::TextAlignmentRole)
        return QVariant::fromValue(
            Qt::Alignment(Qt::AlignVCenter | (column.isNumber ? Qt::AlignRight : Qt::AlignLeft)));
    return {};
}

bool RecordModel::canFetchMore(const QModelIndex &parent) const
{
    return !parent.isValid() && !m_isFetching && !m_nextCursor.isEmpty() && m_records.size() < MaximumRows;
}

void RecordModel::fetchMore(const QModelIndex &parent)
{
    if (canFetchMore(parent))
        fetch(Use::Append);
}

void RecordModel::sort(int column, Qt::SortOrder order)
{
    const QString key = column < 0 ? QString() : m_list.columns.value(column).sortKey;
    if (column >= 0 && key.isEmpty())
        return;
    if (key == m_sort && order == m_order)
        return;
    m_sort = key;
    m_order = order;
    if (m_state == State::Empty)
        return;
    clear();
    reload();
}

} // namespace hudhud::console
