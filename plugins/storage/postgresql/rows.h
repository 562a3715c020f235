// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/clock.h"
#include "core/error.h"
#include "core/message_id.h"

#include <QByteArray>

#include <optional>
#include <vector>

class QSqlQuery;

namespace hudhud {

/// What a statement gave. Valid until the same statement runs again or the connection closes. Columns count from 0; NULL
/// reads as zero or empty. Thread: its connection's.
class Rows
{
public:
    explicit Rows(QSqlQuery &query)
        : m_query(&query)
    {
    }

    bool next();
    bool isNull(int column) const;
    qint64 number(int column) const;
    bool flag(int column) const;
    std::optional<Timestamp> time(int column) const;
    QByteArray text(int column) const;
    QByteArray bytes(int column) const;
    MessageId id(int column) const;
    std::vector<MessageId> idArray(int column) const;
    /// Rows that were inserted, changed or deleted.
    qint64 affected() const;

private:
    QSqlQuery *m_query;
};

/// Of a statement whose rows nobody wants.
inline Result<void> done(const Result<Rows> &rows)
{
    return rows ? Result<void>() : std::unexpected(rows.error());
}

} // namespace hudhud
