// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/level.h"

#include <QJsonObject>
#include <QList>
#include <QString>
#include <QVariant>

#include <functional>

namespace hudhud::console {

/// One row of a list of the admin API, as the API answered it.
using Record = QJsonObject;

/// What a column of a table shows of a record.
struct RecordColumn
{
    /// Its name in settings and, when `sortKey` is empty, nowhere else.
    const char *id;
    /// English; translated in the context "Columns".
    const char *title;
    /// Empty text where the record says nothing.
    std::function<QString(const Record &record)> text;
    /// What the API calls the column when it sorts; empty: it cannot.
    QString sortKey = {};
    bool isNumber = false; ///< Stands at the end of its cell.
    int width = 140; ///< In device-independent pixels, until the user drags it.
    std::function<Level(const Record &record)> level = {};
};

/// Where a table's records come from and how they are shown.
struct RecordList
{
    QString path; ///< Of the admin API.
    QString rows; ///< The member of the answer that holds the records.
    QString key; ///< The member of a record that identifies it; with dots for members of members.
    QList<RecordColumn> columns;
    bool isPaged = true; ///< Takes `limit` and `cursor`.
};

/// The member at a path with dots, like "message.id".
QJsonValue member(const Record &record, QStringView path);

// Makers of the usual columns; `path` is that of the member.
RecordColumn textColumn(const char *id, const char *title, const QString &path, int width = 140);
RecordColumn numberColumn(const char *id, const char *title, const QString &path, int width = 90);
/// A number between 0 and 1, as a percentage; red and amber above the limits.
RecordColumn shareColumn(const char *id, const char *title, const QString &path, double warning, double bad);
RecordColumn timeColumn(const char *id, const char *title, const QString &path, int width = 150);
RecordColumn bytesColumn(const char *id, const char *title, const QString &path);
RecordColumn durationColumn(const char *id, const char *title, const QString &path);
/// One of the API's words, shown as `wordText` translates it.
RecordColumn wordColumn(const char *id, const char *title, const QString &path, int width = 110);
RecordColumn sortedBy(RecordColumn column, const QString &sortKey);

} // namespace hudhud::console
