// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connection/admin_client.h"
#include "models/record_columns.h"

#include <QAbstractTableModel>
#include <QUrlQuery>

#include <optional>

namespace hudhud::console {

/// A list of the admin API as a table: filtered and sorted by the server, fetched page by page as the view
/// scrolls. A refresh keeps rows that stay (and with them selection and position) and changes what changed.
/// Thread: the main thread. Limits: PageSize rows a request, MaximumRows altogether.
class RecordModel final : public QAbstractTableModel
{
    Q_OBJECT

public:
    static constexpr int PageSize = 200;
    static constexpr int MaximumRows = 100'000;

    enum Role { RecordRole = Qt::UserRole + 1, KeyRole, LevelRole };
    enum class State : quint8 { Empty, Loading, Ready, Failed };

    /// `client` must outlive the model.
    RecordModel(AdminClient &client, RecordList list, QObject *parent = nullptr);

    /// What the server filters by. The rows of the old filter go at once.
    void setFilter(const QUrlQuery &filter);
    const QUrlQuery &filter() const { return m_filter; }
    /// Asks again for what the first page shows. Does nothing while a request is under way, or when the user
    /// has scrolled beyond the first page: rows must not move under his eyes.
    void refresh();
    /// Asks again from the start, whatever is shown.
    void reload();

    /// Shows an answer that came in another way: pushed by the hub, or as a part of a larger one.
    void display(const QJsonObject &answer);

    State state() const { return m_state; }
    const AdminError &error() const { return m_error; }
    bool isComplete() const { return m_nextCursor.isEmpty(); }
    /// The members of the latest answer beside the rows, like `total`.
    const QJsonObject &answer() const { return m_answer; }
    Record record(int row) const { return m_records.value(row); }
    QString key(int row) const;
    /// -1 when it is not there.
    int rowOf(const QString &key) const;
    const RecordList &list() const { return m_list; }
    /// The request for the rows that are shown, to be shown as a command.
    AdminRequest request() const;
    const QUrl &server() const { return m_client.server(); }

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    bool canFetchMore(const QModelIndex &parent) const override;
    void fetchMore(const QModelIndex &parent) override;
    /// By the server; columns without a sort key are left as they are.
    void sort(int column, Qt::SortOrder order) override;

Q_SIGNALS:
    void stateChanged();
    void refreshed();

private:
    enum class Use : quint8 { Replace, Append };

    void fetch(Use use);
    void receive(Use use, const Result<QJsonObject> &answer);
    void clear();
    void append(const QList<Record> &records);
    void replace(const QList<Record> &records);
    void setState(State state);
    QString keyOf(const Record &record) const;

    AdminClient &m_client;
    const RecordList m_list;
    QUrlQuery m_filter;
    QString m_sort; ///< Empty: as the server likes.
    Qt::SortOrder m_order = Qt::AscendingOrder;
    QList<Record> m_records;
    QString m_nextCursor;
    QJsonObject m_answer;
    State m_state = State::Empty;
    AdminError m_error;
    int m_generation = 0; ///< Answers of earlier ones are not wanted any more.
    bool m_isFetching = false;
};

} // namespace hudhud::console
