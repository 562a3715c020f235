// SPDX-License-Identifier: GPL-3.0-or-later
#include "signalr/hub_protocol.h"

namespace hudhud {

void writeHubValue(HubValueWriter &writer, const HubValue &value)
{
    switch (value.kind) {
    case HubValue::Kind::Null:
    case HubValue::Kind::Binary:
        writer.null();
        return;
    case HubValue::Kind::Boolean:
        writer.boolean(value.boolean);
        return;
    case HubValue::Kind::Integer:
        writer.integer(value.integer);
        return;
    case HubValue::Kind::Real:
        writer.real(value.real);
        return;
    case HubValue::Kind::String:
        writer.string(value.text);
        return;
    case HubValue::Kind::Array:
        writer.beginArray(static_cast<qsizetype>(value.elements.size()));
        for (const HubValue &element : value.elements)
            writeHubValue(writer, element);
        writer.endArray();
        return;
    case HubValue::Kind::Object:
        writer.beginObject(static_cast<qsizetype>(value.elements.size()));
        for (const HubValue &member : value.elements) {
            writer.name(member.name);
            writeHubValue(writer, member);
        }
        writer.endObject();
        return;
    }
}

} // namespace hudhud
