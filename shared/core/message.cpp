// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/message.h"

#include <array>

namespace hudhud {

namespace {

constexpr std::array<QByteArrayView, 5> StatusNames{"Queued", "Processing", "Delivered", "Failed", "DeadLetter"};
constexpr std::array<QByteArrayView, 2> TypeNames{"OneWay", "TwoWay"};
constexpr std::array<QByteArrayView, 4> PriorityNames{"Low", "Normal", "High", "Critical"};
constexpr std::array<QByteArrayView, DeadLetterReasonCount> DeadLetterReasonNames{
    "attempts-used-up", "delivery-limit", "rejected", "expired", "superseded", "permanent-error"};

template <typename Enum, std::size_t N>
std::optional<Enum> fromName(const std::array<QByteArrayView, N> &names, QByteArrayView name)
{
    for (std::size_t i = 0; i < N; ++i) {
        if (names[i] == name)
            return static_cast<Enum>(i);
    }
    return std::nullopt;
}

} // namespace

QByteArrayView messageStatusName(MessageStatus status) { return StatusNames.at(static_cast<std::size_t>(status)); }
QByteArrayView messageTypeName(MessageType type) { return TypeNames.at(static_cast<std::size_t>(type)); }
QByteArrayView priorityName(Priority priority) { return PriorityNames.at(static_cast<std::size_t>(priority)); }
QByteArrayView deadLetterReasonName(DeadLetterReason reason)
{
    return DeadLetterReasonNames.at(static_cast<std::size_t>(reason));
}

std::optional<MessageStatus> messageStatusFromName(QByteArrayView name)
{
    return fromName<MessageStatus>(StatusNames, name);
}
std::optional<MessageType> messageTypeFromName(QByteArrayView name) { return fromName<MessageType>(TypeNames, name); }
std::optional<Priority> priorityFromName(QByteArrayView name) { return fromName<Priority>(PriorityNames, name); }

std::optional<DeadLetterReason> deadLetterReasonFromName(QByteArrayView name)
{
    return fromName<DeadLetterReason>(DeadLetterReasonNames, name);
}

bool isTransitionAllowed(MessageStatus from, MessageStatus to)
{
    using enum MessageStatus;
    switch (from) {
    case Queued:
        return to == Processing || to == Delivered || to == DeadLetter;
    case Processing:
        return to == Queued || to == Delivered || to == Failed || to == DeadLetter;
    case Failed:
        return to == Queued || to == Processing || to == Delivered || to == DeadLetter;
    case DeadLetter:
        return to == Queued;
    case Delivered:
        return false;
    }
    return false;
}

} // namespace hudhud
