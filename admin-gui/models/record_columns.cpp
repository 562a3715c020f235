// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/record_columns.h"

#include "models/texts.h"

#include <QLocale>

namespace hudhud::console {

QJsonValue member(const Record &record, QStringView path)
{
    QJsonValue value = record;
    for (const QStringView name : path.tokenize(u'.'))
        value = value.toObject().value(name);
    return value;
}

RecordColumn textColumn(const char *id, const char *title, const QString &path, int width)
{
    return {.id = id,
            .title = title,
            .text = [path](const Record &record) { return plainText(member(record, path)); },
            .width = width};
}

RecordColumn numberColumn(const char *id, const char *title, const QString &path, int width)
{
    return {.id = id,
            .title = title,
            .text = [path](const Record &record) { return numberText(member(record, path)); },
            .isNumber = true,
            .width = width};
}

RecordColumn shareColumn(const char *id, const char *title, const QString &path, double warning, double bad)
{
    return {.id = id,
            .title = title,
            .text =
                [path](const Record &record) {
                    const QJsonValue value = member(record, path);
                    return value.isDouble() ? percentText(value.toDouble()) : QString();
                },
            .isNumber = true,
            .width = 90,
            .level =
                [=](const Record &record) {
                    const double share = member(record, path).toDouble();
                    return share >= bad ? Level::Bad : share >= warning ? Level::Warning : Level::None;
                }};
}

RecordColumn timeColumn(const char *id, const char *title, const QString &path, int width)
{
    return {.id = id,
            .title = title,
            .text = [path](const Record &record) { return timeText(member(record, path).toString()); },
            .width = width};
}

RecordColumn bytesColumn(const char *id, const char *title, const QString &path)
{
    return {.id = id,
            .title = title,
            .text =
                [path](const Record &record) {
                    const QJsonValue value = member(record, path);
                    return value.isDouble() ? QLocale().formattedDataSize(value.toInteger()) : QString();
                },
            .isNumber = true,
            .width = 100};
}

RecordColumn durationColumn(const char *id, const char *title, const QString &path)
{
    return {.id = id,
            .title = title,
            .text =
                [path](const Record &record) {
                    const QJsonValue value = member(record, path);
                    return value.isDouble() ? durationText(value.toDouble()) : QString();
                },
            .isNumber = true,
            .width = 110};
}

RecordColumn wordColumn(const char *id, const char *title, const QString &path, int width)
{
    return {.id = id,
            .title = title,
            .text = [path](const Record &record) { return wordText(member(record, path).toString()); },
            .width = width,
            .level = [path](const Record &record) { return wordLevel(member(record, path).toString()); }};
}

RecordColumn sortedBy(RecordColumn column, const QString &sortKey)
{
    column.sortKey = sortKey;
    return column;
}

} // namespace hudhud::console
