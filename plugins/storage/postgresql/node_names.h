// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "postgresql_connection.h"

#include <shared_mutex>
#include <unordered_map>

namespace hudhud {

/// Table node in memory: histories name nodes by number. Other nodes add names too; numbers never change. Thread: any,
/// each with its own connection.
class NodeNames
{
public:
    /// 0 for the empty name. A new name gets its number in a transaction of its own: not within another one.
    Result<qint64> numberOf(PostgresqlConnection &connection, const QByteArray &name);
    /// Of a name that has been numbered here.
    qint64 knownNumberOf(const QByteArray &name) const;
    /// Looks a number up that another node has added.
    Result<void> learn(PostgresqlConnection &connection);
    bool isKnown(qint64 number) const;
    QByteArray nameOf(qint64 number) const;

private:
    mutable std::shared_mutex m_mutex; ///< Guards both.
    std::unordered_map<QByteArray, qint64> m_numbers;
    std::unordered_map<qint64, QByteArray> m_names;
};

} // namespace hudhud
