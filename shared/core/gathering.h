// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <mutex>
#include <utility>

namespace hudhud {

/// Collects what several threads have to say, each once, and hands it on when the last of them is done. A thread that
/// ends without a word is not waited for. Thread: any; `done` runs on that of the last one. Ownership: shared by those
/// who are asked; the last to let go ends it.
template <typename T>
class Gathering
{
public:
    using Done = std::move_only_function<void(T &&)>;

    Gathering(T initial, Done done) : m_value(std::move(initial)), m_done(std::move(done)) { }
    Gathering(const Gathering &) = delete;
    Gathering &operator=(const Gathering &) = delete;
    ~Gathering() { m_done(std::move(m_value)); }

    /// `change` takes the value so far.
    template <typename Change>
    void add(Change &&change)
    {
        const std::scoped_lock lock(m_mutex);
        std::forward<Change>(change)(m_value);
    }

private:
    std::mutex m_mutex; ///< Guards the value while it grows.
    T m_value;
    Done m_done;
};

} // namespace hudhud
