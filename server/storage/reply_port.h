// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "eventloop/mailbox.h"

#include <functional>
#include <memory>
#include <mutex>
#include <vector>

namespace hudhud {

/// A finished call: runs its completion, on the thread that asked.
using Reply = std::move_only_function<void()>;

/// The way back to one client's thread. It outlives the client, so that late replies have somewhere to go.
/// Thread: `post` any; constructor and `close` on the client's thread.
class ReplyPort
{
public:
    ReplyPort()
        : m_mailbox(std::make_unique<Mailbox<Reply>>([](std::vector<Reply> &&replies) {
            for (Reply &reply : replies)
                reply();
        }))
    {
    }

    void post(Reply reply)
    {
        const std::scoped_lock lock(m_mutex);
        if (m_mailbox)
            m_mailbox->post(std::move(reply));
    }
    void post(std::vector<Reply> &&replies)
    {
        const std::scoped_lock lock(m_mutex);
        if (m_mailbox)
            m_mailbox->post(std::move(replies));
    }
    /// Replies that come later are dropped.
    void close()
    {
        const std::scoped_lock lock(m_mutex);
        m_mailbox.reset();
    }

private:
    std::mutex m_mutex; ///< Guards the pointer; taken before the mailbox's own lock.
    std::unique_ptr<Mailbox<Reply>> m_mailbox;
};

using ReplyPortPointer = std::shared_ptr<ReplyPort>;

/// Gathers the replies of one batch, so that each client is woken once. Thread: one.
class ReplyBatch
{
public:
    void add(const ReplyPortPointer &port, Reply reply)
    {
        for (Entry &entry : m_entries) {
            if (entry.port == port) {
                entry.replies.push_back(std::move(reply));
                return;
            }
        }
        m_entries.push_back(Entry{port, {}});
        m_entries.back().replies.push_back(std::move(reply));
    }
    void send()
    {
        for (Entry &entry : m_entries)
            entry.port->post(std::move(entry.replies));
        m_entries.clear();
    }

private:
    struct Entry
    {
        ReplyPortPointer port;
        std::vector<Reply> replies;
    };
    std::vector<Entry> m_entries; ///< A handful: one per client.
};

} // namespace hudhud
