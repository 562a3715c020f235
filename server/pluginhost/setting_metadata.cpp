// SPDX-License-Identifier: GPL-3.0-or-later
#include "pluginhost/setting_metadata.h"

#include <QJsonArray>
#include <QRegularExpression>

namespace hudhud {

namespace {

const QStringList KnownFields{QStringLiteral("type"),        QStringLiteral("default"),
                              QStringLiteral("description"), QStringLiteral("minimum"),
                              QStringLiteral("maximum"),     QStringLiteral("allowed"),
                              QStringLiteral("required"),    QStringLiteral("secret")};

bool isOrdered(ValueType type)
{
    return type == ValueType::Integer || type == ValueType::Number || type == ValueType::Duration
        || type == ValueType::Size;
}

/// A value of the schema itself in its normal form; unlike in configurations, durations may be whole
/// milliseconds.
std::expected<QJsonValue, QString> schemaValue(const ValueRule &rule, const QJsonValue &value)
{
    if (rule.type != ValueType::Duration || !value.isDouble())
        return checkedValue(rule, value);
    ValueRule milliseconds = rule;
    milliseconds.type = ValueType::Integer;
    return checkedValue(milliseconds, value);
}

using Problem = std::optional<QString>;

Problem readBound(const QJsonObject &object, const QString &field, const ValueRule &rule,
                  std::optional<double> &bound)
{
    const QJsonValue value = object.value(field);
    if (value.isUndefined())
        return std::nullopt;
    if (!isOrdered(rule.type))
        return QStringLiteral("%1 is for integers, numbers, durations and sizes only").arg(field);
    const std::expected<QJsonValue, QString> normalized = schemaValue({.type = rule.type}, value);
    if (!normalized)
        return field + u' ' + normalized.error();
    bound = normalized->toDouble();
    return std::nullopt;
}

Problem readAllowed(const QJsonObject &object, ValueRule &rule)
{
    const QJsonValue value = object.value(QLatin1String("allowed"));
    if (value.isUndefined())
        return std::nullopt;
    const QJsonArray items = value.toArray();
    if (items.isEmpty())
        return QStringLiteral("allowed must be a list of at least one value");
    const ValueType itemType = rule.type == ValueType::Strings ? ValueType::String : rule.type;
    for (const QJsonValue &item : items) {
        const std::expected<QJsonValue, QString> normalized = schemaValue({.type = itemType}, item);
        if (!normalized)
            return QStringLiteral("allowed: each ") + normalized.error();
        rule.allowed.append(*normalized);
    }
    return std::nullopt;
}

Problem readFlag(const QJsonObject &object, const QString &field, bool &flag)
{
    const QJsonValue value = object.value(field);
    if (!value.isUndefined() && !value.isBool())
        return field + QStringLiteral(" must be true or false");
    flag = value.toBool();
    return std::nullopt;
}

Problem readDefault(const QJsonObject &object, PluginSetting &setting)
{
    const QJsonValue value = object.value(QLatin1String("default"));
    if (value.isUndefined())
        return std::nullopt;
    if (setting.isRequired)
        return QStringLiteral("required and default exclude each other");
    const std::expected<QJsonValue, QString> normalized = schemaValue(setting.rule, value);
    if (!normalized)
        return QStringLiteral("default ") + normalized.error();
    setting.defaultValue = *normalized;
    return std::nullopt;
}

Problem readRange(const QJsonObject &object, ValueRule &rule)
{
    if (const Problem problem = readBound(object, QStringLiteral("minimum"), rule, rule.minimum))
        return problem;
    if (const Problem problem = readBound(object, QStringLiteral("maximum"), rule, rule.maximum))
        return problem;
    if (rule.minimum && rule.maximum && *rule.minimum > *rule.maximum)
        return QStringLiteral("minimum is above maximum");
    return readAllowed(object, rule);
}

Problem readText(const QString &key, const QJsonObject &object, PluginSetting &setting)
{
    static const QRegularExpression keyPattern(QStringLiteral("\\A[a-z][a-z0-9_]{0,63}\\z"));
    if (!keyPattern.match(key).hasMatch())
        return QStringLiteral("the key must be a-z first, then up to 63 of a-z 0-9 _");
    for (const QString &field : object.keys()) {
        if (!KnownFields.contains(field))
            return QStringLiteral("unknown field %1%2").arg(field, suggestion(field, KnownFields));
    }
    setting.key = key.toUtf8();
    setting.description = object.value(QLatin1String("description")).toString();
    if (setting.description.trimmed().isEmpty() || setting.description.contains(u'\n'))
        return QStringLiteral("description must be one line of text");
    return std::nullopt;
}

} // namespace

std::expected<PluginSetting, QString> readPluginSetting(const QString &key, const QJsonValue &value)
{
    if (!value.isObject())
        return std::unexpected(QStringLiteral("must be an object with type and description"));
    const QJsonObject object = value.toObject();
    PluginSetting setting;
    if (const Problem problem = readText(key, object, setting))
        return std::unexpected(*problem);
    const auto type = valueTypeFromName(object.value(QLatin1String("type")).toString().toUtf8());
    if (!type)
        return std::unexpected(QStringLiteral("type must be one of ")
                               + valueTypeNames().join(QStringLiteral(", ")));
    setting.rule.type = *type;
    if (const Problem problem = readRange(object, setting.rule))
        return std::unexpected(*problem);
    if (const Problem problem = readFlag(object, QStringLiteral("required"), setting.isRequired))
        return std::unexpected(*problem);
    if (const Problem problem = readFlag(object, QStringLiteral("secret"), setting.rule.isSecret))
        return std::unexpected(*problem);
    if (const Problem problem = readDefault(object, setting))
        return std::unexpected(*problem);
    return setting;
}

} // namespace hudhud
