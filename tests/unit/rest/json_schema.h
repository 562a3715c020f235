// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QJsonObject>
#include <QStringList>

namespace hudhud {

/// The part of JSON Schema 2020-12 that our OpenAPI document uses. A keyword it does not know is reported as
/// a violation, so that no rule is skipped unnoticed.
class JsonSchema
{
public:
    /// `document`: what "#/…" references point into.
    explicit JsonSchema(QJsonObject document);

    /// One line for each rule that `value` breaks, with the path of the value.
    QStringList violations(const QJsonValue &value, const QJsonObject &schema) const;
    /// The object that a "#/…" reference names.
    QJsonObject resolve(const QString &reference) const;

private:
    using Path = QString;

    void check(const QJsonValue &value, const QJsonObject &schema, const Path &path,
               QStringList &found) const;
    void checkKeyword(const QString &keyword, const QJsonValue &rule, const QJsonValue &value,
                      const QJsonObject &schema, const Path &path, QStringList &found) const;
    void checkText(const QString &keyword, const QJsonValue &rule, const QString &text, const Path &path,
                   QStringList &found) const;
    void checkObject(const QString &keyword, const QJsonValue &rule, const QJsonObject &object,
                     const QJsonObject &schema, const Path &path, QStringList &found) const;
    void checkSize(const QString &keyword, const QJsonValue &rule, const QJsonValue &value, const Path &path,
                   QStringList &found) const;

    QJsonObject m_document;
};

} // namespace hudhud
