// SPDX-License-Identifier: GPL-3.0-or-later
#include "node_names.h"

#include <mutex>

namespace hudhud {

Result<qint64> NodeNames::numberOf(PostgresqlConnection &connection, const QByteArray &name)
{
    if (name.isEmpty())
        return 0;
    if (const qint64 known = knownNumberOf(name); known != 0)
        return known;
    if (auto begun = connection.begin(); !begun)
        return std::unexpected(begun.error());
    const auto inserted = connection.run("insert_node", Text{name});
    if (!inserted) {
        connection.rollBack();
        return std::unexpected(inserted.error());
    }
    if (auto committed = connection.commit(); !committed)
        return std::unexpected(committed.error());
    if (auto learned = learn(connection); !learned)
        return std::unexpected(learned.error());
    return knownNumberOf(name);
}

qint64 NodeNames::knownNumberOf(const QByteArray &name) const
{
    const std::shared_lock lock(m_mutex);
    const auto known = m_numbers.find(name);
    return known == m_numbers.end() ? 0 : known->second;
}

Result<void> NodeNames::learn(PostgresqlConnection &connection)
{
    auto rows = connection.run("select_nodes");
    if (!rows)
        return std::unexpected(rows.error());
    const std::unique_lock lock(m_mutex);
    while (rows->next()) {
        m_names[rows->number(0)] = rows->text(1);
        m_numbers[rows->text(1)] = rows->number(0);
    }
    return {};
}

bool NodeNames::isKnown(qint64 number) const
{
    const std::shared_lock lock(m_mutex);
    return number == 0 || m_names.contains(number);
}

QByteArray NodeNames::nameOf(qint64 number) const
{
    const std::shared_lock lock(m_mutex);
    const auto known = m_names.find(number);
    return known == m_names.end() ? QByteArray() : known->second;
}

} // namespace hudhud
