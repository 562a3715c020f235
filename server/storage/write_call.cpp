// SPDX-License-Identifier: GPL-3.0-or-later
#include "storage/write_call.h"

namespace hudhud {

namespace {

struct Refusal
{
    const Error &error;
    ReplyBatch &replies;

    void operator()(TransitionItem &item) const { item.waiter.call->fail(error, replies); }
    void operator()(WriterTask &task) const { replies.add(task.port, task.run(std::unexpected(error))); }
    template <typename Call> void operator()(Call &call) const
    {
        replies.add(call.port, [completion = std::move(call.completion), reason = error]() mutable {
            completion(std::unexpected(std::move(reason)));
        });
    }
};

} // namespace

void TransitionCall::settle(std::size_t index, Result<void> result, ReplyBatch &replies)
{
    m_results[index] = std::move(result);
    countDown(replies);
}

void TransitionCall::fail(const Error &error, ReplyBatch &replies)
{
    if (!m_hasFailed.test_and_set())
        m_error = error;
    countDown(replies);
}

void TransitionCall::countDown(ReplyBatch &replies)
{
    if (m_remaining.fetch_sub(1, std::memory_order_acq_rel) > 1)
        return;
    Result<std::vector<Result<void>>> outcome = std::move(m_results);
    if (m_error)
        outcome = std::unexpected(std::move(*m_error));
    // The completion goes along: it must end on the caller's thread.
    replies.add(m_port, [completion = std::move(m_completion), outcome = std::move(outcome)]() mutable {
        completion(std::move(outcome));
    });
}

qint64 sizeOf(const WriteItem &item)
{
    if (const auto *persist = std::get_if<PersistCall>(&item))
        return std::ssize(persist->messages);
    if (const auto *persist = std::get_if<PersistOnceCall>(&item))
        return std::ssize(persist->messages);
    return 1;
}

void refuse(WriteItem &&item, const Error &error, ReplyBatch &replies)
{
    std::visit(Refusal{error, replies}, item);
}

} // namespace hudhud
