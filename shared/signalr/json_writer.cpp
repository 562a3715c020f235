// SPDX-License-Identifier: GPL-3.0-or-later
#include "signalr/json_writer.h"

#include "core/json_text.h"

#include <array>
#include <charconv>
#include <cmath>

namespace hudhud {

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

void JsonWriter::real(double value)
{
    if (!std::isfinite(value)) { // JSON has no such numbers.
        null();
        return;
    }
    separate();
    std::array<char, 32> digits;
    const auto result = std::to_chars(digits.data(), digits.data() + digits.size(), value);
    m_out.append(digits.data(), result.ptr - digits.data());
}

void JsonWriter::null()
{
    separate();
    m_out.append("null");
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
