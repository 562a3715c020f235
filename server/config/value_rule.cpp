// SPDX-License-Identifier: GPL-3.0-or-later
#include "config/value_rule.h"

#include "config/units.h"

#include <QJsonDocument>
#include <QLocale>

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <vector>

namespace hudhud {

namespace {

struct TypeInfo
{
    ValueType type;
    QByteArrayView name;
    const char *description;
};

constexpr std::array Types{
    TypeInfo{ValueType::String, "string", "a string"},
    TypeInfo{ValueType::Integer, "integer", "an integer"},
    TypeInfo{ValueType::Number, "number", "a number"},
    TypeInfo{ValueType::Boolean, "boolean", "true or false"},
    TypeInfo{ValueType::Duration, "duration", "a duration such as \"500ms\", \"30s\" or \"24h\""},
    TypeInfo{ValueType::Size, "size", "a size such as \"16KiB\" or \"1MiB\""},
    TypeInfo{ValueType::Strings, "strings", "a list of strings"},
};

bool isWholeNumber(const QJsonValue &value)
{
    constexpr double Exact = 9'007'199'254'740'992; // 2^53: beyond this a double skips integers.
    const double number = value.toDouble(0.5);
    return value.isDouble() && std::trunc(number) == number && std::abs(number) <= Exact;
}

/// The value in its normal form, or nothing when it is of another type.
std::optional<QJsonValue> normalized(ValueType type, const QJsonValue &value)
{
    const auto asJson = [](auto number) { return QJsonValue(qint64(number)); };
    switch (type) {
    case ValueType::String:
        return value.isString() ? std::optional(value) : std::nullopt;
    case ValueType::Integer:
        return isWholeNumber(value) ? std::optional(asJson(value.toInteger())) : std::nullopt;
    case ValueType::Number:
        return value.isDouble() && std::isfinite(value.toDouble()) ? std::optional(value) : std::nullopt;
    case ValueType::Boolean:
        return value.isBool() ? std::optional(value) : std::nullopt;
    case ValueType::Duration:
        return parseDuration(value.toString().toUtf8()).transform([&](auto d) { return asJson(d.count()); });
    case ValueType::Size:
        if (isWholeNumber(value))
            return asJson(value.toInteger());
        return parseSize(value.toString().toUtf8()).transform(asJson);
    case ValueType::Strings: {
        const QJsonArray items = value.toArray();
        const auto isString = [](const QJsonValue &item) { return item.isString(); };
        const bool isList = value.isArray() && std::all_of(items.begin(), items.end(), isString);
        return isList ? std::optional(value) : std::nullopt;
    }
    }
    return std::nullopt;
}

bool isNumeric(ValueType type)
{
    return type == ValueType::Integer || type == ValueType::Number || type == ValueType::Duration
        || type == ValueType::Size;
}

QString numberText(ValueType type, double number)
{
    if (type == ValueType::Duration)
        return QString::fromLatin1(formatDuration(std::chrono::milliseconds(qint64(number))));
    if (type == ValueType::Size)
        return QString::fromLatin1(formatSize(qint64(number)));
    return QString::number(number, 'g', 15);
}

bool isAllowed(const ValueRule &rule, const QJsonValue &value)
{
    if (rule.allowed.isEmpty())
        return true;
    if (rule.type != ValueType::Strings)
        return rule.allowed.contains(value);
    const QJsonArray items = value.toArray();
    return std::all_of(items.begin(), items.end(),
                       [&](const QJsonValue &item) { return rule.allowed.contains(item); });
}

bool isInRange(const ValueRule &rule, const QJsonValue &value)
{
    if (!isNumeric(rule.type))
        return true;
    const double number = value.toDouble();
    return number >= rule.minimum.value_or(number) && number <= rule.maximum.value_or(number)
        && (rule.type == ValueType::Number || value.toInteger() % rule.multipleOf == 0);
}

QString shown(const ValueRule &rule, const QJsonValue &value)
{
    if (rule.isSecret)
        return QStringLiteral("something else (the value is secret and not shown)");
    constexpr int Longest = 60;
    const QByteArray json = QJsonDocument(QJsonArray{value}).toJson(QJsonDocument::Compact);
    const QString text = QString::fromUtf8(json.sliced(1, json.size() - 2));
    return text.size() > Longest ? text.first(Longest) + QStringLiteral("…") : text;
}

QString allowedText(const ValueRule &rule)
{
    QStringList names;
    for (const QJsonValue &value : rule.allowed)
        names.append(isNumeric(rule.type) ? numberText(rule.type, value.toDouble()) : value.toString());
    return names.join(QStringLiteral(", "));
}

QString rangeText(const ValueRule &rule)
{
    QString text;
    if (rule.minimum && rule.maximum)
        text = QStringLiteral(" from %1 to %2")
                   .arg(numberText(rule.type, *rule.minimum), numberText(rule.type, *rule.maximum));
    else if (rule.minimum)
        text = QStringLiteral(" of at least %1").arg(numberText(rule.type, *rule.minimum));
    else if (rule.maximum)
        text = QStringLiteral(" of at most %1").arg(numberText(rule.type, *rule.maximum));
    if (rule.multipleOf > 1)
        text += QStringLiteral(" in steps of %1").arg(numberText(rule.type, double(rule.multipleOf)));
    return text;
}

} // namespace

QByteArrayView valueTypeName(ValueType type)
{
    return std::ranges::find(Types, type, &TypeInfo::type)->name;
}

std::optional<ValueType> valueTypeFromName(QByteArrayView name)
{
    const auto row = std::ranges::find(Types, name, &TypeInfo::name);
    return row == Types.end() ? std::nullopt : std::optional(row->type);
}

QStringList valueTypeNames()
{
    QStringList names;
    for (const TypeInfo &info : Types)
        names.append(QString::fromLatin1(info.name));
    return names;
}

std::expected<QJsonValue, QString> checkedValue(const ValueRule &rule, const QJsonValue &value)
{
    const std::optional<QJsonValue> normal = normalized(rule.type, value);
    if (!normal || !isInRange(rule, *normal) || !isAllowed(rule, *normal))
        return std::unexpected(
            QStringLiteral("must be %1, is %2").arg(expectation(rule), shown(rule, value)));
    if (rule.check) {
        const QJsonArray texts = normal->isArray() ? normal->toArray() : QJsonArray{*normal};
        for (const QJsonValue &text : texts) {
            if (const std::optional<QString> problem = rule.check(text.toString()))
                return std::unexpected(*problem);
        }
    }
    return *normal;
}

QJsonValue valueFromText(ValueType type, const QString &text)
{
    bool isNumber = false;
    switch (type) {
    case ValueType::Integer:
    case ValueType::Size: {
        const qint64 integer = text.toLongLong(&isNumber);
        return isNumber ? QJsonValue(integer) : QJsonValue(text);
    }
    case ValueType::Number: {
        const double number = text.toDouble(&isNumber);
        return isNumber ? QJsonValue(number) : QJsonValue(text);
    }
    case ValueType::Boolean:
        if (text == QLatin1String("true") || text == QLatin1String("false"))
            return text == QLatin1String("true");
        return text;
    case ValueType::Strings: {
        QJsonArray items;
        for (const QString &item : text.split(u',', Qt::SkipEmptyParts))
            items.append(item.trimmed());
        return items;
    }
    case ValueType::String:
    case ValueType::Duration:
        break;
    }
    return text;
}

QString expectation(const ValueRule &rule)
{
    if (!rule.allowed.isEmpty())
        return (rule.type == ValueType::Strings ? QStringLiteral("a list of ") : QStringLiteral("one of "))
            + allowedText(rule);
    return QString::fromLatin1(std::ranges::find(Types, rule.type, &TypeInfo::type)->description)
        + rangeText(rule);
}

QString limitsText(const ValueRule &rule)
{
    if (!rule.allowed.isEmpty())
        return allowedText(rule);
    return QString::fromLatin1(valueTypeName(rule.type)) + rangeText(rule);
}

QString valueText(const ValueRule &rule, const QJsonValue &value)
{
    if (rule.type == ValueType::Duration || rule.type == ValueType::Size)
        return u'"' + numberText(rule.type, value.toDouble()) + u'"';
    if (rule.type == ValueType::Number) {
        // TOML tells floats from integers by the point.
        const QString text = QString::number(value.toDouble(), 'g', QLocale::FloatingPointShortest);
        return text.contains(u'.') || text.contains(u'e') ? text : text + QStringLiteral(".0");
    }
    // Strings, lists of strings, integers and booleans are written alike in JSON and TOML.
    const QByteArray json = QJsonDocument(QJsonArray{value}).toJson(QJsonDocument::Compact);
    return QString::fromUtf8(json.sliced(1, json.size() - 2));
}

std::optional<QString> nearestName(const QString &name, const QStringList &candidates)
{
    const auto distance = [&name](const QString &other) {
        std::vector<qsizetype> row(static_cast<std::size_t>(other.size()) + 1);
        std::iota(row.begin(), row.end(), 0);
        for (qsizetype i = 0; i < name.size(); ++i) {
            qsizetype diagonal = std::exchange(row[0], i + 1);
            for (std::size_t j = 1; j < row.size(); ++j) {
                const qsizetype change = diagonal + (name[i] != other[static_cast<qsizetype>(j) - 1]);
                diagonal = row[j];
                row[j] = std::min({change, row[j] + 1, row[j - 1] + 1});
            }
        }
        return row.back();
    };
    const auto nearest = std::ranges::min_element(candidates, {}, distance);
    if (nearest == candidates.end() || distance(*nearest) > std::max<qsizetype>(2, name.size() / 3))
        return std::nullopt;
    return *nearest;
}

QString suggestion(const QString &name, const QStringList &candidates)
{
    const std::optional<QString> nearest = nearestName(name, candidates);
    return nearest ? QStringLiteral("; did you mean \"%1\"?").arg(*nearest) : QString();
}

} // namespace hudhud
