// SPDX-License-Identifier: GPL-3.0-or-later
#include "storage/write_lane.h"

#include <algorithm>
#include <future>
#include <iterator>
#include <utility>

namespace hudhud {

namespace {

Error shuttingDown()
{
    return {ErrorCode::ShuttingDown, QStringLiteral("The server is shutting down; nothing was stored.")};
}

Error hanging()
{
    return {ErrorCode::StorageUnavailable,
            QStringLiteral("The store does not answer; nothing was stored. Send the request again after the time in "
                           "Retry-After.")};
}

Error timedOut()
{
    return {ErrorCode::Timeout,
            QStringLiteral("The store did not answer within storage.write_timeout; what was sent may be stored or not. "
                           "Send it again with the same Idempotency-Key.")};
}

} // namespace

WriteLane::WriteLane(Storage &storage, const StorageOptions &options, qint64 maximumQueued,
                     StorageMetrics &metrics, StorageGuard &guard, const Clock &clock)
    : m_storage(storage)
    , m_options(options)
    , m_maximumQueued(maximumQueued)
    , m_metrics(metrics)
    , m_guard(guard)
    , m_clock(clock)
    , m_backlog(static_cast<std::size_t>(options.maximumBatch), options.relaxedDelay, options.changeDelay)
{
}

WriteLane::~WriteLane()
{
    requestStop(SteadyTime::min());
    waitForEnd(QDeadlineTimer(QDeadlineTimer::Forever));
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

void WriteLane::requestStop(SteadyTime deadline)
{
    m_deadline.store(deadline);
    {
        const std::scoped_lock lock(m_mutex);
        m_isStopping = true;
    }
    m_arrived.notify_one();
}

bool WriteLane::waitForEnd(QDeadlineTimer limit)
{
    return !m_thread || m_thread->wait(limit);
}

void WriteLane::checkHang(SteadyTime now)
{
    // Not to be had: the lane's thread is at work or waits for work, so it is not inside the store.
    const WorkLock work(m_workMutex, std::try_to_lock);
    if (!work || !m_insideSince || now - *m_insideSince < m_options.writeTimeout)
        return;
    std::vector<WriteItem> waiting = m_backlog.takeAll();
    bool isNew = false;
    {
        const std::scoped_lock lock(m_mutex);
        isNew = !std::exchange(m_isHanging, true);
        std::ranges::move(m_inbox, std::back_inserter(waiting));
        m_inbox.clear();
    }
    if (isNew)
        m_guard.noteHang();
    ReplyBatch replies;
    if (m_running)
        fail(*m_running, timedOut(), replies);
    refuseAll(std::move(waiting), hanging(), replies);
    replies.send();
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
    if (m_isStopping || m_isHanging) {
        const Error reason = m_isStopping ? shuttingDown() : hanging();
        lock.unlock();
        ReplyBatch replies;
        refuseAll(std::move(items), reason, replies);
        replies.send();
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

void WriteLane::refuseAll(std::vector<WriteItem> &&items, const Error &error, ReplyBatch &replies)
{
    for (WriteItem &item : items) {
        release(sizeOf(item));
        refuse(std::move(item), error, replies);
    }
}

void WriteLane::run(StorageWriter &writer)
{
    WorkLock workLock(m_workMutex);
    bool isIdle = true;
    for (;;) {
        const bool isStopping = receive(isIdle);
        if (isStopping) {
            m_backlog.stopHolding();
            if (m_clock.steadyNow() > m_deadline.load()) {
                ReplyBatch replies;
                refuseAll(m_backlog.takeAll(), shuttingDown(), replies);
                replies.send();
                return;
            }
        }
        auto work = m_backlog.next(m_clock.steadyNow());
        isIdle = std::holds_alternative<std::monostate>(work);
        if (isIdle && isStopping)
            return;
        if (auto *group = std::get_if<CommitGroup>(&work))
            commit(writer, *group, workLock);
        else if (auto *task = std::get_if<WriterTask>(&work))
            runTask(writer, *task, workLock);
    }
}

/// Result: the lane is stopping, and this was the last delivery.
bool WriteLane::receive(bool isIdle)
{
    std::vector<WriteItem> items;
    std::unique_lock lock(m_mutex);
    if (isIdle) {
        const auto hasWork = [this] { return !m_inbox.empty() || m_isStopping; };
        m_isWaiting = true;
        if (const auto wakeTime = m_backlog.wakeTime())
            m_arrived.wait_for(lock, *wakeTime - m_clock.steadyNow(), hasWork);
        else
            m_arrived.wait(lock, hasWork);
        m_isWaiting = false;
    }
    items.swap(m_inbox);
    const bool isStopping = m_isStopping;
    lock.unlock();
    m_backlog.append(std::move(items));
    return isStopping;
}

void WriteLane::enterStore(WorkLock &work)
{
    m_insideSince = m_clock.steadyNow();
    work.unlock();
}

void WriteLane::leaveStore(WorkLock &work)
{
    work.lock();
    m_insideSince.reset();
    const std::scoped_lock lock(m_mutex);
    m_isHanging = false;
}

void WriteLane::commit(StorageWriter &writer, CommitGroup &group, WorkLock &work)
{
    ReplyBatch replies;
    const auto permit = m_guard.enter();
    if (!permit) {
        fail(group, permit.error(), replies);
        release(group.itemCount);
        replies.send();
        return;
    }
    const qint64 mergedChanges = std::ssize(group.transitions) - std::ssize(group.batch.transitions);
    const auto begin = std::chrono::steady_clock::now();
    m_running = &group;
    enterStore(work);
    auto outcome = writer.commit(group.batch);
    leaveStore(work);
    m_running = nullptr;
    m_metrics.commitSeconds.record(std::chrono::steady_clock::now() - begin);
    m_guard.leave(*permit, outcome ? nullptr : &outcome.error());
    if (outcome) {
        m_metrics.commits.add();
        m_metrics.committedItems.add(group.itemCount);
        m_metrics.batchSize.set(group.itemCount);
        m_metrics.mergedChanges.add(mergedChanges);
        complete(group, std::move(*outcome), replies);
    } else {
        m_metrics.commitErrors.add();
        fail(group, outcome.error(), replies);
    }
    release(group.itemCount);
    replies.send();
}

void WriteLane::runTask(StorageWriter &writer, WriterTask &task, WorkLock &work)
{
    ReplyBatch replies;
    const auto permit = m_guard.enter();
    if (!permit) {
        replies.add(task.port, task.run(std::unexpected(permit.error())));
    } else {
        enterStore(work);
        DeviceReply reply = task.run(&writer);
        leaveStore(work);
        m_guard.leave(*permit, reply.error ? &*reply.error : nullptr);
        replies.add(task.port, std::move(reply));
    }
    release(1);
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

/// Also for a commit that is running: the store does not look at those who wait, and finds nobody when it is done.
void WriteLane::fail(CommitGroup &group, const Error &error, ReplyBatch &replies)
{
    for (CommitGroup::Persist &persist : std::exchange(group.persists, {}))
        refuse(PersistCall{{}, std::move(persist.completion), std::move(persist.port)}, error, replies);
    for (CommitGroup::PersistOnce &persist : std::exchange(group.oncePersists, {}))
        refuse(PersistOnceCall{{}, {}, false, std::move(persist.completion), std::move(persist.port)}, error, replies);
    for (CommitGroup::Transition &transition : std::exchange(group.transitions, {}))
        transition.waiter.call->fail(error, replies);
    for (ReplaceCall &call : std::exchange(group.replacements, {}))
        refuse(std::move(call), error, replies);
    for (WithdrawCall &call : std::exchange(group.withdrawals, {}))
        refuse(std::move(call), error, replies);
}

} // namespace hudhud
