// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "plugin-api/groups.h"
#include "sql/sqlite_statement.h"

namespace hudhud {

class SqliteWriter;

/// The writer's part for groups. Thread: the writer's.
class SqliteGroupWriter final : public GroupWriter
{
public:
    explicit SqliteGroupWriter(SqliteWriter &writer)
        : m_writer(writer)
    {
    }
    Result<void> prepare(SqliteConnection &connection);

    Result<qint64> join(const QByteArray &group, std::span<const Recipient> members,
                        const GroupLimits &limits) override;
    Result<bool> leave(const QByteArray &group, const Recipient &member) override;

private:
    struct Group
    {
        qint64 number = 0; ///< 0: there is none of this name.
        qint64 members = 0;
    };

    Result<Group> find(const QByteArray &name);
    Result<Group> findOrCreate(const QByteArray &name, const GroupLimits &limits);
    Result<qint64> add(const QByteArray &name, std::span<const Recipient> members, const GroupLimits &limits);
    Result<bool> remove(const QByteArray &name, const Recipient &member);
    Result<void> store(const Group &group);

    SqliteWriter &m_writer;
    SqliteConnection *m_connection = nullptr;
    SqliteStatement m_select;
    SqliteStatement m_count;
    SqliteStatement m_insert;
    SqliteStatement m_update;
    SqliteStatement m_delete;
    SqliteStatement m_insertMember;
    SqliteStatement m_deleteMember;
};

/// The reader's part for groups. Thread: the reader's.
class SqliteGroupReader final : public GroupReader
{
public:
    Result<void> prepare(SqliteConnection &connection);

    Result<qint64> memberCount(const QByteArray &group) override;
    Result<std::vector<Recipient>> members(const QByteArray &group, const Recipient &after, int limit) override;

private:
    SqliteStatement m_select;
    SqliteStatement m_members;
};

} // namespace hudhud
