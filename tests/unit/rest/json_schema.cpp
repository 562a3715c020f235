// SPDX-License-Identifier: GPL-3.0-or-later
#include "json_schema.h"

#include <QJsonArray>
#include <QRegularExpression>

#include <cmath>
#include <utility>

namespace hudhud {

namespace {

bool isOfType(const QJsonValue &value, const QString &type)
{
    switch (value.type()) {
    case QJsonValue::Object:
        return type == u"object";
    case QJsonValue::Array:
        return type == u"array";
    case QJsonValue::String:
        return type == u"string";
    case QJsonValue::Bool:
        return type == u"boolean";
    case QJsonValue::Double:
        return type == u"number" || (type == u"integer" && std::floor(value.toDouble()) == value.toDouble());
    case QJsonValue::Null:
        return type == u"null";
    default:
        return false;
    }
}

/// Unicode characters, not UTF-16 units: what JSON Schema counts.
qint64 characters(const QString &text)
{
    return text.toUcs4().size();
}

} // namespace

JsonSchema::JsonSchema(QJsonObject document)
    : m_document(std::move(document))
{
}

QJsonObject JsonSchema::resolve(const QString &reference) const
{
    QJsonObject object = m_document;
    const QStringList names = reference.mid(2).split(u'/');
    for (const QString &name : names)
        object = object.value(name).toObject();
    return object;
}

QStringList JsonSchema::violations(const QJsonValue &value, const QJsonObject &schema) const
{
    QStringList found;
    check(value, schema, QStringLiteral("$"), found);
    return found;
}

void JsonSchema::check(const QJsonValue &value, const QJsonObject &schema, const Path &path,
                       QStringList &found) const
{
    for (auto rule = schema.begin(); rule != schema.end(); ++rule)
        checkKeyword(rule.key(), rule.value(), value, schema, path, found);
}

void JsonSchema::checkKeyword(const QString &keyword, const QJsonValue &rule, const QJsonValue &value,
                              const QJsonObject &schema, const Path &path, QStringList &found) const
{
    static const QStringList notes{QStringLiteral("description"), QStringLiteral("examples"),
                                   QStringLiteral("default"), QStringLiteral("format")};
    static const QStringList sizes{QStringLiteral("minimum"), QStringLiteral("maximum"),
                                   QStringLiteral("minItems"), QStringLiteral("maxItems")};
    static const QStringList ofObjects{QStringLiteral("required"), QStringLiteral("properties"),
                                       QStringLiteral("additionalProperties"),
                                       QStringLiteral("propertyNames"), QStringLiteral("maxProperties")};
    static const QStringList ofTexts{QStringLiteral("pattern"), QStringLiteral("minLength"),
                                     QStringLiteral("maxLength")};
    if (notes.contains(keyword))
        return;
    if (keyword == u"$ref") {
        const QJsonObject target = resolve(rule.toString());
        if (target.isEmpty())
            found.append(path + QStringLiteral(": nothing at ") + rule.toString());
        check(value, target, path, found);
    } else if (keyword == u"type") {
        if (!isOfType(value, rule.toString()))
            found.append(path + QStringLiteral(": is not of type ") + rule.toString());
    } else if (keyword == u"enum" ? !rule.toArray().contains(value) : keyword == u"const" && rule != value) {
        found.append(path + QStringLiteral(": is none of the allowed values"));
    } else if (keyword == u"oneOf") {
        int matching = 0;
        for (const QJsonValue &option : rule.toArray())
            matching += violations(value, option.toObject()).isEmpty() ? 1 : 0;
        if (matching != 1)
            found.append(path + QStringLiteral(": matches %1 of oneOf").arg(matching));
    } else if (keyword == u"items") {
        const QJsonArray items = value.toArray();
        for (qsizetype i = 0; i < items.size(); ++i)
            check(items[i], rule.toObject(), path + QStringLiteral("[%1]").arg(i), found);
    } else if (sizes.contains(keyword)) {
        checkSize(keyword, rule, value, path, found);
    } else if (ofObjects.contains(keyword)) {
        if (value.isObject())
            checkObject(keyword, rule, value.toObject(), schema, path, found);
    } else if (ofTexts.contains(keyword)) {
        if (value.isString())
            checkText(keyword, rule, value.toString(), path, found);
    } else if (keyword != u"enum" && keyword != u"const") {
        found.append(path + QStringLiteral(": the checker does not know the keyword ") + keyword);
    }
}

void JsonSchema::checkSize(const QString &keyword, const QJsonValue &rule, const QJsonValue &value,
                           const Path &path, QStringList &found) const
{
    const double limit = rule.toDouble();
    bool holds = true;
    if (value.isDouble())
        holds = keyword == u"minimum" ? value.toDouble() >= limit
            : keyword == u"maximum"   ? value.toDouble() <= limit
                                      : true;
    else if (value.isArray())
        holds = keyword == u"minItems" ? static_cast<double>(value.toArray().size()) >= limit
            : keyword == u"maxItems"   ? static_cast<double>(value.toArray().size()) <= limit
                                       : true;
    if (!holds)
        found.append(path + QStringLiteral(": breaks ") + keyword);
}

void JsonSchema::checkText(const QString &keyword, const QJsonValue &rule, const QString &text,
                           const Path &path, QStringList &found) const
{
    const bool holds = keyword == u"pattern" ? QRegularExpression(rule.toString()).match(text).hasMatch()
        : keyword == u"minLength"            ? characters(text) >= rule.toInteger()
                                             : characters(text) <= rule.toInteger();
    if (!holds)
        found.append(path + QStringLiteral(": breaks ") + keyword);
}

void JsonSchema::checkObject(const QString &keyword, const QJsonValue &rule, const QJsonObject &object,
                             const QJsonObject &schema, const Path &path, QStringList &found) const
{
    const QJsonObject properties = schema.value(QLatin1String("properties")).toObject();
    if (keyword == u"required") {
        for (const QJsonValue &name : rule.toArray()) {
            if (!object.contains(name.toString()))
                found.append(path + QStringLiteral(": lacks ") + name.toString());
        }
    } else if (keyword == u"maxProperties") {
        if (object.size() > rule.toInteger())
            found.append(path + QStringLiteral(": breaks maxProperties"));
    }
    for (auto member = object.begin(); member != object.end(); ++member) {
        const Path memberPath = path + u'.' + member.key();
        if (keyword == u"propertyNames") {
            check(member.key(), rule.toObject(), memberPath, found);
        } else if (keyword == u"properties" && properties.contains(member.key())) {
            check(member.value(), properties.value(member.key()).toObject(), memberPath, found);
        } else if (keyword == u"additionalProperties" && !properties.contains(member.key())) {
            if (rule.isObject())
                check(member.value(), rule.toObject(), memberPath, found);
            else if (!rule.toBool())
                found.append(memberPath + QStringLiteral(": is not described"));
        }
    }
}

} // namespace hudhud
