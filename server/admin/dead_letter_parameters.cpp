// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/dead_letter_parameters.h"

#include "admin/query_reader.h"
#include "core/json_text.h"
#include "core/to_bytes.h"
#include "message_reader.h"

#include <algorithm>
#include <array>
#include <utility>

namespace hudhud {

namespace {

using simdjson::dom::element;
using simdjson::dom::object;

constexpr qsizetype LongestText = 256;
constexpr int DefaultCanaryPercent = 10;
constexpr int DefaultCanarySeconds = 300;
constexpr int MaximumCanarySeconds = 24 * 3'600;
constexpr std::array<QByteArrayView, 4> ClassNames{"transient", "permanent", "system", "business"};

/// The fields of a filter, in queries and bodies alike; then what only a list has.
constexpr std::array<QByteArrayView, 12> FilterFields{
    "reason",     "class",          "recipient", "signature",  "text",  "metadata",
    "minimumAttempts", "maximumReplays", "diedAfter", "diedBefore", "discarded", "limit"};
constexpr auto PlainFilterFields = std::span(FilterFields).first<11>();

/// Reads one field of a filter from its text and notes what is wrong with it.
class FilterReader
{
public:
    FilterReader(DeadLetterFilter &filter, FieldProblems &problems)
        : m_filter(filter)
        , m_problems(problems)
    {
    }

    void read(QByteArrayView name, QByteArrayView value)
    {
        if (name == "reason")
            readName(name, value, m_filter.reason, deadLetterReasonFromName(value),
                     "attempts-used-up, delivery-limit, rejected, expired, superseded, permanent-error");
        else if (name == "class")
            readName(name, value, m_filter.errorClass, classFromName(value), "transient, permanent, system, business");
        else if (name == "recipient")
            readRecipient(value);
        else if (name == "signature")
            m_filter.signature = readText(name, value);
        else if (name == "text")
            m_filter.text = readText(name, value);
        else if (name == "metadata")
            readMetadata(value);
        else if (name == "minimumAttempts")
            m_filter.minimumAttempts = readNumber(name, value);
        else if (name == "maximumReplays")
            m_filter.replaysBelow = readNumber(name, value) + 1;
        else if (name == "diedAfter")
            m_filter.diedFrom = readTime(name, value);
        else if (name == "diedBefore")
            m_filter.diedBefore = readTime(name, value);
        else if (name == "discarded")
            m_filter.isDiscarded = readBoolean(name, value);
    }

private:
    static std::optional<ErrorClass> classFromName(QByteArrayView name)
    {
        const auto found = std::ranges::find(ClassNames, name);
        return found == ClassNames.end() ? std::nullopt
                                         : std::optional(static_cast<ErrorClass>(found - ClassNames.begin()));
    }
    template <typename T>
    void readName(QByteArrayView name, QByteArrayView value, std::optional<T> &member, std::optional<T> known,
                  QByteArrayView allowed)
    {
        member = known;
        if (!known)
            m_problems.add(name, shown(value) + " is not known; allowed are " + allowed.toByteArray() + '.');
    }
    void readRecipient(QByteArrayView value)
    {
        m_filter.recipient = Recipient::fromString(value);
        if (!m_filter.recipient)
            m_problems.add("recipient", shown(value) + " is no phone number of 7 to 15 digits.");
    }
    QByteArray readText(QByteArrayView name, QByteArrayView value)
    {
        if (value.isEmpty() || value.size() > LongestText) {
            m_problems.add(name,
                           "has " + QByteArray::number(value.size()) + " bytes; 1 to " + QByteArray::number(LongestText)
                               + " are allowed.");
        }
        return value.toByteArray();
    }
    void readMetadata(QByteArrayView value)
    {
        const QByteArray text = readText("metadata", value);
        const qsizetype equals = text.indexOf('=');
        m_filter.metadataKey = equals < 0 ? text : text.first(equals);
        m_filter.metadataValue = equals < 0 ? QByteArray() : text.sliced(equals + 1);
        if (equals == 0)
            m_problems.add("metadata", "has no key; give key or key=value.");
    }
    int readNumber(QByteArrayView name, QByteArrayView value)
    {
        const auto number = parseNumber(value, 0, 60'000);
        if (!number)
            m_problems.add(name, shown(value) + " is not allowed; give a whole number from 0 to 60000.");
        return static_cast<int>(number.value_or(0));
    }
    std::optional<Timestamp> readTime(QByteArrayView name, QByteArrayView value)
    {
        const auto time = parseTime(value);
        if (!time)
            m_problems.add(name,
                           shown(value) + " is no RFC 3339 time with its offset, like \"2030-01-31T18:00:00Z\".");
        return time;
    }
    bool readBoolean(QByteArrayView name, QByteArrayView value)
    {
        if (value != "true" && value != "false")
            m_problems.add(name, shown(value) + " is not allowed; give true or false.");
        return value == "true";
    }

    DeadLetterFilter &m_filter;
    FieldProblems &m_problems;
};

DeadLetterFilter readFilter(const QueryReader &query)
{
    DeadLetterFilter filter;
    FilterReader reader(filter, query.problems());
    for (const QByteArrayView name : PlainFilterFields) {
        if (const auto value = query.text(name))
            reader.read(name, *value);
    }
    return filter;
}

std::optional<DeadLetterCursor> readCursor(const QueryReader &query)
{
    const auto text = query.text("cursor");
    if (!text)
        return std::nullopt;
    const qsizetype dash = text->indexOf('-');
    const auto milliseconds = parseNumber(text->first(std::max<qsizetype>(dash, 0)), 0, Timestamp::max().time_since_epoch().count());
    const auto id = MessageId::fromString(QByteArrayView(*text).sliced(dash + 1));
    if (dash < 1 || !milliseconds || !id) {
        query.problems().add("cursor", shown(*text) + " is no cursor; give the nextCursor of the page before.");
        return std::nullopt;
    }
    return DeadLetterCursor{Timestamp(std::chrono::milliseconds(*milliseconds)), *id};
}

/// A plain value of JSON as text, the way a query would have it.
std::optional<QByteArray> plainText(const element &value)
{
    std::string_view text;
    if (value.get(text) == simdjson::SUCCESS)
        return toBytes(text).toByteArray();
    std::int64_t number = 0;
    if (value.get(number) == simdjson::SUCCESS)
        return QByteArray::number(qint64(number));
    bool isTrue = false;
    if (value.get(isTrue) == simdjson::SUCCESS)
        return QByteArray(isTrue ? "true" : "false");
    return std::nullopt;
}

void appendMember(QByteArray &out, QByteArrayView name)
{
    out.append(out.back() == '{' ? "" : ",");
    appendJsonString(out, name);
    out.append(':');
}

/// Reads the body of a job's request member by member.
class JobRequestReader
{
public:
    JobRequestReader(JobKind kind, FieldProblems &problems)
        : m_problems(problems)
    {
        m_request.kind = kind;
        m_request.selection.filter.isDiscarded = kind == JobKind::Restore;
    }

    JobRequest read(const object &body)
    {
        m_description = "{";
        for (const simdjson::dom::key_value_pair member : body)
            readMember(toBytes(member.key), member.value);
        if (m_hasIds == m_hasFilter)
            m_problems.add({}, "needs either ids or filter; {\"filter\":{}} means all.");
        m_request.description = m_description + '}';
        return std::move(m_request);
    }

private:
    void readMember(QByteArrayView name, const element &value)
    {
        static constexpr std::array<QByteArrayView, 6> Known{"ids", "filter", "rate", "canary", "includePoison", "reason"};
        const bool isReplay = m_request.kind == JobKind::Replay;
        const auto known = std::ranges::find(Known, name);
        const bool isForReplay = name == "rate" || name == "canary" || name == "includePoison";
        if (known == Known.end())
            m_problems.add(shortened(name), unknownName(name, Known));
        else if (isForReplay && !isReplay)
            m_problems.add(name, "is for replays only; leave it out.");
        else if (std::exchange(m_isSeen[static_cast<std::size_t>(known - Known.begin())], true))
            m_problems.add(name, "is given twice in the same object; give it once.");
        else if (name == "ids")
            readIds(value);
        else if (name == "filter")
            readFilterObject(value);
        else if (name == "rate")
            m_request.rate = readInteger(name, value, 0, MaximumRate);
        else if (name == "canary")
            readCanary(value);
        else if (name == "includePoison")
            readPoison(value);
        else
            readReason(value);
    }

    void readIds(const element &value)
    {
        m_hasIds = true;
        simdjson::dom::array items;
        if (value.get(items) != simdjson::SUCCESS || items.size() < 1
            || items.size() > static_cast<std::size_t>(MaximumSelectedIds)) {
            m_problems.add("ids",
                           "must be an array of 1 to " + QByteArray::number(MaximumSelectedIds)
                               + " message ids; for more give a filter.");
            return;
        }
        appendMember(m_description, "ids");
        m_description.append('[');
        for (const element item : items) {
            std::string_view text;
            const bool isText = item.get(text) == simdjson::SUCCESS;
            const auto id = isText ? MessageId::fromString(toBytes(text)) : std::nullopt;
            if (!id) {
                m_problems.add("ids", (isText ? shown(toBytes(text)) : QByteArray(jsonTypeName(item).toByteArray())) + " is no message id.");
                return;
            }
            m_request.selection.ids.push_back(*id);
            m_description.append(m_description.endsWith('[') ? "\"" : ",\"").append(id->toString()).append('"');
        }
        m_description.append(']');
    }

    void readFilterObject(const element &value)
    {
        m_hasFilter = true;
        object members;
        if (value.get(members) != simdjson::SUCCESS) {
            m_problems.add("filter", "must be an object; {} means all.");
            return;
        }
        FilterReader reader(m_request.selection.filter, m_problems);
        appendMember(m_description, "filter");
        QByteArray written("{");
        for (const simdjson::dom::key_value_pair member : members) {
            const QByteArrayView name = toBytes(member.key);
            const auto text = plainText(member.value);
            // Whether discarded letters are meant follows from what is to be done with them.
            if (name == "discarded" || std::ranges::find(PlainFilterFields, name) == PlainFilterFields.end()) {
                m_problems.add(shortened(name), unknownName(name, PlainFilterFields.first<10>()));
            } else if (!text) {
                m_problems.add(name, QByteArray("must be a text or a number, not ").append(jsonTypeName(member.value)).append('.'));
            } else {
                reader.read(name, *text);
                appendMember(written, name);
                appendJsonString(written, *text);
            }
        }
        m_description.append(written).append('}');
    }

    int readInteger(QByteArrayView name, const element &value, int minimum, int maximum)
    {
        std::int64_t number = 0;
        if (value.get(number) != simdjson::SUCCESS || number < minimum || number > maximum) {
            m_problems.add(name,
                           "must be a whole number from " + QByteArray::number(minimum) + " to "
                               + QByteArray::number(maximum) + '.');
            return minimum;
        }
        appendMember(m_description, name);
        m_description.append(QByteArray::number(qint64(number)));
        return static_cast<int>(number);
    }

    void readCanary(const element &value)
    {
        static constexpr std::array<QByteArrayView, 3> Known{"count", "maximumFailurePercent", "timeoutSeconds"};
        object members;
        if (value.get(members) != simdjson::SUCCESS) {
            m_problems.add("canary", "must be an object with count, maximumFailurePercent and timeoutSeconds.");
            return;
        }
        int seconds = DefaultCanarySeconds;
        m_request.canary.maximumFailurePercent = DefaultCanaryPercent;
        for (const simdjson::dom::key_value_pair member : members) {
            const QByteArrayView name = toBytes(member.key);
            if (name == "count")
                m_request.canary.count = readInteger(name, member.value, 1, MaximumCanary);
            else if (name == "maximumFailurePercent")
                m_request.canary.maximumFailurePercent = readInteger(name, member.value, 0, 100);
            else if (name == "timeoutSeconds")
                seconds = readInteger(name, member.value, 1, MaximumCanarySeconds);
            else
                m_problems.add(shortened(name), unknownName(name, Known));
        }
        m_request.canary.timeout = std::chrono::seconds(seconds);
        if (m_request.canary.count == 0)
            m_problems.add("canary", "needs count: how many go first.");
    }

    void readPoison(const element &value)
    {
        if (value.get(m_request.includesPoison) != simdjson::SUCCESS)
            m_problems.add("includePoison", "must be true or false.");
        appendMember(m_description, "includePoison");
        m_description.append(m_request.includesPoison ? "true" : "false");
    }

    void readReason(const element &value)
    {
        std::string_view text;
        if (value.get(text) != simdjson::SUCCESS || text.size() > static_cast<std::size_t>(MaximumJobReason)) {
            m_problems.add("reason", "must be a text of at most " + QByteArray::number(MaximumJobReason) + " bytes.");
            return;
        }
        m_request.reason = toBytes(text).toByteArray();
    }

    FieldProblems &m_problems;
    JobRequest m_request;
    QByteArray m_description;
    std::array<bool, 6> m_isSeen{};
    bool m_hasIds = false;
    bool m_hasFilter = false;
};

} // namespace

DeadLetterListQuery readDeadLetterListQuery(QByteArrayView query, FieldProblems &problems)
{
    static constexpr auto Known = [] {
        std::array<QByteArrayView, FilterFields.size() + 1> names;
        std::ranges::copy(FilterFields, names.begin());
        names.back() = "cursor";
        return names;
    }();
    const QueryReader reader(query, Known, problems);
    DeadLetterListQuery read;
    read.filter = readFilter(reader);
    read.cursor = readCursor(reader);
    read.limit = static_cast<int>(reader.number("limit", 1, MaximumPage).value_or(read.limit));
    return read;
}

DeadLetterFilter readDeadLetterCountQuery(QByteArrayView query, FieldProblems &problems)
{
    return readFilter(QueryReader(query, PlainFilterFields, problems));
}

JobRequest readJobRequest(JobKind kind, const object &body, FieldProblems &problems)
{
    return JobRequestReader(kind, problems).read(body);
}

int readRate(const object &body, FieldProblems &problems)
{
    static constexpr std::array<QByteArrayView, 1> Known{"rate"};
    std::optional<std::int64_t> rate;
    for (const simdjson::dom::key_value_pair member : body) {
        std::int64_t number = -1;
        if (toBytes(member.key) != Known.front())
            problems.add(shortened(toBytes(member.key)), unknownName(toBytes(member.key), Known));
        else
            rate = member.value.get(number) == simdjson::SUCCESS ? number : -1;
    }
    if (!rate || *rate < 0 || *rate > MaximumRate)
        problems.add("rate", "must be a whole number of messages per second from 0 (no limit) to 1000000.");
    return static_cast<int>(rate.value_or(0));
}

QByteArray cursorText(const DeadLetterCursor &cursor)
{
    return QByteArray::number(qint64(cursor.diedAt.time_since_epoch().count())) + '-' + cursor.id.toString();
}

} // namespace hudhud
