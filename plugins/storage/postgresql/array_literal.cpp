// SPDX-License-Identifier: GPL-3.0-or-later
#include "array_literal.h"

#include "stored_text.h"

namespace hudhud {

namespace {

constexpr qsizetype IdCharacters = 36;

} // namespace

void ArrayLiteral::separate()
{
    if (m_text.size() > 1)
        m_text.append(',');
}

void ArrayLiteral::addNull()
{
    separate();
    m_text.append("NULL");
}

void ArrayLiteral::addNumber(qint64 number)
{
    separate();
    m_text.append(QByteArray::number(number));
}

void ArrayLiteral::addNumber(std::optional<qint64> number)
{
    if (number)
        addNumber(*number);
    else
        addNull();
}

void ArrayLiteral::addTime(std::optional<Timestamp> time)
{
    if (time)
        addTime(*time);
    else
        addNull();
}

void ArrayLiteral::addId(const MessageId &id)
{
    separate();
    const qsizetype end = m_text.size();
    m_text.resize(end + IdCharacters);
    id.writeTo(m_text.data() + end);
}

void ArrayLiteral::addText(QByteArrayView text)
{
    if (text.isEmpty()) {
        addNull();
        return;
    }
    separate();
    m_text.append('"');
    // Within quotes only these two mean something to the array's syntax.
    for (const char c : text) {
        if (c == '"' || c == '\\')
            m_text.append('\\');
        appendStoredText(m_text, QByteArrayView(&c, 1));
    }
    m_text.append('"');
}

void ArrayLiteral::addBytes(QByteArrayView bytes)
{
    if (bytes.isEmpty()) {
        addNull();
        return;
    }
    separate();
    m_text.append("\"\\\\x");
    m_text.append(bytes.toByteArray().toHex());
    m_text.append('"');
}

ArrayLiteral arrayOf(std::span<const MessageId> ids)
{
    ArrayLiteral array(std::ssize(ids) * (IdCharacters + 1));
    for (const MessageId &id : ids)
        array.addId(id);
    return array;
}

} // namespace hudhud
