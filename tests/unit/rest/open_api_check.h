// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "json_schema.h"
#include "plugin-api/http.h"

namespace hudhud {

/// Holds requests and answers against the OpenAPI document.
class OpenApiCheck
{
public:
    explicit OpenApiCheck(const QJsonObject &document);
    /// resources/openapi/hudhud.json below `sourceDirectory`.
    static OpenApiCheck fromSource(const QString &sourceDirectory);

    /// One line for each rule that the answer breaks: status, headers, media type, body. `path` without
    /// query.
    QStringList violations(HttpMethod method, const QByteArray &path, const HttpResponse &answer) const;
    /// The same for a value and one of the schemas of `components`.
    QStringList violations(const QString &schema, const QJsonValue &value) const;

    const QJsonObject &document() const { return m_document; }
    /// The operation that describes a request; empty if there is none.
    QJsonObject operation(HttpMethod method, const QByteArray &path) const;

private:
    QJsonObject m_document;
    JsonSchema m_schema;
};

} // namespace hudhud
