// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "plugin-api/balancer.h"

#include <functional>
#include <memory>
#include <vector>

namespace hudhud {

/// All nodes as they were known at one moment, this one among them; never null, never changed. Copies share it.
using NodeSnapshot = std::shared_ptr<const std::vector<ProcessingNode>>;
/// The latest one. Any thread.
using NodeSnapshotSource = std::function<NodeSnapshot()>;

} // namespace hudhud
