// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/clock.h"
#include "core/message_id.h"

#include <QByteArray>
#include <QString>

#include <optional>
#include <span>

namespace hudhud {

/// The text form of a one-dimensional PostgreSQL array (`{1,NULL,"a"}`): how a column of a whole batch travels as one
/// parameter. Elements are added in order; all of one kind. Thread: one.
class ArrayLiteral
{
public:
    /// `bytes`: about how long it will be.
    explicit ArrayLiteral(qsizetype bytes = 0)
        : m_text("{")
    {
        m_text.reserve(bytes + 2);
    }

    void addNull();
    void addNumber(qint64 number);
    void addNumber(std::optional<qint64> number);
    void addTime(Timestamp time) { addNumber(qint64(time.time_since_epoch().count())); }
    void addTime(std::optional<Timestamp> time);
    void addId(const MessageId &id);
    /// UTF-8, as stored_text.h has it; empty becomes NULL.
    void addText(QByteArrayView text);
    /// For bytea; empty becomes NULL.
    void addBytes(QByteArrayView bytes);

    /// The whole literal.
    QString toString() const { return QString::fromUtf8(m_text + '}'); }

private:
    void separate();

    QByteArray m_text;
};

/// The ids as a literal of type uuid[].
ArrayLiteral arrayOf(std::span<const MessageId> ids);

} // namespace hudhud
