// SPDX-License-Identifier: GPL-3.0-or-later
#include "signalr/json_hub_protocol.h"

#include "core/json_text.h"
#include "core/to_bytes.h"
#include "signalr/json_writer.h"

#include <simdjson.h>

#include <optional>

namespace hudhud {

namespace {

using simdjson::dom::element;
using simdjson::dom::element_type;

/// The properties of one message, as they came, before the rules of its type are applied.
struct Properties
{
    std::optional<element> type;
    std::optional<element> invocationId;
    std::optional<element> target;
    std::optional<element> arguments;
    std::optional<element> streamIds;
    std::optional<element> item;
    std::optional<element> result;
    std::optional<element> error;
    std::optional<element> allowReconnect;
    std::optional<element> sequenceId;
};

Properties collect(const simdjson::dom::object &object)
{
    Properties properties;
    const std::pair<std::string_view, std::optional<element> *> slots[] = {
        {"type", &properties.type},
        {"invocationId", &properties.invocationId},
        {"target", &properties.target},
        {"arguments", &properties.arguments},
        {"streamIds", &properties.streamIds},
        {"item", &properties.item},
        {"result", &properties.result},
        {"error", &properties.error},
        {"allowReconnect", &properties.allowReconnect},
        {"sequenceId", &properties.sequenceId},
    };
    for (const simdjson::dom::key_value_pair &member : object) {
        for (const auto &[name, slot] : slots) {
            if (member.key == name)
                *slot = member.value;
        }
    }
    return properties;
}

/// Absent and null are the same here, and leave `text` empty. False: it is something else than a string.
bool readText(const std::optional<element> &source, QByteArrayView &text)
{
    text = {};
    if (!source || source->is_null())
        return true;
    std::string_view view;
    if (source->get(view) != simdjson::SUCCESS)
        return false;
    text = toBytes(view);
    return true;
}

bool readValue(const element &source, HubValue &value, int depth);

bool readElements(const simdjson::dom::array &array, std::vector<HubValue> &values, int depth)
{
    if (depth > JsonHubProtocol::MaximumDepth)
        return false;
    values.reserve(array.size());
    for (const element &member : array) {
        if (!readValue(member, values.emplace_back(), depth))
            return false;
    }
    return true;
}

bool readMembers(const simdjson::dom::object &object, std::vector<HubValue> &values, int depth)
{
    if (depth > JsonHubProtocol::MaximumDepth)
        return false;
    values.reserve(object.size());
    for (const simdjson::dom::key_value_pair &member : object) {
        HubValue &value = values.emplace_back();
        value.name = toBytes(member.key);
        if (!readValue(member.value, value, depth))
            return false;
    }
    return true;
}

bool readValue(const element &source, HubValue &value, int depth)
{
    switch (source.type()) {
    case element_type::ARRAY:
        value.kind = HubValue::Kind::Array;
        return readElements(source.get_array().value_unsafe(), value.elements, depth + 1);
    case element_type::OBJECT:
        value.kind = HubValue::Kind::Object;
        return readMembers(source.get_object().value_unsafe(), value.elements, depth + 1);
    case element_type::STRING:
        value.kind = HubValue::Kind::String;
        value.text = toBytes(source.get_string().value_unsafe());
        return true;
    case element_type::INT64:
        value.kind = HubValue::Kind::Integer;
        value.integer = source.get_int64().value_unsafe();
        return true;
    case element_type::UINT64: // Only for numbers that no int64 holds.
    case element_type::DOUBLE:
        value.kind = HubValue::Kind::Real;
        value.real = source.get_double().value_unsafe();
        return true;
    case element_type::BOOL:
        value.kind = HubValue::Kind::Boolean;
        value.boolean = source.get_bool().value_unsafe();
        return true;
    case element_type::NULL_VALUE:
        return true;
    }
    return false;
}

bool readStreamIds(const Properties &properties, HubMessage &message)
{
    if (!properties.streamIds || properties.streamIds->is_null())
        return true;
    simdjson::dom::array ids;
    if (properties.streamIds->get(ids) != simdjson::SUCCESS)
        return false;
    for (const element &id : ids) {
        std::string_view text;
        if (id.get(text) != simdjson::SUCCESS || text.empty())
            return false;
        message.streamIds.push_back(toBytes(text));
    }
    return true;
}

bool readCall(const Properties &properties, HubMessage &message)
{
    simdjson::dom::array arguments;
    return readText(properties.target, message.target) && !message.target.isEmpty() && properties.arguments
        && properties.arguments->get(arguments) == simdjson::SUCCESS
        && readElements(arguments, message.arguments, 1) && readStreamIds(properties, message);
}

bool readCompletion(const Properties &properties, HubMessage &message)
{
    if (!readText(properties.error, message.error) || (properties.result && !message.error.isEmpty()))
        return false;
    message.hasResult = properties.result.has_value();
    return !message.hasResult || readValue(*properties.result, message.value, 0);
}

bool readClose(const Properties &properties, HubMessage &message)
{
    if (properties.allowReconnect && !properties.allowReconnect->is_null()
        && properties.allowReconnect->get(message.allowReconnect) != simdjson::SUCCESS)
        return false;
    return readText(properties.error, message.error);
}

bool readSequence(const Properties &properties, HubMessage &message)
{
    int64_t number = 0;
    if (!properties.sequenceId || properties.sequenceId->get(number) != simdjson::SUCCESS)
        return false;
    message.sequenceId = number;
    return true;
}

/// Applies the rules of the message's type.
bool readProperties(const Properties &properties, HubMessage &message)
{
    if (!readText(properties.invocationId, message.invocationId))
        return false;
    switch (message.type) {
    case HubMessageType::Invocation:
        return readCall(properties, message);
    case HubMessageType::StreamInvocation:
        return !message.invocationId.isEmpty() && readCall(properties, message);
    case HubMessageType::StreamItem:
        return !message.invocationId.isEmpty() && properties.item
            && readValue(*properties.item, message.value, 0);
    case HubMessageType::Completion:
        return !message.invocationId.isEmpty() && readCompletion(properties, message);
    case HubMessageType::CancelInvocation:
        return !message.invocationId.isEmpty();
    case HubMessageType::Close:
        return readClose(properties, message);
    case HubMessageType::Ack:
    case HubMessageType::Sequence:
        return readSequence(properties, message);
    case HubMessageType::Ping:
        return true;
    }
    return false;
}

/// The type, and the id unless it is empty.
void beginMessage(QByteArray &out, HubMessageType type, QByteArrayView invocationId)
{
    out.append("{\"type\":");
    out.append(static_cast<char>('0' + static_cast<int>(type)));
    if (!invocationId.isEmpty()) {
        out.append(",\"invocationId\":");
        appendJsonString(out, invocationId);
    }
}

void endMessage(QByteArray &out)
{
    out.append('}');
    out.append(RecordSeparator);
}

void writeNumbered(QByteArray &out, HubMessageType type, qint64 sequenceId)
{
    beginMessage(out, type, {});
    out.append(",\"sequenceId\":");
    JsonWriter(out).integer(sequenceId);
    endMessage(out);
}

} // namespace

class JsonHubProtocol::Parser
{
public:
    simdjson::dom::parser json;
};

JsonHubProtocol::JsonHubProtocol()
    : m_parser(std::make_unique<Parser>())
{
}

JsonHubProtocol::~JsonHubProtocol() = default;

HubProtocol::Outcome JsonHubProtocol::parse(QByteArrayView framed, HubMessage &message)
{
    std::vector<HubValue> arguments = std::move(message.arguments); // Keeps the allocation from call to call.
    arguments.clear();
    message = HubMessage();
    message.arguments = std::move(arguments);
    simdjson::dom::object object;
    // The parser copies the text into its own buffer, which has the padding that it reads past the end.
    const auto document
        = m_parser->json.parse(framed.data(), static_cast<std::size_t>(framed.size() - 1), true);
    if (document.get(object) != simdjson::SUCCESS)
        return Outcome::Malformed;
    const Properties properties = collect(object);
    int64_t type = 0;
    if (!properties.type || properties.type->get(type) != simdjson::SUCCESS)
        return Outcome::Malformed;
    if (type < static_cast<int>(HubMessageType::Invocation)
        || type > static_cast<int>(HubMessageType::Sequence))
        return Outcome::Ignored;
    message.type = static_cast<HubMessageType>(type);
    return readProperties(properties, message) ? Outcome::Parsed : Outcome::Malformed;
}

void JsonHubProtocol::writeInvocation(QByteArray &out, QByteArrayView target, qsizetype argumentCount,
                                      const HubValues &arguments) const
{
    writeCall(out, {.isStreaming = false, .invocationId = {}, .target = target, .streamIds = {}}, argumentCount,
              arguments);
}

void JsonHubProtocol::writeCall(QByteArray &out, const HubCallHead &head, qsizetype argumentCount,
                                const HubValues &arguments) const
{
    beginMessage(out, head.isStreaming ? HubMessageType::StreamInvocation : HubMessageType::Invocation,
                 head.invocationId);
    out.append(",\"target\":");
    appendJsonString(out, head.target);
    out.append(",\"arguments\":");
    JsonWriter writer(out);
    writer.beginArray(argumentCount);
    arguments(writer);
    writer.endArray();
    if (!head.streamIds.empty()) {
        out.append(",\"streamIds\":");
        JsonWriter ids(out);
        ids.beginArray(static_cast<qsizetype>(head.streamIds.size()));
        for (const QByteArray &id : head.streamIds)
            ids.string(id);
        ids.endArray();
    }
    endMessage(out);
}

void JsonHubProtocol::writeStreamItem(QByteArray &out, QByteArrayView invocationId, const HubValues &item) const
{
    beginMessage(out, HubMessageType::StreamItem, invocationId);
    out.append(",\"item\":");
    JsonWriter writer(out);
    item(writer);
    endMessage(out);
}

void JsonHubProtocol::writeCancellation(QByteArray &out, QByteArrayView invocationId) const
{
    beginMessage(out, HubMessageType::CancelInvocation, invocationId);
    endMessage(out);
}

void JsonHubProtocol::writeCompletion(QByteArray &out, QByteArrayView invocationId,
                                      const HubValues &result) const
{
    beginMessage(out, HubMessageType::Completion, invocationId);
    if (result) {
        out.append(",\"result\":");
        JsonWriter writer(out);
        result(writer);
    }
    endMessage(out);
}

void JsonHubProtocol::writeFailure(QByteArray &out, QByteArrayView invocationId, QByteArrayView error) const
{
    beginMessage(out, HubMessageType::Completion, invocationId);
    out.append(",\"error\":");
    appendJsonString(out, error);
    endMessage(out);
}

void JsonHubProtocol::writePing(QByteArray &out) const
{
    beginMessage(out, HubMessageType::Ping, {});
    endMessage(out);
}

void JsonHubProtocol::writeAck(QByteArray &out, qint64 sequenceId) const
{
    writeNumbered(out, HubMessageType::Ack, sequenceId);
}

void JsonHubProtocol::writeSequence(QByteArray &out, qint64 sequenceId) const
{
    writeNumbered(out, HubMessageType::Sequence, sequenceId);
}

void JsonHubProtocol::writeClose(QByteArray &out, QByteArrayView error, bool allowReconnect) const
{
    beginMessage(out, HubMessageType::Close, {});
    if (!error.isEmpty()) {
        out.append(",\"error\":");
        appendJsonString(out, error);
    }
    if (allowReconnect)
        out.append(",\"allowReconnect\":true");
    endMessage(out);
}

} // namespace hudhud
