// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/body_reader.h"

#include "admin/query_reader.h"
#include "message_reader.h"

#include <algorithm>
#include <array>

namespace hudhud {

BodyReader::BodyReader(const simdjson::dom::object &body, std::span<const QByteArrayView> known, FieldProblems &problems)
    : m_body(body)
    , m_problems(problems)
{
    for (const simdjson::dom::key_value_pair member : body) {
        const QByteArrayView name(member.key.data(), static_cast<qsizetype>(member.key.size()));
        if (std::ranges::find(known, name) == known.end())
            problems.add(shortened(name), unknownName(name, known));
    }
}

std::optional<simdjson::dom::element> BodyReader::find(QByteArrayView name) const
{
    simdjson::dom::element element;
    const std::string_view key(name.data(), static_cast<std::size_t>(name.size()));
    return m_body.at_key(key).get(element) == simdjson::SUCCESS ? std::optional(element) : std::nullopt;
}

std::optional<QByteArray> BodyReader::text(QByteArrayView name, qsizetype maximumBytes) const
{
    const auto element = find(name);
    if (!element)
        return std::nullopt;
    std::string_view text;
    if (element->get_string().get(text) != simdjson::SUCCESS || static_cast<qsizetype>(text.size()) > maximumBytes) {
        m_problems.add(name, "must be text of at most " + QByteArray::number(maximumBytes) + " bytes.");
        return std::nullopt;
    }
    return QByteArray(text.data(), static_cast<qsizetype>(text.size()));
}

QByteArray BodyReader::requiredText(QByteArrayView name, qsizetype maximumBytes) const
{
    const int problemsBefore = m_problems.count();
    QByteArray value = text(name, maximumBytes).value_or(QByteArray());
    if (value.trimmed().isEmpty() && m_problems.count() == problemsBefore)
        m_problems.add(name, "is missing or empty; give 1 to " + QByteArray::number(maximumBytes) + " bytes of text.");
    return value;
}

std::optional<qint64> BodyReader::number(QByteArrayView name, qint64 minimum, qint64 maximum) const
{
    const auto element = find(name);
    if (!element)
        return std::nullopt;
    int64_t number = 0;
    if (element->get_int64().get(number) != simdjson::SUCCESS || number < minimum || number > maximum) {
        m_problems.add(name,
                       "must be a whole number from " + QByteArray::number(minimum) + " to " + QByteArray::number(maximum)
                           + '.');
        return std::nullopt;
    }
    return number;
}

std::optional<Timestamp> BodyReader::time(QByteArrayView name) const
{
    if (!find(name))
        return std::nullopt;
    std::string_view text;
    std::optional<Timestamp> time;
    if (find(name)->get_string().get(text) == simdjson::SUCCESS)
        time = parseTime(QByteArrayView(text.data(), static_cast<qsizetype>(text.size())));
    if (!time)
        m_problems.add(name, "must be an RFC 3339 time with its offset, like \"2030-01-31T18:00:00Z\".");
    return time;
}

std::vector<QByteArray> BodyReader::texts(QByteArrayView name) const
{
    std::vector<QByteArray> texts;
    const auto element = find(name);
    simdjson::dom::array array;
    if (!element)
        return texts;
    if (element->get_array().get(array) != simdjson::SUCCESS) {
        m_problems.add(name, "must be a list of texts.");
        return texts;
    }
    for (const simdjson::dom::element item : array) {
        std::string_view text;
        if (item.get_string().get(text) != simdjson::SUCCESS) {
            m_problems.add(name, "must be a list of texts.");
            return texts;
        }
        texts.emplace_back(text.data(), static_cast<qsizetype>(text.size()));
    }
    return texts;
}

QByteArray readReasonOnly(const simdjson::dom::object &body, FieldProblems &problems)
{
    static constexpr std::array<QByteArrayView, 1> Known{"reason"};
    return BodyReader(body, Known, problems).requiredText("reason", LongestOperatorReason);
}

} // namespace hudhud
