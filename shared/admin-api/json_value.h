// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDateTime>
#include <QJsonArray>
#include <QJsonObject>
#include <QJsonValue>
#include <QString>
#include <QStringList>

#include <concepts>
#include <expected>
#include <optional>
#include <type_traits>
#include <vector>

/// The values of the admin API, for the server and the console.
namespace hudhud::admin {

/// A structure that names its members once, for reading and writing:
///
///     struct Point
///     {
///         qint64 x = 0;
///         template <typename Self, typename Visit> static void members(Self &self, Visit &&visit) { visit("x", self.x); }
///     };
template <typename T>
concept Described = requires(T &value) { T::members(value, [](const char *, auto &) {}); };

// Writing. Members without a value are left out: empty text, invalid times, empty optionals. Thread: any.

QJsonValue toJson(const QString &text);
/// RFC 3339 in UTC with milliseconds.
QJsonValue toJson(const QDateTime &time);
QJsonValue toJson(const QStringList &texts);
inline QJsonValue toJson(bool value) { return value; }
inline QJsonValue toJson(double value) { return value; }
inline QJsonValue toJson(const QJsonValue &value) { return value; }
inline QJsonValue toJson(const QJsonObject &object) { return object; }
template <typename T>
    requires(std::integral<T> && !std::same_as<T, bool>)
QJsonValue toJson(T number)
{
    return QJsonValue(static_cast<qint64>(number));
}
template <Described T> QJsonValue toJson(const T &value);
template <typename T> QJsonValue toJson(const std::vector<T> &values);
template <typename T> QJsonValue toJson(const std::optional<T> &value);

template <Described T> QJsonObject toObject(const T &value)
{
    QJsonObject object;
    T::members(value, [&object](const char *name, const auto &member) {
        const QJsonValue json = toJson(member);
        if (!json.isUndefined())
            object.insert(QLatin1StringView(name), json);
    });
    return object;
}

template <Described T> QJsonValue toJson(const T &value)
{
    return toObject(value);
}

template <typename T> QJsonValue toJson(const std::vector<T> &values)
{
    QJsonArray array;
    for (const T &value : values)
        array.append(toJson(value));
    return array;
}

template <typename T> QJsonValue toJson(const std::optional<T> &value)
{
    return value ? toJson(*value) : QJsonValue(QJsonValue::Undefined);
}

// Reading. A member that is missing keeps its default and an unknown one is ignored, so that console and server need not
// be of one version. Result: false for a value of another type.

bool read(const QJsonValue &json, QString &text);
bool read(const QJsonValue &json, QDateTime &time);
bool read(const QJsonValue &json, QStringList &texts);
bool read(const QJsonValue &json, bool &value);
bool read(const QJsonValue &json, double &value);
bool read(const QJsonValue &json, QJsonValue &value);
bool read(const QJsonValue &json, QJsonObject &object);
template <typename T>
    requires(std::integral<T> && !std::same_as<T, bool>)
bool read(const QJsonValue &json, T &number)
{
    if (!json.isDouble())
        return false;
    number = static_cast<T>(json.toInteger());
    return true;
}
template <Described T> bool read(const QJsonValue &json, T &value);
template <typename T> bool read(const QJsonValue &json, std::vector<T> &values);
template <typename T> bool read(const QJsonValue &json, std::optional<T> &value);

/// Reads an object. Result: the first member of the wrong type, empty when there is none.
template <Described T> QString readObject(const QJsonObject &object, T &value)
{
    QString wrong;
    T::members(value, [&](const char *name, auto &member) {
        const auto found = object.constFind(QLatin1StringView(name));
        if (found != object.constEnd() && wrong.isEmpty() && !read(QJsonValue(*found), member))
            wrong = QLatin1StringView(name);
    });
    return wrong;
}

template <Described T> bool read(const QJsonValue &json, T &value)
{
    return json.isObject() && readObject(json.toObject(), value).isEmpty();
}

template <typename T> bool read(const QJsonValue &json, std::vector<T> &values)
{
    if (!json.isArray())
        return false;
    values.clear();
    const QJsonArray array = json.toArray();
    for (const QJsonValue &item : array) {
        if (!read(item, values.emplace_back()))
            return false;
    }
    return true;
}

template <typename T> bool read(const QJsonValue &json, std::optional<T> &value)
{
    return read(json, value.emplace());
}

/// A whole answer. Error: one sentence that names the member that does not fit.
template <Described T> std::expected<T, QString> fromJson(const QJsonObject &object)
{
    T value;
    if (const QString wrong = readObject(object, value); !wrong.isEmpty())
        return std::unexpected(QStringLiteral("The member \"%1\" of the answer is not what it should be.").arg(wrong));
    return value;
}

} // namespace hudhud::admin
