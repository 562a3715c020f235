// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/error.h"

#include <atomic>
#include <mutex>
#include <optional>

namespace hudhud {

/// Whether the store takes what it is given: what the latest commit failed with, until one succeeds.
/// StorageReadOnly and StorageCorrupt stay until the store is reopened. Thread: any.
class StorageHealth
{
public:
    void commitFailed(const Error &error)
    {
        const std::scoped_lock lock(m_mutex);
        m_problem = error;
        m_hasProblem = true;
    }
    void commitSucceeded()
    {
        if (!m_hasProblem)
            return;
        const std::scoped_lock lock(m_mutex);
        m_problem.reset();
        m_hasProblem = false;
    }
    std::optional<Error> problem() const
    {
        const std::scoped_lock lock(m_mutex);
        return m_problem;
    }

private:
    mutable std::mutex m_mutex; ///< Guards `m_problem`.
    std::optional<Error> m_problem;
    std::atomic_bool m_hasProblem = false;
};

} // namespace hudhud
