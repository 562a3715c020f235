// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>

#include <vector>

namespace hudhud {

/// The kinds of hub messages, numbered as on the wire (SignalR hub protocol).
enum class HubMessageType : quint8 {
    Invocation = 1,
    StreamItem = 2,
    Completion = 3,
    StreamInvocation = 4,
    CancelInvocation = 5,
    Ping = 6,
    Close = 7,
    Ack = 8,
    Sequence = 9,
};

/// One value that came with a hub message, the same whichever protocol carried it.
/// Ownership: the views point into the bytes that were parsed or into the protocol object that did it, and end with its
/// next `parse`.
struct HubValue
{
    enum class Kind : quint8 { Null, Boolean, Integer, Real, String, Binary, Array, Object };

    Kind kind = Kind::Null;
    bool boolean = false;
    qint64 integer = 0;
    double real = 0;
    QByteArrayView text; ///< Of a String, UTF-8; or the bytes of a Binary.
    QByteArrayView name; ///< Of a member of an Object; UTF-8.
    std::vector<HubValue> elements; ///< Of an Array, or the members of an Object.
};

/// One received hub message. Fields that its type does not have are empty.
/// Ownership: as for HubValue.
struct HubMessage
{
    HubMessageType type = HubMessageType::Ping;
    QByteArrayView invocationId; ///< Empty: the caller wants no answer.
    QByteArrayView target;
    std::vector<HubValue> arguments;
    std::vector<QByteArrayView> streamIds; ///< Of the upload streams that the caller announced.
    HubValue value; ///< Item of a StreamItem, result of a Completion.
    bool hasResult = false; ///< Of a Completion: `value` is its result, which may be null.
    QByteArrayView error; ///< Of a Completion or a Close.
    bool allowReconnect = false;
    qint64 sequenceId = 0;
};

} // namespace hudhud
