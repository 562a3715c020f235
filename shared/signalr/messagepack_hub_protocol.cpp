// SPDX-License-Identifier: GPL-3.0-or-later
#include "signalr/messagepack_hub_protocol.h"

#include "signalr/messagepack_reader.h"
#include "signalr/messagepack_writer.h"

#include <simdjson.h>

#include <array>
#include <utility>

namespace hudhud {

namespace {

using Kind = HubValue::Kind;
using Items = std::vector<HubValue>;

/// How a completion ends.
enum class ResultKind : quint8 { Error = 1, Void = 2, Value = 3 };

constexpr int LongestPrefix = 5;
constexpr int LastPrefixByte = 7; ///< Highest value of the fifth: lengths are below 2^31.

struct Prefix
{
    qsizetype bytes = 0; ///< 0: not whole, -1: none.
    qsizetype length = 0; ///< Of the body.
};

Prefix readPrefix(QByteArrayView input)
{
    Prefix prefix;
    for (int i = 0; i < LongestPrefix && i < input.size(); ++i) {
        const auto byte = static_cast<quint8>(input[i]);
        prefix.length |= static_cast<qsizetype>(byte & 0x7fU) << (7 * i);
        if (byte < 0x80) {
            const bool isInRange = i < LongestPrefix - 1 || byte <= LastPrefixByte;
            prefix.bytes = isInRange ? i + 1 : -1;
            return prefix;
        }
    }
    prefix.bytes = input.size() < LongestPrefix ? 0 : -1;
    return prefix;
}

/// Puts the length in front of the body that begins at `begin`.
void insertPrefix(QByteArray &out, qsizetype begin)
{
    std::array<char, LongestPrefix> prefix{};
    qsizetype bytes = 0;
    auto rest = static_cast<quint64>(out.size() - begin);
    for (; rest >= 0x80; rest >>= 7)
        prefix[static_cast<std::size_t>(bytes++)] = static_cast<char>((rest & 0x7fU) | 0x80U);
    prefix[static_cast<std::size_t>(bytes++)] = static_cast<char>(rest);
    out.insert(begin, QByteArrayView(prefix.data(), bytes));
}

/// Item `index` as text; nil and an empty string are the same, and so is an item that is not there. False: it is
/// something else.
bool readText(const Items &items, std::size_t index, QByteArrayView &text)
{
    if (index >= items.size() || items[index].kind == Kind::Null)
        return true;
    text = items[index].text;
    return items[index].kind == Kind::String;
}

bool readStreamIds(const Items &items, HubMessage &message)
{
    constexpr std::size_t index = 5;
    if (items.size() <= index || items[index].kind == Kind::Null)
        return true;
    if (items[index].kind != Kind::Array)
        return false;
    for (const HubValue &id : items[index].elements) {
        if (id.kind != Kind::String || id.text.isEmpty())
            return false;
        message.streamIds.push_back(id.text);
    }
    return true;
}

bool readCall(Items &items, HubMessage &message)
{
    constexpr std::size_t target = 3;
    constexpr std::size_t arguments = 4;
    if (!readText(items, target, message.target) || message.target.isEmpty() || items.size() <= arguments
        || items[arguments].kind != Kind::Array)
        return false;
    message.arguments = std::move(items[arguments].elements);
    return readStreamIds(items, message);
}

bool readCompletion(Items &items, HubMessage &message)
{
    constexpr std::size_t kind = 3;
    constexpr std::size_t value = 4;
    if (items.size() <= kind || items[kind].kind != Kind::Integer)
        return false;
    if (items[kind].integer == static_cast<qint64>(ResultKind::Void))
        return true;
    if (items.size() <= value)
        return false;
    if (items[kind].integer == static_cast<qint64>(ResultKind::Error))
        return readText(items, value, message.error) && !message.error.isEmpty();
    message.value = std::move(items[value]);
    message.hasResult = true;
    return items[kind].integer == static_cast<qint64>(ResultKind::Value);
}

bool readClose(const Items &items, HubMessage &message)
{
    constexpr std::size_t allowReconnect = 2;
    if (items.size() > allowReconnect && items[allowReconnect].kind != Kind::Null) {
        message.allowReconnect = items[allowReconnect].boolean;
        if (items[allowReconnect].kind != Kind::Boolean)
            return false;
    }
    return readText(items, 1, message.error);
}

bool readSequence(const Items &items, HubMessage &message)
{
    if (items.size() < 2 || items[1].kind != Kind::Integer)
        return false;
    message.sequenceId = items[1].integer;
    return true;
}

/// The headers and the invocation id, with which most types begin.
bool readCaller(const Items &items, HubMessage &message)
{
    return items.size() > 2 && items[1].kind == Kind::Object && readText(items, 2, message.invocationId);
}

/// Applies the rules of the message's type; items beyond those that it has are ignored.
bool readItems(Items &items, HubMessage &message)
{
    switch (message.type) {
    case HubMessageType::Invocation:
        return readCaller(items, message) && readCall(items, message);
    case HubMessageType::StreamInvocation:
        return readCaller(items, message) && !message.invocationId.isEmpty() && readCall(items, message);
    case HubMessageType::StreamItem:
        if (!readCaller(items, message) || message.invocationId.isEmpty() || items.size() < 4)
            return false;
        message.value = std::move(items[3]);
        return true;
    case HubMessageType::Completion:
        return readCaller(items, message) && !message.invocationId.isEmpty() && readCompletion(items, message);
    case HubMessageType::CancelInvocation:
        return readCaller(items, message) && !message.invocationId.isEmpty();
    case HubMessageType::Close:
        return readClose(items, message);
    case HubMessageType::Ack:
    case HubMessageType::Sequence:
        return readSequence(items, message);
    case HubMessageType::Ping:
        return true;
    }
    return false;
}

/// The items that most types begin with. No headers: nobody reads ours.
void beginCall(MessagePackWriter &writer, HubMessageType type, QByteArrayView invocationId)
{
    writer.integer(static_cast<qint64>(type));
    writer.beginObject(0);
    if (invocationId.isEmpty())
        writer.null();
    else
        writer.string(invocationId);
}

} // namespace

class MessagePackHubProtocol::Parser
{
public:
    simdjson::dom::parser json;
};

MessagePackHubProtocol::MessagePackHubProtocol()
    : m_parser(std::make_unique<Parser>())
{
}

MessagePackHubProtocol::~MessagePackHubProtocol() = default;

qsizetype MessagePackHubProtocol::messageLength(QByteArrayView input) const
{
    const Prefix prefix = readPrefix(input);
    if (prefix.bytes <= 0)
        return prefix.bytes;
    const qsizetype length = prefix.bytes + prefix.length;
    return length <= input.size() ? length : 0;
}

HubProtocol::Outcome MessagePackHubProtocol::parse(QByteArrayView framed, HubMessage &message)
{
    message = HubMessage();
    HubValue body;
    MessagePackReader reader(framed.sliced(readPrefix(framed).bytes));
    if (!reader.read(body) || !reader.isAtEnd() || body.kind != Kind::Array || body.elements.empty()
        || body.elements.front().kind != Kind::Integer)
        return Outcome::Malformed;
    const qint64 type = body.elements.front().integer;
    if (type < static_cast<int>(HubMessageType::Invocation)
        || type > static_cast<int>(HubMessageType::Sequence))
        return Outcome::Ignored;
    message.type = static_cast<HubMessageType>(type);
    return readItems(body.elements, message) ? Outcome::Parsed : Outcome::Malformed;
}

void MessagePackHubProtocol::writeInvocation(QByteArray &out, QByteArrayView target, qsizetype argumentCount,
                                             const HubValues &arguments) const
{
    writeCall(out, {.isStreaming = false, .invocationId = {}, .target = target, .streamIds = {}}, argumentCount,
              arguments);
}

void MessagePackHubProtocol::writeCall(QByteArray &out, const HubCallHead &head, qsizetype argumentCount,
                                       const HubValues &arguments) const
{
    const qsizetype begin = out.size();
    MessagePackWriter writer(out, m_parser->json);
    writer.beginArray(6);
    beginCall(writer, head.isStreaming ? HubMessageType::StreamInvocation : HubMessageType::Invocation,
              head.invocationId);
    writer.string(head.target);
    writer.beginArray(argumentCount);
    arguments(writer);
    writer.beginArray(static_cast<qsizetype>(head.streamIds.size()));
    for (const QByteArray &id : head.streamIds)
        writer.string(id);
    insertPrefix(out, begin);
}

void MessagePackHubProtocol::writeStreamItem(QByteArray &out, QByteArrayView invocationId,
                                             const HubValues &item) const
{
    const qsizetype begin = out.size();
    MessagePackWriter writer(out, m_parser->json);
    writer.beginArray(4);
    beginCall(writer, HubMessageType::StreamItem, invocationId);
    item(writer);
    insertPrefix(out, begin);
}

void MessagePackHubProtocol::writeCancellation(QByteArray &out, QByteArrayView invocationId) const
{
    const qsizetype begin = out.size();
    MessagePackWriter writer(out, m_parser->json);
    writer.beginArray(3);
    beginCall(writer, HubMessageType::CancelInvocation, invocationId);
    insertPrefix(out, begin);
}

void MessagePackHubProtocol::writeCompletion(QByteArray &out, QByteArrayView invocationId,
                                             const HubValues &result) const
{
    const qsizetype begin = out.size();
    MessagePackWriter writer(out, m_parser->json);
    writer.beginArray(result ? 5 : 4);
    beginCall(writer, HubMessageType::Completion, invocationId);
    writer.integer(static_cast<qint64>(result ? ResultKind::Value : ResultKind::Void));
    if (result)
        result(writer);
    insertPrefix(out, begin);
}

void MessagePackHubProtocol::writeFailure(QByteArray &out, QByteArrayView invocationId,
                                          QByteArrayView error) const
{
    const qsizetype begin = out.size();
    MessagePackWriter writer(out, m_parser->json);
    writer.beginArray(5);
    beginCall(writer, HubMessageType::Completion, invocationId);
    writer.integer(static_cast<qint64>(ResultKind::Error));
    writer.string(error);
    insertPrefix(out, begin);
}

void MessagePackHubProtocol::writePing(QByteArray &out) const
{
    out.append("\x02\x91\x06");
}

void MessagePackHubProtocol::writeAck(QByteArray &out, qint64 sequenceId) const
{
    writeNumbered(out, HubMessageType::Ack, sequenceId);
}

void MessagePackHubProtocol::writeSequence(QByteArray &out, qint64 sequenceId) const
{
    writeNumbered(out, HubMessageType::Sequence, sequenceId);
}

void MessagePackHubProtocol::writeNumbered(QByteArray &out, HubMessageType type, qint64 sequenceId) const
{
    const qsizetype begin = out.size();
    MessagePackWriter writer(out, m_parser->json);
    writer.beginArray(2);
    writer.integer(static_cast<qint64>(type));
    writer.integer(sequenceId);
    insertPrefix(out, begin);
}

void MessagePackHubProtocol::writeClose(QByteArray &out, QByteArrayView error, bool allowReconnect) const
{
    const qsizetype begin = out.size();
    MessagePackWriter writer(out, m_parser->json);
    writer.beginArray(3);
    writer.integer(static_cast<qint64>(HubMessageType::Close));
    if (error.isEmpty())
        writer.null();
    else
        writer.string(error);
    writer.boolean(allowReconnect);
    insertPrefix(out, begin);
}

} // namespace hudhud
