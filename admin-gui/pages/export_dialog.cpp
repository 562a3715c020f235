// SPDX-License-Identifier: GPL-3.0-or-later
#include "pages/export_dialog.h"

#include <QDialogButtonBox>
#include <QFileDialog>
#include <QJsonArray>
#include <QJsonDocument>
#include <QLabel>
#include <QVBoxLayout>

namespace hudhud::console {

using namespace Qt::StringLiterals;

namespace {

constexpr int PageOfExport = 200;

/// RFC 4180. A spreadsheet takes what begins with = + - @ for a formula: such text gets a quote in front.
QByteArray csvField(QString text)
{
    if (!text.isEmpty() && u"=+-@"_s.contains(text.front()))
        text.prepend(u'\'');
    return u"\"%1\""_s.arg(text.replace(u'"', u"\"\""_s)).toUtf8();
}

} // namespace

QByteArray exportHead(const RecordList &list, bool csv)
{
    QByteArrayList fields;
    for (const RecordColumn &column : list.columns)
        fields.append(csvField(QString::fromLatin1(column.id)));
    return csv ? fields.join(',') + "\r\n" : QByteArray();
}

QByteArray exportLine(const RecordList &list, const Record &record, bool csv)
{
    if (!csv)
        return QJsonDocument(record).toJson(QJsonDocument::Compact) + '\n';
    QByteArrayList fields;
    for (const RecordColumn &column : list.columns)
        fields.append(csvField(column.text(record)));
    return fields.join(',') + "\r\n";
}

ExportDialog::ExportDialog(AdminClient &client, RecordList list, QUrlQuery filter, QWidget *parent)
    : QDialog(parent)
    , m_client(client)
    , m_list(std::move(list))
    , m_filter(std::move(filter))
    , m_progress(new QLabel)
    , m_buttons(new QDialogButtonBox(QDialogButtonBox::Cancel))
{
    setWindowTitle(tr("Export"));
    setMinimumWidth(360);
    m_progress->setWordWrap(true);
    auto *column = new QVBoxLayout(this);
    column->addWidget(m_progress);
    column->addWidget(m_buttons);
    connect(m_buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
}

void ExportDialog::open()
{
    const QString file = QFileDialog::getSaveFileName(
        parentWidget(), tr("Export"), u"dead-letters.ndjson"_s,
        tr("NDJSON, with everything (*.ndjson);;CSV, as in the table (*.csv)"));
    if (file.isEmpty())
        return deleteLater();
    QDialog::open();
    exportTo(file);
}

void ExportDialog::exportTo(const QString &file)
{
    m_csv = file.endsWith(".csv"_L1, Qt::CaseInsensitive);
    m_file.setFileName(file);
    if (!m_file.open(QIODevice::WriteOnly))
        return end(m_file.errorString());
    m_file.write(exportHead(m_list, m_csv));
    fetch({});
}

void ExportDialog::fetch(const QString &cursor)
{
    m_progress->setText(tr("%n message(s) written\u2026", nullptr, static_cast<int>(m_records)));
    QUrlQuery query = m_filter;
    query.addQueryItem(u"limit"_s, QString::number(PageOfExport));
    if (!cursor.isEmpty())
        query.addQueryItem(u"cursor"_s, QString::fromLatin1(QUrl::toPercentEncoding(cursor)));
    m_client.send(AdminRequest::get(m_list.path, query), this, [this](const Result<QJsonObject> &answer) {
        if (answer)
            receive(*answer);
        else
            end(answer.error().text());
    });
}

void ExportDialog::receive(const QJsonObject &answer)
{
    for (const QJsonValue &record : answer[m_list.rows].toArray()) {
        m_file.write(exportLine(m_list, record.toObject(), m_csv));
        ++m_records;
    }
    const QString cursor = answer["nextCursor"_L1].toString();
    if (!cursor.isEmpty())
        return fetch(cursor);
    if (!m_file.commit())
        return end(m_file.errorString());
    end(tr("%n message(s) written to %1.", nullptr, static_cast<int>(m_records)).arg(m_file.fileName()));
}

void ExportDialog::end(const QString &text)
{
    m_progress->setText(text);
    m_buttons->setStandardButtons(QDialogButtonBox::Close);
}

} // namespace hudhud::console
