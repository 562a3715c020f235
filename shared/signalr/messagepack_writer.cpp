// SPDX-License-Identifier: GPL-3.0-or-later
#include "signalr/messagepack_writer.h"

#include "core/to_bytes.h"

#include <QtEndian>

#include <simdjson.h>

#include <array>
#include <bit>
#include <limits>

namespace hudhud {

namespace {

template <typename Number> bool fits(qint64 value)
{
    return value >= std::numeric_limits<Number>::min() && value <= std::numeric_limits<Number>::max();
}

} // namespace

template <typename Number> void MessagePackWriter::number(quint8 tag, Number value)
{
    std::array<char, 1 + sizeof value> bytes{static_cast<char>(tag)};
    qToBigEndian(value, bytes.data() + 1);
    m_out.append(bytes.data(), bytes.size());
}

void MessagePackWriter::size(qsizetype value, quint8 tag8, quint8 tag16, quint8 tag32)
{
    if (tag8 != 0 && fits<quint8>(value))
        number(tag8, static_cast<quint8>(value));
    else if (fits<quint16>(value))
        number(tag16, static_cast<quint16>(value));
    else
        number(tag32, static_cast<quint32>(value));
}

void MessagePackWriter::beginArray(qsizetype count)
{
    if (count < 16)
        tag(static_cast<quint8>(0x90 | count));
    else
        size(count, 0, 0xdc, 0xdd);
}

void MessagePackWriter::beginObject(qsizetype count)
{
    if (count < 16)
        tag(static_cast<quint8>(0x80 | count));
    else
        size(count, 0, 0xde, 0xdf);
}

void MessagePackWriter::string(QByteArrayView text)
{
    if (text.size() < 32)
        tag(static_cast<quint8>(0xa0 | text.size()));
    else
        size(text.size(), 0xd9, 0xda, 0xdb);
    m_out.append(text);
}

void MessagePackWriter::integer(qint64 value)
{
    if (value >= -32 && value <= 127)
        tag(static_cast<quint8>(value));
    else if (fits<quint8>(value))
        number(0xcc, static_cast<quint8>(value));
    else if (fits<quint16>(value))
        number(0xcd, static_cast<quint16>(value));
    else if (fits<quint32>(value))
        number(0xce, static_cast<quint32>(value));
    else if (value >= 0)
        number(0xcf, static_cast<quint64>(value));
    else if (fits<qint8>(value))
        number(0xd0, static_cast<qint8>(value));
    else if (fits<qint16>(value))
        number(0xd1, static_cast<qint16>(value));
    else if (fits<qint32>(value))
        number(0xd2, static_cast<qint32>(value));
    else
        number(0xd3, value);
}

void MessagePackWriter::boolean(bool value)
{
    tag(value ? 0xc3 : 0xc2);
}

void MessagePackWriter::null()
{
    tag(0xc0);
}

void MessagePackWriter::real(double value)
{
    number(0xcb, std::bit_cast<quint64>(value));
}

void MessagePackWriter::json(QByteArrayView text)
{
    simdjson::dom::element parsed;
    if (m_parser.parse(text.data(), static_cast<std::size_t>(text.size()), true).get(parsed) == simdjson::SUCCESS)
        element(parsed);
    else
        null(); // Callers give valid JSON; a wrong value is better than a frame that ends the connection.
}

void MessagePackWriter::element(const simdjson::dom::element &value)
{
    using simdjson::dom::element_type;
    switch (value.type()) {
    case element_type::ARRAY: {
        const simdjson::dom::array elements = value.get_array().value_unsafe();
        beginArray(static_cast<qsizetype>(elements.size()));
        for (const simdjson::dom::element &member : elements)
            element(member);
        return;
    }
    case element_type::OBJECT: {
        const simdjson::dom::object members = value.get_object().value_unsafe();
        beginObject(static_cast<qsizetype>(members.size()));
        for (const simdjson::dom::key_value_pair &member : members) {
            name(toBytes(member.key));
            element(member.value);
        }
        return;
    }
    case element_type::STRING:
        string(toBytes(value.get_string().value_unsafe()));
        return;
    case element_type::INT64:
        integer(value.get_int64().value_unsafe());
        return;
    case element_type::UINT64:
        number(0xcf, value.get_uint64().value_unsafe());
        return;
    case element_type::DOUBLE:
        real(value.get_double().value_unsafe());
        return;
    case element_type::BOOL:
        boolean(value.get_bool().value_unsafe());
        return;
    case element_type::NULL_VALUE:
        null();
        return;
    }
}

} // namespace hudhud
