// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connection/admin_client.h"
#include "models/record_columns.h"

#include <QDialog>
#include <QSaveFile>

class QDialogButtonBox;
class QLabel;

namespace hudhud::console {

/// One record as a line of a file: NDJSON has all of it, CSV the columns of the table.
QByteArray exportHead(const RecordList &list, bool csv);
QByteArray exportLine(const RecordList &list, const Record &record, bool csv);

/// Writes all that matches a filter to a file, page by page, as NDJSON or CSV by the file's name. The file is
/// there when all of it is. Thread: the main thread.
class ExportDialog final : public QDialog
{
    Q_OBJECT

public:
    ExportDialog(AdminClient &client, RecordList list, QUrlQuery filter, QWidget *parent = nullptr);

    /// Instead of asking for a file.
    void exportTo(const QString &file);
    void open() override;

private:
    void fetch(const QString &cursor);
    void receive(const QJsonObject &answer);
    void end(const QString &text);

    AdminClient &m_client;
    const RecordList m_list;
    const QUrlQuery m_filter;
    QSaveFile m_file;
    bool m_csv = false;
    qint64 m_records = 0;
    QLabel *m_progress;
    QDialogButtonBox *m_buttons;
};

} // namespace hudhud::console
