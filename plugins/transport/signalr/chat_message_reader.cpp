// SPDX-License-Identifier: GPL-3.0-or-later
#include "chat_message_reader.h"

#include "core/json_text.h"

#include <algorithm>
#include <array>
#include <utility>

namespace hudhud {

namespace {

/// As for messages that come by REST.
constexpr std::size_t MaximumMetadataEntries = 32;
constexpr qsizetype MaximumMetadataKey = 64;
constexpr qsizetype LongestQuotation = 40;
constexpr QByteArrayView IdempotencyKeyMember("idempotencyKey");
/// Leaves room for the account, of which the stored key tells.
constexpr qsizetype LongestKey = 200;

/// The start of a name that the caller made up, without cutting a character.
QByteArray shortened(QByteArrayView text)
{
    qsizetype length = std::min(text.size(), LongestQuotation);
    while (length > 0 && length < text.size() && (static_cast<unsigned char>(text[length]) & 0xC0) == 0x80)
        --length;
    return text.first(length).toByteArray();
}

class ChatMessageReader
{
public:
    ChatMessageReader(const ChatSender &sender, const ChatLimits &limits)
        : m_sender(sender)
        , m_limits(limits)
    {
    }

    Result<Message> read(const HubValue &value);

private:
    using Handling = void (ChatMessageReader::*)(const HubValue &value);
    struct Member
    {
        QByteArrayView name;
        Handling handling;
    };
    static constexpr std::size_t MemberCount = 8;
    static const std::array<Member, MemberCount> Members;

    void readMembers(const std::vector<HubValue> &members);
    void readMember(const HubValue &value);
    void readRecipient(const HubValue &value);
    void readSubject(const HubValue &value) { m_message.subject = text(value, m_limits.maximumSubject, 0); }
    void readContent(const HubValue &value) { m_message.content = text(value, m_limits.maximumContent, 1); }
    void readConversation(const HubValue &value)
    {
        m_message.conversation = text(value, m_limits.maximumConversation, 0);
    }
    void readSender(const HubValue &value);
    void readPriority(const HubValue &value);
    void readMetadata(const HubValue &value);
    void readIdempotencyKey(const HubValue &value);
    void appendMetadata(QByteArray &compact, const HubValue &entry);
    QByteArray text(const HubValue &value, qint64 maximum, qint64 minimum);
    /// `rest` goes on after the field's name, up to the full stop.
    void report(QByteArrayView field, const QByteArray &rest);

    const ChatSender &m_sender;
    const ChatLimits &m_limits;
    Message m_message;
    std::array<bool, MemberCount> m_seen{};
    QByteArray m_problems;
};

constexpr std::array<ChatMessageReader::Member, ChatMessageReader::MemberCount> ChatMessageReader::Members{{
    {"recipient", &ChatMessageReader::readRecipient},
    {"content", &ChatMessageReader::readContent},
    {"subject", &ChatMessageReader::readSubject},
    {"conversation", &ChatMessageReader::readConversation},
    {"sender", &ChatMessageReader::readSender},
    {"priority", &ChatMessageReader::readPriority},
    {"metadata", &ChatMessageReader::readMetadata},
    {IdempotencyKeyMember, &ChatMessageReader::readIdempotencyKey},
}};

void ChatMessageReader::report(QByteArrayView field, const QByteArray &rest)
{
    if (!m_problems.isEmpty())
        m_problems.append(' ');
    m_problems.append(field).append(' ').append(rest);
}

Result<Message> ChatMessageReader::read(const HubValue &value)
{
    if (value.kind == HubValue::Kind::Object)
        readMembers(value.elements);
    else
        report("The message", "must be an object with recipient and content.");
    if (!m_problems.isEmpty())
        return std::unexpected(Error(ErrorCode::InvalidRequest, QString::fromUtf8(m_problems)));
    m_message.type = MessageType::TwoWay;
    m_message.sender = m_sender.account.toByteArray();
    return std::move(m_message);
}

void ChatMessageReader::readMembers(const std::vector<HubValue> &members)
{
    for (const HubValue &member : members) {
        if (member.kind != HubValue::Kind::Null)
            readMember(member);
    }
    if (!m_seen[0])
        report("recipient", "is missing; give a number of 7 to 15 digits.");
    if (!m_seen[1])
        report("content",
               "is missing; give a text of 1 to " + QByteArray::number(m_limits.maximumContent) + " bytes.");
}

void ChatMessageReader::readMember(const HubValue &value)
{
    const auto known = std::ranges::find(Members, value.name, &Member::name);
    if (known == Members.end()) {
        report(shortened(value.name),
               QByteArray("is not known; allowed are recipient, content, subject, conversation, metadata")
                   + (m_sender.mayChoosePriority ? ", priority" : "") + (m_sender.mayUseKeys ? ", idempotencyKey." : "."));
        return;
    }
    if (std::exchange(m_seen[static_cast<std::size_t>(known - Members.begin())], true)) {
        report(value.name, "is given twice; give it once.");
        return;
    }
    (this->*known->handling)(value);
}

QByteArray ChatMessageReader::text(const HubValue &value, qint64 maximum, qint64 minimum)
{
    if (value.kind != HubValue::Kind::String)
        report(value.name, "must be a string.");
    else if (value.text.size() < minimum)
        report(value.name, "is empty; give a text of 1 to " + QByteArray::number(maximum) + " bytes.");
    else if (value.text.size() > maximum)
        report(value.name,
               "has " + QByteArray::number(value.text.size()) + " bytes of UTF-8; at most "
                   + QByteArray::number(maximum) + " are allowed. Shorten it.");
    else if (value.text.contains('\0'))
        report(value.name, "contains the character U+0000, which cannot be stored; remove it.");
    else
        return value.text.toByteArray();
    return {};
}

void ChatMessageReader::readRecipient(const HubValue &value)
{
    const auto recipient = value.kind == HubValue::Kind::String ? Recipient::fromString(value.text) : std::nullopt;
    if (recipient)
        m_message.recipient = *recipient;
    else
        report("recipient",
               "must be a string of 7 to 15 digits: country code and number without plus sign or spaces, like "
               "\"967771234567\".");
}

void ChatMessageReader::readSender(const HubValue &value)
{
    if (value.kind != HubValue::Kind::String || value.text != m_sender.account.view())
        report("sender",
               "is set by the server and can only be " + m_sender.account.toByteArray()
                   + ", your own account; leave it out.");
}

void ChatMessageReader::readPriority(const HubValue &value)
{
    const auto priority = value.kind == HubValue::Kind::String ? priorityFromName(value.text) : std::nullopt;
    if (!m_sender.mayChoosePriority)
        report("priority", "is for businesses only; leave it out.");
    else if (!priority)
        report("priority", "must be one of Low, Normal, High, Critical.");
    else
        m_message.priority = *priority;
}

void ChatMessageReader::readMetadata(const HubValue &value)
{
    if (value.kind != HubValue::Kind::Object) {
        report("metadata", "must be an object with string values.");
        return;
    }
    if (value.elements.size() > MaximumMetadataEntries) {
        report("metadata",
               "has " + QByteArray::number(static_cast<qint64>(value.elements.size())) + " entries; at most "
                   + QByteArray::number(static_cast<qint64>(MaximumMetadataEntries))
                   + " are allowed. Remove some.");
        return;
    }
    if (value.elements.empty())
        return;
    QByteArray compact;
    for (const HubValue &entry : value.elements) {
        compact.append(compact.isEmpty() ? '{' : ',');
        appendMetadata(compact, entry);
        const auto isSame = [&entry](const HubValue &other) { return other.name == entry.name; };
        if (&*std::ranges::find_if(value.elements, isSame) != &entry)
            report("metadata." + shortened(entry.name), "is given twice; give it once.");
    }
    compact.append('}');
    if (compact.size() > m_limits.maximumMetadata)
        report("metadata",
               "has " + QByteArray::number(compact.size()) + " bytes as compact JSON; at most "
                   + QByteArray::number(m_limits.maximumMetadata) + " are allowed. Shorten it.");
    m_message.metadata = std::move(compact);
}

void ChatMessageReader::readIdempotencyKey(const HubValue &value)
{
    const auto isVisible = [](char character) { return character > ' ' && character < '\x7f'; };
    if (!m_sender.mayUseKeys)
        report(value.name, "is for businesses only; leave it out.");
    else if (value.kind != HubValue::Kind::String || value.text.isEmpty() || value.text.size() > LongestKey
             || !std::ranges::all_of(value.text, isVisible))
        report(value.name,
               "must be a string of 1 to " + QByteArray::number(LongestKey)
                   + " visible ASCII characters, like a UUID; make a new one for each message that is not a repetition.");
}

void ChatMessageReader::appendMetadata(QByteArray &compact, const HubValue &entry)
{
    if (entry.name.isEmpty() || entry.name.size() > MaximumMetadataKey)
        report("metadata." + shortened(entry.name),
               "has a name of " + QByteArray::number(entry.name.size()) + " bytes; 1 to "
                   + QByteArray::number(MaximumMetadataKey) + " are allowed.");
    if (entry.kind != HubValue::Kind::String)
        report("metadata." + shortened(entry.name), "must be a string.");
    appendJsonString(compact, entry.name);
    compact.append(':');
    appendJsonString(compact, entry.text);
}

} // namespace

Result<Message> readChatMessage(const HubValue &value, const ChatSender &sender, const ChatLimits &limits)
{
    return ChatMessageReader(sender, limits).read(value);
}

QByteArray idempotencyKeyOf(const HubValue &value)
{
    const auto found = std::ranges::find(value.elements, IdempotencyKeyMember, &HubValue::name);
    return found == value.elements.end() ? QByteArray() : found->text.toByteArray();
}

} // namespace hudhud
