// SPDX-License-Identifier: GPL-3.0-or-later
#include "storage/write_lane.h"

#include <algorithm>
#include <future>

namespace hudhud {

namespace {

Error shuttingDown()
{
    return {ErrorCode::ShuttingDown, QStringLiteral("The server is shutting down; nothing was stored.")};
}

} // namespace

WriteLane::WriteLane(Storage &storage, const StorageOptions &options, qint64 maximumQueued,
                     StorageMetrics &metrics, StorageHealth &health, const Clock &clock)
    : m_storage(storage)
    , m_options(options)
    , m_maximumQueued(maximumQueued)
    , m_metrics(metrics)
    , m_health(health)
    , m_clock(clock)
{
}

WriteLane::~WriteLane()
{
    stop(SteadyTime::min());
}

Result<void> WriteLane::start(const QString &threadName)
{
    std::promise<Result<void>> started;
    m_thread.reset(QThread::create([this, &started] {
        auto writer = m_storage.createWriter();
        if (!writer) {
            started.set_value(std::unexpected(writer.error()));
            return;
        }
        {
            const std::scoped_lock lock(m_mutex);
            m_isStopping = false;
        }
        started.set_value({});
        run(**writer);
    }));
    m_thread->setObjectName(threadName);
    m_thread->start();
    return started.get_future().get();
}

void WriteLane::stop(SteadyTime deadline)
{
    m_deadline.store(deadline);
    {
        const std::scoped_lock lock(m_mutex);
        m_isStopping = true;
    }
    m_arrived.notify_one();
    if (m_thread)
        m_thread->wait();
}

bool WriteLane::tryReserve(qint64 count)
{
    if (m_queued.fetch_add(count, std::memory_order_relaxed) + count <= m_maximumQueued) {
        m_metrics.queuedWrites.add(count);
        return true;
    }
    m_queued.fetch_sub(count, std::memory_order_relaxed);
    m_metrics.refusals.add();
    return false;
}

void WriteLane::release(qint64 count)
{
    m_queued.fetch_sub(count, std::memory_order_relaxed);
    m_metrics.queuedWrites.add(-count);
}

void WriteLane::submit(std::vector<WriteItem> &&items)
{
    std::unique_lock lock(m_mutex);
    if (m_isStopping) {
        lock.unlock();
        refuseAll(std::move(items));
        return;
    }
    if (m_inbox.empty())
        m_inbox.swap(items);
    else
        m_inbox.insert(m_inbox.end(), std::make_move_iterator(items.begin()),
                       std::make_move_iterator(items.end()));
    const bool isWaiting = m_isWaiting;
    lock.unlock();
    if (isWaiting)
        m_arrived.notify_one();
}

void WriteLane::refuseAll(std::vector<WriteItem> &&items)
{
    ReplyBatch replies;
    for (WriteItem &item : items) {
        release(sizeOf(item));
        refuse(std::move(item), shuttingDown(), replies);
    }
    replies.send();
}

void WriteLane::run(StorageWriter &writer)
{
    WriteBacklog backlog(static_cast<std::size_t>(m_options.maximumBatch), m_options.relaxedDelay,
                         m_options.changeDelay);
    bool isIdle = true;
    for (;;) {
        const bool isStopping = receive(backlog, isIdle);
        if (isStopping) {
            backlog.stopHolding();
            if (m_clock.steadyNow() > m_deadline.load()) {
                refuseAll(backlog.takeAll());
                return;
            }
        }
        auto work = backlog.next(m_clock.steadyNow());
        isIdle = std::holds_alternative<std::monostate>(work);
        if (isIdle && isStopping)
            return;
        if (auto *group = std::get_if<CommitGroup>(&work)) {
            commit(writer, *group);
        } else if (auto *task = std::get_if<WriterTask>(&work)) {
            ReplyBatch replies;
            replies.add(task->port, task->run(&writer));
            release(1);
            replies.send();
        }
    }
}

/// Result: the lane is stopping, and this was the last delivery.
bool WriteLane::receive(WriteBacklog &backlog, bool isIdle)
{
    std::vector<WriteItem> items;
    std::unique_lock lock(m_mutex);
    if (isIdle) {
        const auto hasWork = [this] { return !m_inbox.empty() || m_isStopping; };
        m_isWaiting = true;
        if (const auto wakeTime = backlog.wakeTime())
            m_arrived.wait_for(lock, *wakeTime - m_clock.steadyNow(), hasWork);
        else
            m_arrived.wait(lock, hasWork);
        m_isWaiting = false;
    }
    items.swap(m_inbox);
    const bool isStopping = m_isStopping;
    lock.unlock();
    backlog.append(std::move(items));
    return isStopping;
}

void WriteLane::commit(StorageWriter &writer, CommitGroup &group)
{
    const auto begin = std::chrono::steady_clock::now();
    auto outcome = writer.commit(group.batch);
    m_metrics.commitSeconds.record(std::chrono::steady_clock::now() - begin);
    ReplyBatch replies;
    if (outcome) {
        m_health.commitSucceeded();
        m_metrics.commits.add();
        m_metrics.committedItems.add(group.itemCount);
        m_metrics.batchSize.set(group.itemCount);
        m_metrics.mergedChanges.add(std::ssize(group.transitions) - std::ssize(group.batch.transitions));
        complete(group, std::move(*outcome), replies);
    } else {
        m_health.commitFailed(outcome.error());
        m_metrics.commitErrors.add();
        fail(group, outcome.error(), replies);
    }
    release(group.itemCount);
    replies.send();
}

void WriteLane::complete(CommitGroup &group, CommitOutcome &&outcome, ReplyBatch &replies)
{
    for (CommitGroup::Persist &persist : group.persists) {
        const auto begin
            = std::make_move_iterator(outcome.accepted.begin() + static_cast<std::ptrdiff_t>(persist.first));
        std::vector<Result<void>> results(begin, begin + static_cast<std::ptrdiff_t>(persist.count));
        replies.add(persist.port,
                    [completion = std::move(persist.completion), results = std::move(results)]() mutable {
                        completion(std::move(results));
                    });
    }
    for (CommitGroup::PersistOnce &persist : group.oncePersists)
        completeOnce(persist, group.batch, outcome, replies);
    for (CommitGroup::Transition &transition : group.transitions)
        transition.waiter.call->settle(transition.waiter.index, outcome.transitions[transition.position],
                                       replies);
    for (std::size_t i = 0; i < group.replacements.size(); ++i) {
        ReplaceCall &call = group.replacements[i];
        replies.add(
            call.port,
            [completion = std::move(call.completion), result = std::move(outcome.replacements[i])]() mutable {
                completion(std::move(result));
            });
    }
    for (std::size_t i = 0; i < group.withdrawals.size(); ++i) {
        WithdrawCall &call = group.withdrawals[i];
        replies.add(
            call.port,
            [completion = std::move(call.completion), result = std::move(outcome.withdrawals[i])]() mutable {
                completion(std::move(result));
            });
    }
}

void WriteLane::completeOnce(CommitGroup::PersistOnce &persist, const WriteBatch &batch, CommitOutcome &outcome,
                             ReplyBatch &replies)
{
    const std::size_t end = persist.first + persist.count;
    Result<PersistOutcome> result;
    if (persist.claim) {
        Result<ClaimOutcome> &claimed = outcome.claims[*persist.claim];
        if (claimed)
            result = PersistOutcome{claimed->isReplayed, std::move(claimed->ids), claimed->createdAt, {}};
        else
            result = std::unexpected(std::move(claimed.error()));
    } else {
        for (std::size_t i = persist.first; i < end; ++i) {
            if (result && !outcome.accepted[i])
                result = std::unexpected(outcome.accepted[i].error());
            else if (result)
                result->ids.push_back(batch.accepted[i]->id);
        }
        if (result)
            result->createdAt = batch.accepted[persist.first]->createdAt;
    }
    if (result) {
        auto superseded = std::ranges::lower_bound(outcome.superseded, persist.first, {}, &Supersession::by);
        for (; superseded != outcome.superseded.end() && superseded->by < end; ++superseded)
            result->superseded.push_back(std::move(superseded->message));
    }
    replies.add(persist.port, [completion = std::move(persist.completion), result = std::move(result)]() mutable {
        completion(std::move(result));
    });
}

void WriteLane::fail(CommitGroup &group, const Error &error, ReplyBatch &replies)
{
    for (CommitGroup::Persist &persist : group.persists)
        refuse(PersistCall{{}, std::move(persist.completion), std::move(persist.port)}, error, replies);
    for (CommitGroup::PersistOnce &persist : group.oncePersists)
        refuse(PersistOnceCall{{}, {}, false, std::move(persist.completion), std::move(persist.port)}, error, replies);
    for (CommitGroup::Transition &transition : group.transitions)
        transition.waiter.call->fail(error, replies);
    for (ReplaceCall &call : group.replacements)
        refuse(std::move(call), error, replies);
    for (WithdrawCall &call : group.withdrawals)
        refuse(std::move(call), error, replies);
}

} // namespace hudhud
