// SPDX-License-Identifier: GPL-3.0-or-later
#include "signalr/json_writer.h"

#include <array>
#include <charconv>
#include <cstring>

namespace hudhud {

namespace {

constexpr bool needsEscape(unsigned char character)
{
    return character < 0x20 || character == '"' || character == '\\';
}

/// Tells whether any of eight characters needs an escape. Sets the high bit of each byte that is below 0x20, a quote
/// or a backslash; a byte that only borrowed from its neighbour can show up falsely, which costs a closer look.
bool blockNeedsEscape(const char *characters)
{
    constexpr quint64 ones = 0x0101010101010101ULL;
    constexpr quint64 highs = 0x8080808080808080ULL;
    quint64 block;
    std::memcpy(&block, characters, sizeof block);
    const auto below = [](quint64 bytes, quint64 bound) { return (bytes - ones * bound) & ~bytes; };
    const quint64 hits = below(block, 0x20) | below(block ^ (ones * '"'), 1) | below(block ^ (ones * '\\'), 1);
    return (hits & highs) != 0;
}

qsizetype plainLength(QByteArrayView text)
{
    qsizetype length = 0;
    while (length + 8 <= text.size() && !blockNeedsEscape(text.data() + length))
        length += 8;
    while (length < text.size() && !needsEscape(static_cast<unsigned char>(text[length])))
        ++length;
    return length;
}

void appendEscape(QByteArray &out, unsigned char character)
{
    switch (character) {
    case '"':
        out.append("\\\"", 2);
        return;
    case '\\':
        out.append("\\\\", 2);
        return;
    case '\b':
        out.append("\\b", 2);
        return;
    case '\f':
        out.append("\\f", 2);
        return;
    case '\n':
        out.append("\\n", 2);
        return;
    case '\r':
        out.append("\\r", 2);
        return;
    case '\t':
        out.append("\\t", 2);
        return;
    default:
        constexpr char digits[] = "0123456789abcdef";
        const char escape[] = {'\\', 'u', '0', '0', digits[character >> 4], digits[character & 0xF]};
        out.append(escape, sizeof escape);
    }
}

} // namespace

void appendJsonString(QByteArray &out, QByteArrayView text)
{
    out.append('"');
    while (true) {
        const qsizetype plain = plainLength(text);
        out.append(text.first(plain));
        if (plain == text.size())
            break;
        appendEscape(out, static_cast<unsigned char>(text[plain]));
        text = text.sliced(plain + 1);
    }
    out.append('"');
}

void JsonWriter::separate()
{
    if (!m_isFirst)
        m_out.append(',');
    m_isFirst = false;
}

void JsonWriter::beginArray(qsizetype)
{
    separate();
    m_out.append('[');
    m_isFirst = true;
}

void JsonWriter::endArray()
{
    m_out.append(']');
    m_isFirst = false;
}

void JsonWriter::beginObject(qsizetype)
{
    separate();
    m_out.append('{');
    m_isFirst = true;
}

void JsonWriter::endObject()
{
    m_out.append('}');
    m_isFirst = false;
}

void JsonWriter::name(QByteArrayView name)
{
    separate();
    appendJsonString(m_out, name);
    m_out.append(':');
    m_isFirst = true;
}

void JsonWriter::string(QByteArrayView text)
{
    separate();
    appendJsonString(m_out, text);
}

void JsonWriter::integer(qint64 value)
{
    separate();
    std::array<char, 24> digits;
    const auto result = std::to_chars(digits.data(), digits.data() + digits.size(), value);
    m_out.append(digits.data(), result.ptr - digits.data());
}

void JsonWriter::boolean(bool value)
{
    separate();
    m_out.append(value ? QByteArrayView("true") : QByteArrayView("false"));
}

void JsonWriter::json(QByteArrayView text)
{
    separate();
    m_out.append(text);
}

} // namespace hudhud
