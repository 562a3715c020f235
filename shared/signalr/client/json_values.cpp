// SPDX-License-Identifier: GPL-3.0-or-later
#include "signalr/client/json_values.h"

#include <QJsonDocument>
#include <QJsonObject>

namespace hudhud::client {

QJsonValue toJson(const HubValue &value)
{
    using ValueKind = HubValue::Kind;
    switch (value.kind) {
    case ValueKind::Null:
        return QJsonValue::Null;
    case ValueKind::Boolean:
        return value.boolean;
    case ValueKind::Integer:
        return value.integer;
    case ValueKind::Real:
        return value.real;
    case ValueKind::String:
        return QString::fromUtf8(value.text);
    case ValueKind::Binary:
        return QString::fromLatin1(value.text.toByteArray().toBase64());
    case ValueKind::Array:
        return toJson(value.elements);
    case ValueKind::Object: {
        QJsonObject object;
        for (const HubValue &member : value.elements)
            object.insert(QString::fromUtf8(member.name), toJson(member));
        return object;
    }
    }
    return QJsonValue::Null;
}

QJsonArray toJson(const std::vector<HubValue> &values)
{
    QJsonArray array;
    for (const HubValue &value : values)
        array.append(toJson(value));
    return array;
}

QByteArray toText(const QJsonValue &value)
{
    const QByteArray array = QJsonDocument(QJsonArray{value.isUndefined() ? QJsonValue() : value})
                                 .toJson(QJsonDocument::Compact);
    return array.sliced(1, array.size() - 2); // Qt writes only arrays and objects as documents.
}

} // namespace hudhud::client
