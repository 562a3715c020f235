// SPDX-License-Identifier: GPL-3.0-or-later
#include "postgresql_groups.h"

#include "postgresql_writer.h"
#include "sql/record_codec.h"

namespace hudhud {

Result<qint64> PostgresqlGroupWriter::join(const QByteArray &group, std::span<const Recipient> members,
                                           const GroupLimits &limits)
{
    if (members.empty())
        return 0;
    ArrayLiteral array;
    for (const Recipient &member : members)
        array.addNumber(packRecipient(member));
    return m_writer.inTransaction([&]() { return add(group, array, limits); });
}

Result<bool> PostgresqlGroupWriter::leave(const QByteArray &group, const Recipient &member)
{
    return m_writer.inTransaction([&]() { return remove(group, member); });
}

Result<PostgresqlGroupWriter::Group> PostgresqlGroupWriter::find(const QByteArray &name)
{
    auto row = m_writer.m_connection.run("lock_group", Text{name});
    if (!row)
        return std::unexpected(row.error());
    return row->next() ? Group{row->number(0), row->number(1)} : Group();
}

Result<PostgresqlGroupWriter::Group> PostgresqlGroupWriter::findOrCreate(const QByteArray &name,
                                                                         const GroupLimits &limits)
{
    const auto inserted = m_writer.m_connection.run("insert_group", Text{name});
    if (!inserted)
        return std::unexpected(inserted.error());
    if (inserted->affected() > 0) {
        auto count = m_writer.m_connection.run("count_groups");
        if (!count)
            return std::unexpected(count.error());
        if (count->next() && count->number(0) > limits.groups)
            return std::unexpected(tooManyGroups(limits));
    }
    auto group = find(name);
    if (group && group->number == 0) { // Its last member left it between the two statements.
        return std::unexpected(Error(ErrorCode::StorageUnavailable, QStringLiteral("The group has just ended."))
                                   .withClass(ErrorClass::Transient));
    }
    return group;
}

Result<qint64> PostgresqlGroupWriter::add(const QByteArray &name, const ArrayLiteral &members, const GroupLimits &limits)
{
    auto group = findOrCreate(name, limits);
    if (!group)
        return std::unexpected(group.error());
    const auto inserted = m_writer.m_connection.run("insert_group_members", group->number, members);
    if (!inserted)
        return std::unexpected(inserted.error());
    const qint64 added = inserted->affected();
    group->members += added;
    if (group->members > limits.members)
        return std::unexpected(tooManyMembers(limits));
    if (const auto stored = store(*group); !stored)
        return std::unexpected(stored.error());
    return added;
}

Result<bool> PostgresqlGroupWriter::remove(const QByteArray &name, const Recipient &member)
{
    auto group = find(name);
    if (!group || group->number == 0)
        return group ? Result<bool>(false) : std::unexpected(group.error());
    const auto deleted = m_writer.m_connection.run("delete_group_member", group->number, packRecipient(member));
    if (!deleted)
        return std::unexpected(deleted.error());
    if (deleted->affected() == 0)
        return false;
    --group->members;
    if (const auto stored = store(*group); !stored)
        return std::unexpected(stored.error());
    return true;
}

Result<void> PostgresqlGroupWriter::store(const Group &group)
{
    return done(group.members == 0 ? m_writer.m_connection.run("delete_group", group.number)
                                   : m_writer.m_connection.run("update_group", group.number, group.members));
}

Result<qint64> PostgresqlGroupReader::memberCount(const QByteArray &group)
{
    auto row = m_connection.run("select_group", Text{group});
    if (!row)
        return std::unexpected(row.error());
    return row->next() ? row->number(0) : 0;
}

Result<std::vector<Recipient>> PostgresqlGroupReader::members(const QByteArray &group, const Recipient &after, int limit)
{
    auto rows = m_connection.run("select_group_members", Text{group}, after.isNull() ? 0 : packRecipient(after), limit);
    if (!rows)
        return std::unexpected(rows.error());
    std::vector<Recipient> page;
    while (rows->next())
        page.push_back(unpackRecipient(rows->number(0)));
    return page;
}

} // namespace hudhud
