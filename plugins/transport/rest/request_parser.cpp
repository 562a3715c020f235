// SPDX-License-Identifier: GPL-3.0-or-later
#include "request_parser.h"

#include <QJsonDocument>
#include <QJsonParseError>

#include <algorithm>

namespace hudhud {

namespace {

constexpr std::size_t InitialCapacity = 64 * 1024;

Error invalid(const QString &message)
{
    return Error(ErrorCode::InvalidRequest, message);
}

/// The fast parser does not say where it stopped; a second one that does is good enough once something is
/// wrong.
Error syntaxError(simdjson::error_code code, QByteArrayView body)
{
    QJsonParseError reason;
    QJsonDocument::fromJson(QByteArray::fromRawData(body.data(), body.size()), &reason);
    if (reason.error == QJsonParseError::NoError) {
        return invalid(
            QStringLiteral("The body is not valid JSON (RFC 8259): %1. Check it with a JSON validator and "
                           "send it again.")
                .arg(QLatin1String(simdjson::error_message(code))));
    }
    const QByteArrayView before = body.first(std::clamp<qsizetype>(reason.offset, 0, body.size()));
    const auto line = std::ranges::count(before, '\n') + 1;
    const qsizetype column = before.size() - before.lastIndexOf('\n');
    return invalid(
        QStringLiteral("The body is not valid JSON at line %1, column %2 (byte %3): %4. Mend it there and "
                       "send it again.")
            .arg(line)
            .arg(column)
            .arg(before.size())
            .arg(reason.errorString()));
}

Error describe(simdjson::error_code code, QByteArrayView body)
{
    switch (code) {
    case simdjson::EMPTY:
        return invalid(QStringLiteral("The body is empty; send a JSON object."));
    case simdjson::UTF8_ERROR:
        return invalid(QStringLiteral("The body is not valid UTF-8; JSON has to be sent as UTF-8."));
    case simdjson::DEPTH_ERROR:
        return invalid(
            QStringLiteral("The body is nested deeper than %1 levels; no request needs more than four.")
                .arg(RequestParser::MaximumDepth));
    case simdjson::MEMALLOC:
    case simdjson::CAPACITY:
        return Error(ErrorCode::Internal, QStringLiteral("There was no memory to read the request."));
    case simdjson::INCORRECT_TYPE:
        return invalid(QStringLiteral("The body must be a JSON object, like {\"recipient\": …}."));
    default:
        return syntaxError(code, body);
    }
}

} // namespace

// Growing later keeps the depth that is set here.
RequestParser::RequestParser()
    : m_allocated(m_parser.allocate(InitialCapacity, MaximumDepth))
{
}

Result<simdjson::dom::object> RequestParser::parse(QByteArrayView body)
{
    if (m_allocated != simdjson::SUCCESS)
        return std::unexpected(describe(m_allocated, body));
    if (body.isEmpty())
        return std::unexpected(describe(simdjson::EMPTY, body));
    simdjson::dom::object root;
    // Copies into the parser's own padded buffer, which it keeps.
    const simdjson::error_code code
        = m_parser.parse(body.data(), static_cast<std::size_t>(body.size()), true).get_object().get(root);
    if (code != simdjson::SUCCESS)
        return std::unexpected(describe(code, body));
    return root;
}

} // namespace hudhud
