// SPDX-License-Identifier: GPL-3.0-or-later
#include "rows.h"

#include "stored_text.h"

#include <QSqlQuery>
#include <QVariant>

namespace hudhud {

namespace {

constexpr qsizetype IdCharacters = 36;

} // namespace

bool Rows::next()
{
    return m_query->next();
}

bool Rows::isNull(int column) const
{
    return m_query->isNull(column);
}

qint64 Rows::number(int column) const
{
    return m_query->value(column).toLongLong();
}

bool Rows::flag(int column) const
{
    return m_query->value(column).toBool();
}

std::optional<Timestamp> Rows::time(int column) const
{
    if (isNull(column))
        return std::nullopt;
    return Timestamp(std::chrono::milliseconds(number(column)));
}

QByteArray Rows::text(int column) const
{
    return fromStoredText(m_query->value(column).toString().toUtf8());
}

QByteArray Rows::bytes(int column) const
{
    return m_query->value(column).toByteArray();
}

MessageId Rows::id(int column) const
{
    return MessageId::fromString(m_query->value(column).toString().toLatin1()).value_or(MessageId());
}

std::vector<MessageId> Rows::idArray(int column) const
{
    const QByteArray text = m_query->value(column).toString().toLatin1(); // {a,b}
    std::vector<MessageId> ids;
    for (qsizetype at = 1; at + IdCharacters < text.size(); at += IdCharacters + 1)
        ids.push_back(MessageId::fromString(QByteArrayView(text).sliced(at, IdCharacters)).value_or(MessageId()));
    return ids;
}

qint64 Rows::affected() const
{
    return m_query->numRowsAffected();
}

} // namespace hudhud
