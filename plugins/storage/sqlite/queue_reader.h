// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "queue_tail.h"
#include "sql/sqlite_statement.h"

#include <type_traits>

namespace hudhud {

/// The reader's side of the queue: `queue` and the tail as they stood together after one commit.
/// Thread: its connection's.
class QueueReader
{
public:
    explicit QueueReader(const QueueTail &tail)
        : m_tail(tail)
    {
    }

    Result<void> prepare(SqliteConnection &connection);

    /// Calls `work` with the tail's part in one read transaction, which shows the other part.
    template <typename Function>
    std::invoke_result_t<Function, const QueueTail::View &> read(Function &&work)
    {
        return readView([this] { return m_tail.view(); }, std::forward<Function>(work));
    }
    /// The same with the places of one (packed) recipient.
    template <typename Function>
    std::invoke_result_t<Function, const QueueTail::View &> read(qint64 recipient, Function &&work)
    {
        return readView([this, recipient] { return m_tail.view(recipient); }, std::forward<Function>(work));
    }

    /// The same with the places of all recipients.
    template <typename Function>
    std::invoke_result_t<Function, const QueueTail::View &> readWhole(Function &&work)
    {
        return readView([this] { return m_tail.wholeView(); }, std::forward<Function>(work));
    }

private:
    template <typename Look, typename Function>
    std::invoke_result_t<Function, const QueueTail::View &> readView(Look &&look, Function &&work)
    {
        for (;;) {
            // First the memory: what has moved to `queue` since then is there twice, but never missing.
            const QueueTail::View view = look();
            const Transaction transaction(*this);
            const auto belongsTogether = isVersion(view.version);
            if (!belongsTogether)
                return std::unexpected(belongsTogether.error());
            if (*belongsTogether)
                return work(view);
            // The writer is between a commit and its publication.
        }
    }

    struct Transaction
    {
        explicit Transaction(QueueReader &reader)
            : m_reader(reader)
        {
        }
        ~Transaction();
        Transaction(const Transaction &) = delete;
        Transaction &operator=(const Transaction &) = delete;

    private:
        QueueReader &m_reader;
    };

    Result<bool> isVersion(qint64 version);

    const QueueTail &m_tail;
    SqliteStatement m_begin;
    SqliteStatement m_version;
    SqliteStatement m_end;
};

} // namespace hudhud
