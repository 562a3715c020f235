// SPDX-License-Identifier: GPL-3.0-or-later
#include "signalr/messagepack_reader.h"

#include <QtEndian>

#include <simdjson.h>

#include <bit>
#include <limits>

namespace hudhud {

bool MessagePackReader::take(quint64 size, QByteArrayView &bytes)
{
    if (size > static_cast<quint64>(m_rest.size()))
        return false;
    bytes = m_rest.first(static_cast<qsizetype>(size));
    m_rest = m_rest.sliced(static_cast<qsizetype>(size));
    return true;
}

template <typename Number> bool MessagePackReader::takeNumber(Number &number)
{
    QByteArrayView bytes;
    if (!take(sizeof number, bytes))
        return false;
    number = qFromBigEndian<Number>(bytes.data());
    return true;
}

bool MessagePackReader::read(HubValue &value, int depth)
{
    quint8 tag = 0;
    if (!takeNumber(tag))
        return false;
    if (tag <= 0x7f || tag >= 0xe0) { // Small integers are their own tag.
        value.kind = HubValue::Kind::Integer;
        value.integer = static_cast<qint8>(tag);
        return true;
    }
    if (tag <= 0x8f)
        return readMembers(tag & 0x0fU, value, depth);
    if (tag <= 0x9f)
        return readElements(tag & 0x0fU, value, depth);
    if (tag <= 0xbf) {
        value.kind = HubValue::Kind::String;
        return readString(tag & 0x1fU, value.text);
    }
    switch (tag) {
    case 0xc0:
        value.kind = HubValue::Kind::Null;
        return true;
    case 0xc2:
    case 0xc3:
        value.kind = HubValue::Kind::Boolean;
        value.boolean = tag == 0xc3;
        return true;
    case 0xd4: // Extensions of 1, 2, 4, 8, 16 bytes and one for their type.
    case 0xd5:
    case 0xd6:
    case 0xd7:
    case 0xd8:
        return readBinary((quint64(1) << (tag - 0xd4U)) + 1, value);
    default:
        return tag >= 0xca && tag <= 0xd3 ? readNumber(tag, value) : readSized(tag, value, depth);
    }
}

bool MessagePackReader::readNumber(quint8 tag, HubValue &value)
{
    const auto readReal = [this, &value](auto bits, auto real) {
        value.kind = HubValue::Kind::Real;
        const bool isWhole = takeNumber(bits);
        value.real = std::bit_cast<decltype(real)>(bits);
        return isWhole;
    };
    const auto readInteger = [this, &value](auto integer) {
        value.kind = HubValue::Kind::Integer;
        const bool isWhole = takeNumber(integer);
        value.integer = static_cast<qint64>(integer);
        return isWhole;
    };
    switch (tag) {
    case 0xca:
        return readReal(quint32(0), 0.0F);
    case 0xcb:
        return readReal(quint64(0), 0.0);
    case 0xcc:
        return readInteger(quint8(0));
    case 0xcd:
        return readInteger(quint16(0));
    case 0xce:
        return readInteger(quint32(0));
    case 0xd0:
        return readInteger(qint8(0));
    case 0xd1:
        return readInteger(qint16(0));
    case 0xd2:
        return readInteger(qint32(0));
    case 0xd3:
        return readInteger(qint64(0));
    default:
        break;
    }
    quint64 large = 0;
    if (!takeNumber(large))
        return false;
    const bool fits = large <= static_cast<quint64>(std::numeric_limits<qint64>::max());
    value.kind = fits ? HubValue::Kind::Integer : HubValue::Kind::Real;
    value.integer = fits ? static_cast<qint64>(large) : 0;
    value.real = static_cast<double>(large);
    return true;
}

/// What begins with its size in 1, 2 or 4 bytes.
bool MessagePackReader::readSized(quint8 tag, HubValue &value, int depth)
{
    const auto readSize = [this](auto width, quint64 &size) {
        const bool isWhole = takeNumber(width);
        size = width;
        return isWhole;
    };
    quint64 size = 0;
    switch (tag) {
    case 0xc4:
        return readSize(quint8(0), size) && readBinary(size, value);
    case 0xc5:
        return readSize(quint16(0), size) && readBinary(size, value);
    case 0xc6:
        return readSize(quint32(0), size) && readBinary(size, value);
    case 0xc7: // Extensions: their type is not part of the size.
        return readSize(quint8(0), size) && readBinary(size + 1, value);
    case 0xc8:
        return readSize(quint16(0), size) && readBinary(size + 1, value);
    case 0xc9:
        return readSize(quint32(0), size) && readBinary(size + 1, value);
    case 0xd9:
    case 0xda:
    case 0xdb:
        value.kind = HubValue::Kind::String;
        return (tag == 0xd9       ? readSize(quint8(0), size)
                    : tag == 0xda ? readSize(quint16(0), size)
                                  : readSize(quint32(0), size))
            && readString(size, value.text);
    case 0xdc:
        return readSize(quint16(0), size) && readElements(size, value, depth);
    case 0xdd:
        return readSize(quint32(0), size) && readElements(size, value, depth);
    case 0xde:
        return readSize(quint16(0), size) && readMembers(size, value, depth);
    case 0xdf:
        return readSize(quint32(0), size) && readMembers(size, value, depth);
    default:
        return false; // 0xc1, which nobody may write.
    }
}

bool MessagePackReader::readElements(quint64 count, HubValue &value, int depth)
{
    // Each element takes a byte at least.
    if (depth >= MaximumDepth || count > static_cast<quint64>(m_rest.size()))
        return false;
    value.kind = HubValue::Kind::Array;
    value.elements.resize(static_cast<std::size_t>(count));
    for (HubValue &element : value.elements) {
        if (!read(element, depth + 1))
            return false;
    }
    return true;
}

bool MessagePackReader::readMembers(quint64 count, HubValue &value, int depth)
{
    if (depth >= MaximumDepth || count > static_cast<quint64>(m_rest.size()) / 2)
        return false;
    value.kind = HubValue::Kind::Object;
    value.elements.resize(static_cast<std::size_t>(count));
    for (HubValue &member : value.elements) {
        HubValue key;
        if (!read(key, MaximumDepth) || key.kind != HubValue::Kind::String || !read(member, depth + 1))
            return false;
        member.name = key.text;
    }
    return true;
}

bool MessagePackReader::readString(quint64 size, QByteArrayView &text)
{
    return take(size, text) && simdjson::validate_utf8(text.data(), static_cast<std::size_t>(text.size()));
}

bool MessagePackReader::readBinary(quint64 size, HubValue &value)
{
    value.kind = HubValue::Kind::Binary;
    return take(size, value.text);
}

} // namespace hudhud
