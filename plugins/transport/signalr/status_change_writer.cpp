// SPDX-License-Identifier: GPL-3.0-or-later
#include "status_change_writer.h"

#include <array>

namespace hudhud {

namespace {

constexpr qsizetype RequiredMembers = 6;

QByteArrayView channelName(DeliveryChannel channel)
{
    switch (channel) {
    case DeliveryChannel::SignalR:
        break;
    case DeliveryChannel::Fallback:
        return "Fallback";
    case DeliveryChannel::Retry:
        return "Retry";
    }
    return "SignalR";
}

void writeText(HubValueWriter &writer, QByteArrayView name, QByteArrayView text)
{
    writer.name(name);
    writer.string(text);
}

} // namespace

void writeStatusChange(HubValueWriter &writer, const StatusChange &change)
{
    const bool isTimed = change.latency.count() > 0;
    const qsizetype optionalMembers = (change.reason.isEmpty() ? 0 : 1) + (change.deadLetterReason ? 1 : 0)
        + (change.readAt ? 1 : 0) + (isTimed ? 1 : 0);
    writer.beginObject(RequiredMembers + optionalMembers);
    std::array<char, 36> id;
    change.id.writeTo(id.data());
    writeText(writer, "id", QByteArrayView(id.data(), id.size()));
    writeText(writer, "recipient", change.recipient.view());
    writeText(writer, "status", messageStatusName(change.status));
    writeText(writer, "time", toRfc3339(change.time));
    writer.name("attempt");
    writer.integer(change.attempt);
    writeText(writer, "channel", channelName(change.channel));
    if (!change.reason.isEmpty())
        writeText(writer, "reason", change.reason);
    if (change.deadLetterReason)
        writeText(writer, "deadLetterReason", deadLetterReasonName(*change.deadLetterReason));
    if (change.readAt)
        writeText(writer, "readAt", toRfc3339(*change.readAt));
    if (isTimed) {
        writer.name("latencyMilliseconds");
        writer.integer(change.latency.count());
    }
    writer.endObject();
}

} // namespace hudhud
