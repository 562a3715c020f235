// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <expected>
#include <span>
#include <vector>

namespace hudhud {

/// Sorts items so that each comes after everything it depends on, and otherwise as they are.
/// `dependencies[i]` holds the items that item i needs. Error: a cycle as a path whose last item is its
/// first.
std::expected<std::vector<std::size_t>, std::vector<std::size_t>>
dependencyOrder(std::span<const std::vector<std::size_t>> dependencies);

} // namespace hudhud
