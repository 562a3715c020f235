// SPDX-License-Identifier: GPL-3.0-or-later
#include "sqlite_groups.h"

#include "message_loader.h"
#include "sql/record_codec.h"
#include "sqlite_queries.h"
#include "sqlite_writer.h"

namespace hudhud {

Result<void> SqliteGroupWriter::prepare(SqliteConnection &connection)
{
    m_connection = &connection;
    return prepareQueries(connection,
                          {{m_select, "select_group"},
                           {m_count, "count_groups"},
                           {m_insert, "insert_group"},
                           {m_update, "update_group"},
                           {m_delete, "delete_group"},
                           {m_insertMember, "insert_group_member"},
                           {m_deleteMember, "delete_group_member"}});
}

Result<qint64> SqliteGroupWriter::join(const QByteArray &group, std::span<const Recipient> members,
                                       const GroupLimits &limits)
{
    return m_writer.inTransaction([&]() -> Result<qint64> { return add(group, members, limits); });
}

Result<bool> SqliteGroupWriter::leave(const QByteArray &group, const Recipient &member)
{
    return m_writer.inTransaction([&]() -> Result<bool> { return remove(group, member); });
}

Result<SqliteGroupWriter::Group> SqliteGroupWriter::find(const QByteArray &name)
{
    const SqliteResetGuard guard(m_select);
    m_select.bindText(1, name);
    const auto row = m_select.step();
    if (!row)
        return std::unexpected(row.error());
    return *row ? Group{m_select.number(0), m_select.number(1)} : Group{};
}

Result<SqliteGroupWriter::Group> SqliteGroupWriter::findOrCreate(const QByteArray &name, const GroupLimits &limits)
{
    auto group = find(name);
    if (!group || group->number != 0)
        return group;
    {
        const SqliteResetGuard guard(m_count);
        if (const auto row = m_count.step(); !row)
            return std::unexpected(row.error());
        if (m_count.number(0) >= limits.groups)
            return std::unexpected(tooManyGroups(limits));
    }
    m_insert.bindText(1, name);
    if (const auto inserted = m_insert.run(); !inserted)
        return std::unexpected(inserted.error());
    return Group{m_connection->lastInsertId(), 0};
}

Result<qint64> SqliteGroupWriter::add(const QByteArray &name, std::span<const Recipient> members,
                                      const GroupLimits &limits)
{
    if (members.empty())
        return 0;
    auto group = findOrCreate(name, limits);
    if (!group)
        return std::unexpected(group.error());
    const qint64 before = group->members;
    for (const Recipient &member : members) {
        m_insertMember.bind(1, group->number);
        m_insertMember.bind(2, packRecipient(member));
        if (const auto inserted = m_insertMember.run(); !inserted)
            return std::unexpected(inserted.error());
        group->members += m_connection->changes();
    }
    if (group->members > limits.members)
        return std::unexpected(tooManyMembers(limits));
    if (const auto stored = store(*group); !stored)
        return std::unexpected(stored.error());
    return group->members - before;
}

Result<bool> SqliteGroupWriter::remove(const QByteArray &name, const Recipient &member)
{
    auto group = find(name);
    if (!group || group->number == 0)
        return group ? Result<bool>(false) : std::unexpected(group.error());
    m_deleteMember.bind(1, group->number);
    m_deleteMember.bind(2, packRecipient(member));
    if (const auto deleted = m_deleteMember.run(); !deleted)
        return std::unexpected(deleted.error());
    if (m_connection->changes() == 0)
        return false;
    --group->members;
    if (const auto stored = store(*group); !stored)
        return std::unexpected(stored.error());
    return true;
}

Result<void> SqliteGroupWriter::store(const Group &group)
{
    SqliteStatement &statement = group.members == 0 ? m_delete : m_update;
    statement.bind(1, group.number);
    if (group.members != 0)
        statement.bind(2, group.members);
    return statement.run();
}

Result<void> SqliteGroupReader::prepare(SqliteConnection &connection)
{
    return prepareQueries(connection, {{m_select, "select_group"}, {m_members, "select_group_members"}});
}

Result<qint64> SqliteGroupReader::memberCount(const QByteArray &group)
{
    const SqliteResetGuard guard(m_select);
    m_select.bindText(1, group);
    const auto row = m_select.step();
    if (!row)
        return std::unexpected(row.error());
    return *row ? m_select.number(1) : 0;
}

Result<std::vector<Recipient>> SqliteGroupReader::members(const QByteArray &group, const Recipient &after, int limit)
{
    m_members.bindText(1, group);
    m_members.bind(2, after.isNull() ? 0 : packRecipient(after));
    m_members.bind(3, qint64(limit));
    const auto packed = readKeys(m_members);
    if (!packed)
        return std::unexpected(packed.error());
    std::vector<Recipient> page;
    page.reserve(packed->size());
    for (const qint64 member : *packed)
        page.push_back(unpackRecipient(member));
    return page;
}

} // namespace hudhud
