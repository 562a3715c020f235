// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "signalr/hub_message.h"

#include <functional>

namespace hudhud {

/// How a transport has to carry a protocol's bytes.
enum class TransferFormat : quint8 { Text, Binary };

/// Writes the values of an outgoing hub message. Text is UTF-8. Counts are promises: the caller then writes
/// exactly that many values (members count as one `name` and one value).
class HubValueWriter
{
public:
    virtual ~HubValueWriter() = default;
    virtual void beginArray(qsizetype count) = 0;
    virtual void endArray() = 0;
    virtual void beginObject(qsizetype count) = 0;
    virtual void endObject() = 0;
    virtual void name(QByteArrayView name) = 0;
    virtual void string(QByteArrayView text) = 0;
    virtual void integer(qint64 value) = 0;
    virtual void real(double value) = 0;
    virtual void boolean(bool value) = 0;
    virtual void null() = 0;
    /// One value that is given as valid JSON text.
    virtual void json(QByteArrayView text) = 0;
};

using HubValues = std::function<void(HubValueWriter &writer)>;

/// Writes a received value as it came; bytes and extensions of MessagePack, which JSON cannot carry, become null.
void writeHubValue(HubValueWriter &writer, const HubValue &value);

/// What a call says beside its arguments.
struct HubCallHead
{
    bool isStreaming = false; ///< The caller wants a stream (StreamInvocation); needs an id.
    QByteArrayView invocationId; ///< Empty: no answer is wanted.
    QByteArrayView target;
    std::vector<QByteArray> streamIds; ///< Of the caller's upload streams, which are no arguments.
};

/// Translates between hub messages and bytes. The write functions append one whole, framed message to `out`,
/// so the bytes of one call may be sent to any number of connections that speak the protocol. Thread: one
/// object per I/O thread, used only there.
class HubProtocol
{
public:
    enum class Outcome : quint8 {
        Parsed,
        Ignored, ///< Well-formed, of a type we do not know.
        Malformed, ///< The connection has to be closed.
    };

    virtual ~HubProtocol() = default;
    /// As in the handshake: "json", "messagepack".
    virtual QByteArrayView name() const = 0;
    virtual TransferFormat transferFormat() const = 0;

    /// Bytes of the first whole message in `input` with its framing; 0 if it has not arrived whole, -1 if the
    /// framing is broken.
    virtual qsizetype messageLength(QByteArrayView input) const = 0;
    /// Reads exactly one framed message.
    virtual Outcome parse(QByteArrayView framed, HubMessage &message) = 0;

    /// A call of a client's method that wants no answer; `arguments` writes `argumentCount` values.
    virtual void writeInvocation(QByteArray &out, QByteArrayView target, qsizetype argumentCount,
                                 const HubValues &arguments) const = 0;
    /// A call that wants an answer, or carries streams; clients write those, servers only plain ones with an id.
    virtual void writeCall(QByteArray &out, const HubCallHead &head, qsizetype argumentCount,
                           const HubValues &arguments) const = 0;
    /// `item` writes one value.
    virtual void writeStreamItem(QByteArray &out, QByteArrayView invocationId, const HubValues &item) const = 0;
    /// What a client says who wants no more of a stream.
    virtual void writeCancellation(QByteArray &out, QByteArrayView invocationId) const = 0;
    /// The end of a call. An empty `result` means that the method gives none.
    virtual void writeCompletion(QByteArray &out, QByteArrayView invocationId,
                                 const HubValues &result) const = 0;
    virtual void writeFailure(QByteArray &out, QByteArrayView invocationId, QByteArrayView error) const = 0;
    virtual void writePing(QByteArray &out) const = 0;
    /// "I have processed everything up to this number": only where stateful reconnect was negotiated, as the next.
    virtual void writeAck(QByteArray &out, qint64 sequenceId) const = 0;
    /// "The next message that I send has this number."
    virtual void writeSequence(QByteArray &out, qint64 sequenceId) const = 0;
    /// `error` may be empty.
    virtual void writeClose(QByteArray &out, QByteArrayView error, bool allowReconnect) const = 0;
};

} // namespace hudhud
