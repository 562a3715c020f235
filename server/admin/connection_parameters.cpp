// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/connection_parameters.h"

#include "core/to_bytes.h"
#include "message_reader.h"

#include <array>
#include <limits>

namespace hudhud {

namespace {

constexpr std::array<QByteArrayView, 8> FilterNames{"recipient", "hub",  "transport", "protocol",
                                                    "status",    "slow", "backlog",   "idleSeconds"};
constexpr std::array<QByteArrayView, 2> Hubs{"online-mobile-user", "business-user"};
constexpr std::array<QByteArrayView, 3> Transports{"WebSockets", "ServerSentEvents", "LongPolling"};
constexpr std::array<QByteArrayView, 2> Protocols{"json", "messagepack"};
constexpr std::array<QByteArrayView, 3> ShownStatuses{"Connected", "Idle", "Reconnecting"};
/// As ConnectionOrder.
constexpr std::array<QByteArrayView, 5> Orders{"connectedAt", "lastActivity", "inFlight", "unsentBytes", "recipient"};
constexpr std::array<QByteArrayView, 2> Directions{"desc", "asc"};
constexpr qint64 LongestIdle = 365LL * 24 * 3'600;
constexpr qsizetype LongestReason = 500;

template <std::size_t First, std::size_t Second>
constexpr auto joined(const std::array<QByteArrayView, First> &first, const std::array<QByteArrayView, Second> &second)
{
    std::array<QByteArrayView, First + Second> all;
    std::copy(first.begin(), first.end(), all.begin());
    std::copy(second.begin(), second.end(), all.begin() + First);
    return all;
}

QByteArray chosen(const QueryReader &query, QByteArrayView name, std::span<const QByteArrayView> names)
{
    const auto index = query.choice(name, names);
    return index ? names[*index].toByteArray() : QByteArray();
}

ConnectionFilter readConnectionFilter(const QueryReader &query)
{
    ConnectionFilter filter;
    if (const auto recipient = query.text("recipient")) {
        if (!Recipient::fromString(*recipient))
            query.problems().add("recipient", shown(*recipient) + " is no phone number of 7 to 15 digits.");
        filter.user = *recipient;
    }
    filter.hub = chosen(query, "hub", Hubs);
    filter.transport = chosen(query, "transport", Transports);
    filter.protocol = chosen(query, "protocol", Protocols);
    if (const QByteArray status = chosen(query, "status", ShownStatuses); !status.isEmpty())
        filter.status = connectionStatusFromName(status);
    filter.isSlow = query.flag("slow").value_or(false);
    filter.hasBacklog = query.flag("backlog").value_or(false);
    if (const auto idle = query.number("idleSeconds", 1, LongestIdle))
        filter.idleFor = std::chrono::seconds(*idle);
    return filter;
}

/// `text` came as part of a URL: as cursorText wrote it.
std::optional<ConnectionPlace> placeFromText(const QByteArray &text)
{
    const auto decoded = QByteArray::fromBase64Encoding(text, QByteArray::Base64UrlEncoding
                                                                  | QByteArray::AbortOnBase64DecodingErrors);
    if (decoded.decodingStatus != QByteArray::Base64DecodingStatus::Ok)
        return std::nullopt;
    const QList<QByteArray> parts = decoded.decoded.split('\n');
    bool isNumber = false;
    ConnectionPlace place;
    if (parts.size() == 3)
        place = {.number = parts[0].toLongLong(&isNumber), .text = parts[1], .connectionId = parts[2]};
    return isNumber ? std::optional(place) : std::nullopt;
}

/// The same names as in a query, with numbers and truth values as JSON has them.
QByteArray filterQuery(const simdjson::dom::object &filter, FieldProblems &problems)
{
    QByteArray query;
    for (const simdjson::dom::key_value_pair member : filter) {
        const QByteArray name(member.key.data(), static_cast<qsizetype>(member.key.size()));
        QByteArray value;
        std::string_view text;
        qint64 number = 0;
        bool flag = false;
        if (member.value.get_string().get(text) == simdjson::SUCCESS) {
            value = QByteArray(text.data(), static_cast<qsizetype>(text.size()));
        } else if (int64_t given = 0; member.value.get_int64().get(given) == simdjson::SUCCESS) {
            number = given;
            value = QByteArray::number(number);
        } else if (member.value.get_bool().get(flag) == simdjson::SUCCESS) {
            value = flag ? "true" : "false";
        } else {
            problems.add("filter." + shortened(name).toByteArray(), "must be text, a whole number, true or false.");
            continue;
        }
        query.append(query.isEmpty() ? "" : "&").append(name.toPercentEncoding()).append('=').append(value.toPercentEncoding());
    }
    return query;
}

} // namespace

ConnectionListQuery readConnectionListQuery(QByteArrayView text, FieldProblems &problems)
{
    static constexpr std::array<QByteArrayView, 6> Further{"sort", "order", "limit", "cursor", "node", "reveal"};
    static constexpr auto Known = joined(FilterNames, Further);
    const QueryReader query(text, Known, problems);
    ConnectionListQuery list;
    list.query.filter = readConnectionFilter(query);
    list.query.order = static_cast<ConnectionOrder>(query.choice("sort", Orders).value_or(0));
    list.query.isAscending = query.choice("order", Directions).value_or(0) == 1;
    list.query.limit = static_cast<int>(query.number("limit", 1, MaximumPage).value_or(list.query.limit));
    if (const auto cursor = query.text("cursor")) {
        list.query.after = placeFromText(*cursor);
        if (!list.query.after)
            problems.add("cursor", shown(*cursor) + " is no cursor; give the nextCursor of the page before.");
    }
    list.node = query.text("node").value_or(QByteArray());
    list.isRevealing = query.flag("reveal").value_or(false);
    // The order itself, and the cursor, would tell the numbers.
    if (list.query.order == ConnectionOrder::User && !list.isRevealing)
        problems.add("sort", "can be recipient only together with reveal=true.");
    return list;
}

ConnectionListQuery readConnectionCountQuery(QByteArrayView text, FieldProblems &problems)
{
    static constexpr std::array<QByteArrayView, 1> Further{"node"};
    static constexpr auto Known = joined(FilterNames, Further);
    const QueryReader query(text, Known, problems);
    ConnectionListQuery list;
    list.query.filter = readConnectionFilter(query);
    list.query.limit = 0;
    list.node = query.text("node").value_or(QByteArray());
    return list;
}

DisconnectRequest readDisconnectRequest(const simdjson::dom::object &body, FieldProblems &problems)
{
    static constexpr std::array<QByteArrayView, 3> Known{"filter", "dryRun", "reason"};
    DisconnectRequest request;
    bool hasFilter = false;
    for (const simdjson::dom::key_value_pair member : body) {
        const QByteArrayView name(member.key.data(), static_cast<qsizetype>(member.key.size()));
        simdjson::dom::object filter;
        std::string_view reason;
        if (name == Known[0]) {
            hasFilter = member.value.get_object().get(filter) == simdjson::SUCCESS;
            if (hasFilter) {
                const QByteArray query = filterQuery(filter, problems);
                request.filter = readConnectionFilter(QueryReader(query, FilterNames, problems));
            }
        } else if (name == Known[1]) {
            if (member.value.get_bool().get(request.isDryRun) != simdjson::SUCCESS)
                problems.add(name, "must be true or false.");
        } else if (name == Known[2]) {
            if (member.value.get_string().get(reason) != simdjson::SUCCESS || reason.size() > LongestReason)
                problems.add(name, "must be text of at most 500 bytes.");
            request.reason = QByteArray(reason.data(), static_cast<qsizetype>(reason.size()));
        } else {
            problems.add(shortened(name), unknownName(name, Known));
        }
    }
    if (!hasFilter)
        problems.add("filter", "must be an object that says which connections; {} means all.");
    if (!request.isDryRun && request.reason.trimmed().isEmpty())
        problems.add("reason", "is missing; say why in 1 to 500 bytes, for the audit.");
    return request;
}

QByteArray cursorText(const ConnectionPlace &place)
{
    const QByteArray text = QByteArray::number(place.number) + '\n' + place.text + '\n' + place.connectionId;
    return text.toBase64(QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals);
}

} // namespace hudhud
