// SPDX-License-Identifier: GPL-3.0-or-later
#include "pluginhost/dependency_order.h"

#include <algorithm>
#include <cstdint>

namespace hudhud {

namespace {

class DepthFirstSort
{
public:
    explicit DepthFirstSort(std::span<const std::vector<std::size_t>> dependencies)
        : m_dependencies(dependencies)
        , m_marks(dependencies.size(), Mark::New)
    {
    }

    /// False when a cycle was found; it is then at the end of the path.
    bool visit(std::size_t item)
    {
        if (m_marks[item] == Mark::Done)
            return true;
        m_path.push_back(item);
        if (m_marks[item] == Mark::OnPath)
            return false;
        m_marks[item] = Mark::OnPath;
        for (const std::size_t dependency : m_dependencies[item]) {
            if (!visit(dependency))
                return false;
        }
        m_marks[item] = Mark::Done;
        m_path.pop_back();
        m_order.push_back(item);
        return true;
    }

    std::vector<std::size_t> order() && { return std::move(m_order); }
    std::vector<std::size_t> cycle() const
    {
        return {std::ranges::find(m_path, m_path.back()), m_path.end()};
    }

private:
    enum class Mark : std::uint8_t { New, OnPath, Done };

    std::span<const std::vector<std::size_t>> m_dependencies;
    std::vector<Mark> m_marks;
    std::vector<std::size_t> m_path;
    std::vector<std::size_t> m_order;
};

} // namespace

std::expected<std::vector<std::size_t>, std::vector<std::size_t>>
dependencyOrder(std::span<const std::vector<std::size_t>> dependencies)
{
    DepthFirstSort sort(dependencies);
    for (std::size_t item = 0; item < dependencies.size(); ++item) {
        if (!sort.visit(item))
            return std::unexpected(sort.cycle());
    }
    return std::move(sort).order();
}

} // namespace hudhud
