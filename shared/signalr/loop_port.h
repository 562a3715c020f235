// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "eventloop/mailbox.h"

#include <functional>
#include <memory>
#include <mutex>

namespace hudhud {

/// The door to one thread's event loop, which may outlive the loop. Off the way of messages: one object per piece of
/// work. Thread: made and closed on that thread, `post` from any. Ownership: shared by all who post.
class LoopPort
{
public:
    using Work = std::move_only_function<void()>;

    LoopPort();
    /// Runs `work` on the thread, in the order of the posts of one poster; drops it when the port is closed by then.
    void post(Work work);
    /// What was posted and has not run is dropped; later posts as well.
    void close();

private:
    std::mutex m_mutex; ///< Guards what follows.
    std::unique_ptr<Mailbox<Work>> m_mailbox; ///< Null when closed.
};

} // namespace hudhud
