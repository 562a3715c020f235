// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "array_literal.h"
#include "stored_text.h"

#include <QVariant>

#include <concepts>
#include <type_traits>

namespace hudhud {

/// Text as a parameter; empty becomes NULL.
struct Text
{
    QByteArrayView view;
};
/// Bytes as a parameter; empty becomes NULL.
struct Bytes
{
    QByteArrayView view;
};

// Parameters of statements. Null for NULL.
template <typename T>
    requires std::integral<T> || std::is_enum_v<T>
QVariant toParameter(T value)
{
    if constexpr (std::same_as<T, bool>)
        return value;
    else
        return QVariant(static_cast<qint64>(value));
}
inline QVariant toParameter(Timestamp time) { return QVariant(qint64(time.time_since_epoch().count())); }
inline QVariant toParameter(const MessageId &id) { return QString::fromLatin1(id.toString()); }
inline QVariant toParameter(const ArrayLiteral &array) { return array.toString(); }
inline QVariant toParameter(Text text)
{
    return text.view.isEmpty() ? QVariant() : QVariant(QString::fromUtf8(toStoredText(text.view)));
}
inline QVariant toParameter(Bytes bytes)
{
    return bytes.view.isEmpty() ? QVariant() : QVariant(bytes.view.toByteArray());
}
template <typename T> QVariant toParameter(const std::optional<T> &value)
{
    return value ? toParameter(*value) : QVariant();
}

} // namespace hudhud
