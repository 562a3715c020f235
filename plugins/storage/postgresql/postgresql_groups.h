// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "plugin-api/groups.h"
#include "postgresql_connection.h"

namespace hudhud {

class PostgresqlWriter;

/// The writer's part for groups. A group's row is locked while its members change. Thread: the writer's.
class PostgresqlGroupWriter final : public GroupWriter
{
public:
    explicit PostgresqlGroupWriter(PostgresqlWriter &writer)
        : m_writer(writer)
    {
    }

    Result<qint64> join(const QByteArray &group, std::span<const Recipient> members, const GroupLimits &limits) override;
    Result<bool> leave(const QByteArray &group, const Recipient &member) override;

private:
    struct Group
    {
        qint64 number = 0; ///< 0: there is none.
        qint64 members = 0;
    };

    Result<Group> find(const QByteArray &name);
    Result<Group> findOrCreate(const QByteArray &name, const GroupLimits &limits);
    Result<qint64> add(const QByteArray &name, const ArrayLiteral &members, const GroupLimits &limits);
    Result<bool> remove(const QByteArray &name, const Recipient &member);
    Result<void> store(const Group &group);

    PostgresqlWriter &m_writer;
};

/// The reader's part for groups. Thread: the connection's.
class PostgresqlGroupReader final : public GroupReader
{
public:
    explicit PostgresqlGroupReader(PostgresqlConnection &connection)
        : m_connection(connection)
    {
    }

    Result<qint64> memberCount(const QByteArray &group) override;
    Result<std::vector<Recipient>> members(const QByteArray &group, const Recipient &after, int limit) override;

private:
    PostgresqlConnection &m_connection;
};

} // namespace hudhud
