// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QJsonArray>
#include <QJsonValue>
#include <QString>
#include <QStringList>

#include <expected>
#include <optional>

namespace hudhud {

/// What a configuration value may be; the same for the server's own keys and for plugins' settings.
enum class ValueType : quint8 { String, Integer, Number, Boolean, Duration, Size, Strings };

/// "string", "integer", "number", "boolean", "duration", "size", "strings".
QByteArrayView valueTypeName(ValueType type);
std::optional<ValueType> valueTypeFromName(QByteArrayView name);
QStringList valueTypeNames();

/// One key's type and limits. Thread: any, immutable.
struct ValueRule
{
    ValueType type = ValueType::String;
    std::optional<double> minimum = {}; ///< Durations: milliseconds; sizes: bytes.
    std::optional<double> maximum = {};
    QJsonArray allowed = {}; ///< Normalized values; empty: no restriction. For lists: of each item.
    bool isSecret = false; ///< The value never appears in messages.
    qint64 multipleOf = 1; ///< Integers, durations, sizes: the value has to be a multiple of this.
    /// Strings, and each item of lists: what is wrong with the text, or nothing.
    std::optional<QString> (*check)(const QString &text) = nullptr;
};

/// The value in its normal form: durations as milliseconds, sizes as bytes (both integers), the rest as it
/// is. Error: half a sentence that says what is expected and what is there: `must be an integer from 0 to
/// 256, is "two"`.
std::expected<QJsonValue, QString> checkedValue(const ValueRule &rule, const QJsonValue &value);

/// A value from text that has no type of its own (environment variables); lists are separated by commas. Text
/// that is no such value is given back as a string, which `checkedValue` then refuses.
QJsonValue valueFromText(ValueType type, const QString &text);

/// "an integer from 0 to 256", "a duration such as "30s" of at least 1ms", "one of human, json".
QString expectation(const ValueRule &rule);
/// The same in short, for documentation: "integer from 0 to 256".
QString limitsText(const ValueRule &rule);

/// A normalized value as it is written in TOML.
QString valueText(const ValueRule &rule, const QJsonValue &value);

/// The nearest of `candidates` by edit distance, or nothing when none is near.
std::optional<QString> nearestName(const QString &name, const QStringList &candidates);

/// `; did you mean "x"?` or nothing.
QString suggestion(const QString &name, const QStringList &candidates);

} // namespace hudhud
