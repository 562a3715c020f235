// SPDX-License-Identifier: GPL-3.0-or-later
#include "message_reader.h"

#include "attachment_names.h"
#include "core/json_text.h"
#include "core/to_bytes.h"
#include "text_distance.h"

#include <QDateTime>

#include <algorithm>
#include <array>
#include <utility>

namespace hudhud {

namespace {

using simdjson::dom::element;
using simdjson::dom::element_type;

namespace field {
enum : std::size_t {
    Recipient,
    Subject,
    Content,
    Priority,
    Type,
    Sender,
    Metadata,
    TtlSeconds,
    ExpiresAt,
    DeliverAt,
    CollapseKey,
    Conversation,
    Attachments,
    Count
};
}

constexpr std::array<QByteArrayView, field::Count> FieldNames{
    "recipient", "subject",   "content",   "priority",    "type",         "sender",     "metadata",
    "ttlSeconds", "expiresAt", "deliverAt", "collapseKey", "conversation", "attachments"};
constexpr std::array<QByteArrayView, 4> PriorityNames{"Low", "Normal", "High", "Critical"};
constexpr std::array<QByteArrayView, 2> TypeNames{"OneWay", "TwoWay"};

constexpr int MaximumMetadataEntries = 32;
constexpr qsizetype MaximumMetadataKey = 64;
constexpr qsizetype LongestQuotation = 40;
constexpr quint32 bitOf(std::size_t field)
{
    return 1U << field;
}

std::size_t fieldOf(QByteArrayView name)
{
    return static_cast<std::size_t>(std::ranges::find(FieldNames, name) - FieldNames.begin());
}

QByteArray wrongType(QByteArrayView expected, const element &value)
{
    return QByteArray("must be ").append(expected).append(", not ").append(jsonTypeName(value)).append('.');
}

QByteArray joined(std::span<const QByteArrayView> names)
{
    QByteArray text;
    for (const QByteArrayView name : names) {
        if (!text.isEmpty())
            text.append(", ");
        text.append(name);
    }
    return text;
}

QByteArray durationText(std::chrono::milliseconds duration)
{
    constexpr std::chrono::milliseconds Day = std::chrono::days(1);
    if (duration % Day == std::chrono::milliseconds::zero())
        return QByteArray::number(qint64(duration / Day)) + " days";
    return QByteArray::number(qint64(std::chrono::floor<std::chrono::seconds>(duration).count())) + " seconds";
}

} // namespace

QByteArrayView jsonTypeName(const element &value)
{
    switch (value.type()) {
    case element_type::ARRAY:
        return "an array";
    case element_type::OBJECT:
        return "an object";
    case element_type::STRING:
        return "a string";
    case element_type::BOOL:
        return "true or false";
    case element_type::NULL_VALUE:
        return "null";
    default:
        return "a number";
    }
}

QByteArrayView shortened(QByteArrayView text)
{
    qsizetype length = std::min(text.size(), LongestQuotation);
    while (length > 0 && length < text.size() && (static_cast<unsigned char>(text[length]) & 0xC0) == 0x80)
        --length;
    return text.first(length);
}

QByteArray quoted(QByteArrayView text)
{
    const QByteArrayView shown = shortened(text);
    return QByteArray("\"").append(shown).append(shown.size() < text.size() ? "…\"" : "\"");
}

QByteArray unknownName(QByteArrayView name, std::span<const QByteArrayView> known)
{
    const QByteArrayView nearest = nearestName(name, known);
    if (!nearest.isEmpty())
        return QByteArray("is not known; did you mean ").append(nearest).append('?');
    return "is not known; allowed are " + joined(known) + '.';
}

Message MessageReader::read(const simdjson::dom::object &object)
{
    Message message;
    for (const simdjson::dom::key_value_pair member : object) {
        const QByteArrayView name = toBytes(member.key);
        const std::size_t known = fieldOf(name);
        if (known == field::Count) {
            m_problems.add(shortened(name), unknownName(name, FieldNames));
            continue;
        }
        if ((m_seen & bitOf(known)) != 0) {
            m_problems.add(name, "is given twice in the same object; give it once.");
            continue;
        }
        m_seen |= bitOf(known);
        readField(known, member.value, message);
    }
    checkPresence();
    settleTimes(message);
    if (message.sender.isEmpty() && !m_rules.account.isNull())
        message.sender = m_rules.account.toByteArray();
    return message;
}

void MessageReader::readField(std::size_t known, const element &value, Message &message)
{
    switch (known) {
    case field::Recipient:
        return readRecipient(value, message);
    case field::Subject:
        message.subject = readText(FieldNames[known], value, m_limits.maximumSubject);
        return;
    case field::Content:
        message.content = readText(FieldNames[known], value, m_limits.maximumContent);
        return;
    case field::Sender:
        return readSender(value, message);
    case field::Priority:
        return readPriority(value, message);
    case field::Type:
        return readType(value, message);
    case field::Metadata:
        return readMetadata(value, message);
    case field::TtlSeconds:
        return readTimeToLive(value);
    case field::ExpiresAt:
        message.expiresAt = readTime(FieldNames[known], value);
        return;
    case field::DeliverAt:
        message.deliverAt = readTime(FieldNames[known], value);
        return;
    case field::CollapseKey:
        if (m_rules.isReplacement)
            m_problems.add(FieldNames[known],
                           "stays as it was when a message is replaced; leave it out, or withdraw the message and send "
                           "a new one.");
        else
            message.collapseKey = readText(FieldNames[known], value, m_limits.maximumCollapseKey);
        return;
    case field::Conversation:
        message.conversation = readText(FieldNames[known], value, m_limits.maximumConversation);
        return;
    case field::Attachments:
        return readAttachments(value, message);
    default:
        return;
    }
}

void MessageReader::checkPresence()
{
    if ((m_seen & bitOf(field::Recipient)) == 0 && !m_rules.isReplacement && !m_rules.isTemplate)
        m_problems.add("recipient", "is missing; give a phone number of 7 to 15 digits.");
    if ((m_seen & bitOf(field::Subject)) == 0)
        m_problems.add("subject",
                       "is missing; give a text of 1 to " + QByteArray::number(m_limits.maximumSubject)
                           + " bytes.");
    if ((m_seen & bitOf(field::Content)) == 0)
        m_problems.add("content",
                       "is missing; give a text of 1 to " + QByteArray::number(m_limits.maximumContent)
                           + " bytes.");
    constexpr quint32 bothEnds = bitOf(field::TtlSeconds) | bitOf(field::ExpiresAt);
    if ((m_seen & bothEnds) == bothEnds)
        m_problems.add("ttlSeconds", "cannot be combined with expiresAt; give one of the two.");
}

QByteArray MessageReader::readText(QByteArrayView field, const element &value, qint64 maximum)
{
    std::string_view text;
    if (value.get_string().get(text) != simdjson::SUCCESS) {
        m_problems.add(field, wrongType("a string", value));
        return {};
    }
    const QByteArrayView view = toBytes(text);
    if (view.isEmpty()) {
        m_problems.add(field, "is empty; give a text of 1 to " + QByteArray::number(maximum) + " bytes.");
    } else if (view.size() > maximum) {
        m_problems.add(field,
                       "has " + QByteArray::number(view.size()) + " bytes of UTF-8; at most "
                           + QByteArray::number(maximum) + " are allowed. Shorten it.");
    } else if (view.contains('\0')) {
        m_problems.add(field, "contains the character U+0000, which cannot be stored; remove it.");
    } else {
        return view.toByteArray();
    }
    return {};
}

void MessageReader::readRecipient(const element &value, Message &message)
{
    if (m_rules.isTemplate) {
        m_problems.add("recipient", "does not belong here; name the recipients beside the message.");
        return;
    }
    std::string_view digits;
    if (value.get_string().get(digits) != simdjson::SUCCESS) {
        m_problems.add("recipient", wrongType("a string of 7 to 15 digits, like \"967771234567\"", value));
        return;
    }
    if (const std::optional<Recipient> recipient = Recipient::fromString(toBytes(digits))) {
        message.recipient = *recipient;
        return;
    }
    m_problems.add(
        "recipient",
        quoted(toBytes(digits))
            + " is no phone number of 7 to 15 digits; give country code and number as digits only, without "
              "plus sign, spaces or dashes, like \"967771234567\".");
}

void MessageReader::readPriority(const element &value, Message &message)
{
    std::string_view name;
    if (value.get_string().get(name) != simdjson::SUCCESS) {
        m_problems.add("priority", wrongType("a string, one of " + joined(PriorityNames), value));
    } else if (const std::optional<Priority> priority = priorityFromName(toBytes(name))) {
        message.priority = *priority;
    } else {
        m_problems.add("priority",
                       quoted(toBytes(name)) + " is not known; allowed are " + joined(PriorityNames) + '.');
    }
}

void MessageReader::readType(const element &value, Message &message)
{
    std::string_view name;
    if (value.get_string().get(name) != simdjson::SUCCESS) {
        m_problems.add("type", wrongType("a string, one of " + joined(TypeNames), value));
    } else if (const std::optional<MessageType> type = messageTypeFromName(toBytes(name))) {
        message.type = *type;
    } else {
        m_problems.add("type",
                       quoted(toBytes(name)) + " is not known; allowed are " + joined(TypeNames) + '.');
    }
}

void MessageReader::readMetadata(const element &value, Message &message)
{
    simdjson::dom::object object;
    if (value.get_object().get(object) != simdjson::SUCCESS) {
        m_problems.add("metadata", wrongType("an object with string values", value));
        return;
    }
    if (object.size() > MaximumMetadataEntries) {
        m_problems.add("metadata",
                       "has " + QByteArray::number(static_cast<qint64>(object.size())) + " entries; at most "
                           + QByteArray::number(MaximumMetadataEntries) + " are allowed. Remove some.");
        return;
    }
    std::array<std::string_view, MaximumMetadataEntries> keys;
    std::size_t count = 0;
    QByteArray compact;
    for (const simdjson::dom::key_value_pair member : object) {
        const QByteArrayView key = toBytes(member.key);
        const QByteArray path = QByteArray("metadata.").append(shortened(key));
        if (std::ranges::find(keys.begin(), keys.begin() + count, member.key) != keys.begin() + count)
            m_problems.add(path, "is given twice in the same object; give it once.");
        keys[count++] = member.key;
        if (key.isEmpty() || key.size() > MaximumMetadataKey)
            m_problems.add(path,
                           "has a name of " + QByteArray::number(key.size()) + " bytes; 1 to "
                               + QByteArray::number(MaximumMetadataKey) + " are allowed.");
        std::string_view text;
        if (member.value.get_string().get(text) != simdjson::SUCCESS)
            m_problems.add(path, wrongType("a string", member.value));
        compact.append(compact.isEmpty() ? '{' : ',');
        appendJsonString(compact, key);
        compact.append(':');
        appendJsonString(compact, toBytes(text));
    }
    if (compact.isEmpty())
        return;
    compact.append('}');
    if (compact.size() > m_limits.maximumMetadata)
        m_problems.add("metadata",
                       "has " + QByteArray::number(compact.size()) + " bytes as compact JSON; at most "
                           + QByteArray::number(m_limits.maximumMetadata) + " are allowed. Shorten it.");
    message.metadata = std::move(compact);
}

void MessageReader::readSender(const element &value, Message &message)
{
    std::string_view name;
    if (value.get_string().get(name) != simdjson::SUCCESS)
        m_problems.add("sender", wrongType("a string", value));
    else if (m_rules.account.isNull())
        m_problems.forbid("sender",
                          "cannot be named, because this API key speaks for no account. Leave it out, or use a key that "
                          "was made with an account.");
    else if (toBytes(name) != m_rules.account.view())
        m_problems.forbid("sender",
                          quoted(toBytes(name)) + " is not the account of this API key, which is "
                              + quoted(m_rules.account.view()) + ". Leave it out, or use a key of that account.");
    else
        message.sender = toBytes(name).toByteArray();
}

void MessageReader::readTimeToLive(const element &value)
{
    const auto most = std::chrono::floor<std::chrono::seconds>(m_limits.maximumTimeToLive);
    std::int64_t seconds = 0;
    if (value.get_int64().get(seconds) != simdjson::SUCCESS || seconds < 1 || seconds > most.count())
        m_problems.add("ttlSeconds",
                       "must be a whole number of seconds, 1 to " + QByteArray::number(qint64(most.count())) + '.');
    else
        m_timeToLive = std::chrono::seconds(seconds);
}

std::optional<Timestamp> MessageReader::readTime(QByteArrayView field, const element &value)
{
    std::string_view text;
    if (value.get_string().get(text) != simdjson::SUCCESS) {
        m_problems.add(field,
                       wrongType("a string with an RFC 3339 time, like \"2030-01-31T18:00:00Z\"", value));
        return std::nullopt;
    }
    const QDateTime time = QDateTime::fromString(
        QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size())), Qt::ISODateWithMs);
    if (!time.isValid() || time.timeSpec() == Qt::LocalTime) {
        m_problems.add(field,
                       quoted(toBytes(text))
                           + " is no RFC 3339 time with its offset, like \"2030-01-31T18:00:00Z\".");
        return std::nullopt;
    }
    const Timestamp result{std::chrono::milliseconds(time.toMSecsSinceEpoch())};
    if (result <= m_rules.now && !m_rules.isRepeatable) {
        m_problems.add(field, "is in the past; give a time to come.");
        return std::nullopt;
    }
    return result;
}

void MessageReader::settleTimes(Message &message)
{
    if (message.deliverAt && *message.deliverAt > m_rules.now + m_limits.maximumDelay)
        m_problems.add("deliverAt",
                       "is more than " + durationText(m_limits.maximumDelay) + " ahead; give an earlier time.");
    const Timestamp begin = std::max(m_rules.now, message.deliverAt.value_or(m_rules.now));
    if (m_timeToLive)
        message.expiresAt = begin + *m_timeToLive;
    if (!message.expiresAt)
        return;
    if (message.deliverAt && *message.expiresAt <= *message.deliverAt)
        m_problems.add("expiresAt", "is not later than deliverAt; give a later time, or leave one of them out.");
    else if (*message.expiresAt > begin + m_limits.maximumTimeToLive)
        m_problems.add("expiresAt",
                       "is more than " + durationText(m_limits.maximumTimeToLive)
                           + " after the message may first be delivered; give an earlier time.");
}

/// Only their ids: what they are is the store's to say.
void MessageReader::readAttachments(const element &value, Message &message)
{
    simdjson::dom::array array;
    if (value.get_array().get(array) != simdjson::SUCCESS)
        return m_problems.add("attachments", wrongType("an array", value));
    if (array.size() > static_cast<std::size_t>(MaximumAttachments))
        return m_problems.add("attachments",
                              "has " + QByteArray::number(static_cast<qint64>(array.size())) + " ids; at most "
                                  + QByteArray::number(MaximumAttachments) + " are allowed. Leave some out.");
    for (const element item : array) {
        std::string_view text;
        if (item.get_string().get(text) != simdjson::SUCCESS)
            return m_problems.add("attachments", wrongType("an array of ids", item));
        const std::optional<MessageId> id = MessageId::fromString(toBytes(text));
        if (!id)
            return m_problems.add("attachments",
                                  quoted(toBytes(text))
                                      + " is no attachment id; give the id as it was answered to the upload.");
        const QByteArray name = id->toString();
        if (std::ranges::find(message.attachments, name, &Attachment::id) != message.attachments.end())
            return m_problems.add("attachments", "has the same id twice; give it once.");
        message.attachments.push_back({.id = name, .name = {}, .contentType = {}, .size = 0});
    }
}

} // namespace hudhud
