// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "signalr/hub_message.h"

namespace hudhud {

/// Reads MessagePack (the specification of msgpack.org) from bytes that nobody has checked: every length is compared with
/// what is there before room is made for it, text must be UTF-8, nesting has a limit. Keys of maps must be strings.
/// Ownership: the values that it reads point into `bytes`.
class MessagePackReader
{
public:
    /// Deepest nesting of arrays and maps that `read` takes.
    static constexpr int MaximumDepth = 32;

    explicit MessagePackReader(QByteArrayView bytes)
        : m_rest(bytes)
    {
    }

    /// Reads one value. False: it is malformed or not whole.
    bool read(HubValue &value) { return read(value, 0); }
    bool isAtEnd() const { return m_rest.isEmpty(); }

private:
    bool read(HubValue &value, int depth);
    bool readNumber(quint8 tag, HubValue &value);
    bool readSized(quint8 tag, HubValue &value, int depth);
    bool readElements(quint64 count, HubValue &value, int depth);
    bool readMembers(quint64 count, HubValue &value, int depth);
    bool readString(quint64 size, QByteArrayView &text);
    bool readBinary(quint64 size, HubValue &value);
    bool take(quint64 size, QByteArrayView &bytes);
    /// A big-endian number without sign.
    template <typename Number> bool takeNumber(Number &number);

    QByteArrayView m_rest;
};

} // namespace hudhud
