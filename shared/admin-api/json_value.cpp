// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin-api/json_value.h"

namespace hudhud::admin {

QJsonValue toJson(const QString &text)
{
    return text.isEmpty() ? QJsonValue(QJsonValue::Undefined) : QJsonValue(text);
}

QJsonValue toJson(const QDateTime &time)
{
    return time.isValid() ? QJsonValue(time.toUTC().toString(Qt::ISODateWithMs)) : QJsonValue(QJsonValue::Undefined);
}

QJsonValue toJson(const QStringList &texts)
{
    return QJsonArray::fromStringList(texts);
}

bool read(const QJsonValue &json, QString &text)
{
    if (!json.isString())
        return false;
    text = json.toString();
    return true;
}

bool read(const QJsonValue &json, QDateTime &time)
{
    time = QDateTime::fromString(json.toString(), Qt::ISODateWithMs);
    return json.isString() && time.isValid();
}

bool read(const QJsonValue &json, QStringList &texts)
{
    if (!json.isArray())
        return false;
    texts.clear();
    const QJsonArray array = json.toArray();
    for (const QJsonValue &item : array) {
        if (!item.isString())
            return false;
        texts.append(item.toString());
    }
    return true;
}

bool read(const QJsonValue &json, bool &value)
{
    value = json.toBool();
    return json.isBool();
}

bool read(const QJsonValue &json, double &value)
{
    value = json.toDouble();
    return json.isDouble();
}

bool read(const QJsonValue &json, QJsonValue &value)
{
    value = json;
    return true;
}

bool read(const QJsonValue &json, QJsonObject &object)
{
    object = json.toObject();
    return json.isObject();
}

} // namespace hudhud::admin
