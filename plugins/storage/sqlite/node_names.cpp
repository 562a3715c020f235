// SPDX-License-Identifier: GPL-3.0-or-later
#include "node_names.h"

#include "sql/sqlite_statement.h"
#include "sqlite_queries.h"

#include <algorithm>
#include <mutex>

namespace hudhud {

Result<void> NodeNames::load(SqliteConnection &connection)
{
    auto rows = prepareQuery(connection, "select_nodes");
    if (!rows)
        return std::unexpected(rows.error());
    std::vector<QByteArray> names;
    for (;;) {
        const auto row = rows->step();
        if (!row)
            return std::unexpected(row.error());
        if (!*row)
            break;
        names.push_back(rows->byteArray(1));
    }
    const std::unique_lock lock(m_mutex);
    m_names = std::move(names);
    return {};
}

Result<quint32> NodeNames::numberOf(SqliteConnection &connection, const QByteArray &name)
{
    if (name.isEmpty())
        return 0;
    {
        const std::shared_lock lock(m_mutex);
        const auto known = std::ranges::find(m_names, name);
        if (known != m_names.end())
            return static_cast<quint32>(known - m_names.begin()) + 1;
    }
    auto insert = prepareQuery(connection, "insert_node");
    if (!insert)
        return std::unexpected(insert.error());
    const auto number = static_cast<quint32>(m_names.size()) + 1;
    insert->bind(1, qint64(number));
    insert->bindBlob(2, name);
    if (auto inserted = insert->run(); !inserted)
        return std::unexpected(inserted.error());
    const std::unique_lock lock(m_mutex);
    m_names.push_back(name);
    return number;
}

QByteArray NodeNames::nameOf(quint32 number) const
{
    const std::shared_lock lock(m_mutex);
    return number >= 1 && number <= m_names.size() ? m_names[number - 1] : QByteArray();
}

} // namespace hudhud
