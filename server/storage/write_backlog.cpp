// SPDX-License-Identifier: GPL-3.0-or-later
#include "storage/write_backlog.h"

#include <algorithm>
#include <iterator>

namespace hudhud {

namespace {

/// Appends `later` to `earlier` if the two make one valid walk through the state machine.
bool merge(StatusTransition &earlier, StatusTransition &later)
{
    if (earlier.recipient != later.recipient)
        return false;
    const MessageStatus reached = earlier.events.back().status;
    const MessageStatus wanted = later.events.front().status;
    const bool isRepeated = reached == wanted;
    if (!isRepeated && !isTransitionAllowed(reached, wanted))
        return false;
    if (isRepeated && later.events.size() == 1)
        return true; // Staying is no transition: nothing of it is stored.
    earlier.events.insert(earlier.events.end(),
                          std::make_move_iterator(later.events.begin() + (isRepeated ? 1 : 0)),
                          std::make_move_iterator(later.events.end()));
    earlier.retryCount = later.retryCount;
    earlier.pushCount = later.pushCount;
    earlier.dueAt = later.dueAt;
    earlier.deadLetterReason = later.deadLetterReason;
    if (later.replayJob != 0)
        earlier.replayJob = later.replayJob;
    if (!later.failureReason.isEmpty()) {
        earlier.failureReason = std::move(later.failureReason);
        earlier.failureClass = later.failureClass;
    }
    return true;
}

/// Result: where the messages begin.
std::size_t addMessages(WriteBatch &batch, std::vector<MessagePointer> &&messages)
{
    const std::size_t first = batch.accepted.size();
    if (batch.accepted.empty())
        batch.accepted = std::move(messages);
    else
        batch.accepted.insert(batch.accepted.end(), std::make_move_iterator(messages.begin()),
                              std::make_move_iterator(messages.end()));
    return first;
}

bool isPersist(const WriteItem &item)
{
    return std::holds_alternative<PersistCall>(item) || std::holds_alternative<PersistOnceCall>(item);
}

} // namespace

void WriteBacklog::append(std::vector<WriteItem> &&items)
{
    m_items.insert(m_items.end(), std::make_move_iterator(items.begin()),
                   std::make_move_iterator(items.end()));
}

WriteBacklog::Work WriteBacklog::next(SteadyTime now)
{
    if (waitsForMessages(now))
        return {};
    CommitGroup group;
    m_changed.clear();
    const bool isTaskNext = fill(group, now);
    if (group.size() > 0)
        return group;
    if (!isTaskNext)
        return {};
    Work task = std::move(std::get<WriterTask>(m_items.front()));
    m_items.pop_front();
    return task;
}

/// Starts and ends the wait of changes that are alone.
bool WriteBacklog::waitsForMessages(SteadyTime now)
{
    const auto isChange = [](const WriteItem &item) { return std::holds_alternative<TransitionItem>(item); };
    const bool areAlone = m_isHolding && !m_items.empty() && m_items.size() < m_maximumBatch
        && m_changeDelay.count() > 0 && std::ranges::all_of(m_items, isChange);
    if (!areAlone) {
        m_changesUntil.reset();
        return false;
    }
    if (!m_changesUntil)
        m_changesUntil = now + m_changeDelay;
    if (now < *m_changesUntil)
        return true;
    m_changesUntil.reset();
    return false;
}

std::optional<SteadyTime> WriteBacklog::wakeTime()
{
    // Held changes that fall due meanwhile join the others.
    return m_changesUntil ? m_changesUntil : firstHeldUntil();
}

std::optional<SteadyTime> WriteBacklog::firstHeldUntil()
{
    while (!m_heldOrder.empty()) {
        const auto &[until, id] = m_heldOrder.front();
        const auto held = m_held.find(id);
        if (held != m_held.end() && held->second.until == until)
            return until;
        m_heldOrder.pop_front();
    }
    return std::nullopt;
}

std::vector<WriteItem> WriteBacklog::takeAll()
{
    std::vector<WriteItem> items(std::make_move_iterator(m_items.begin()),
                                 std::make_move_iterator(m_items.end()));
    for (auto &[id, held] : m_held)
        items.emplace_back(std::move(held.item));
    m_items.clear();
    m_held.clear();
    return items;
}

/// Result: a task stands first, and everything asked for before it is in the group or committed.
bool WriteBacklog::fill(CommitGroup &group, SteadyTime now)
{
    releaseHeld(group, now, !m_isHolding);
    std::deque<WriteItem> deferred;
    bool isTaskNext = false;
    while (!m_items.empty() && group.size() < m_maximumBatch) {
        WriteItem &item = m_items.front();
        if (std::holds_alternative<WriterTask>(item)) {
            // A task sees all that came before it, so the held changes go first.
            releaseHeld(group, now, true);
            isTaskNext = deferred.empty();
            break;
        }
        if (isPersist(item) && group.size() > 0
            && group.size() + static_cast<std::size_t>(sizeOf(item)) > m_maximumBatch)
            break;
        bool isTaken = true;
        if (auto *persist = std::get_if<PersistCall>(&item))
            addPersist(group, std::move(*persist));
        else if (auto *once = std::get_if<PersistOnceCall>(&item))
            addPersistOnce(group, std::move(*once), now);
        else if (auto *transition = std::get_if<TransitionItem>(&item))
            isTaken = takeTransition(group, *transition, now);
        else if (auto *replacement = std::get_if<ReplaceCall>(&item))
            isTaken = takeReplacement(group, *replacement);
        else
            isTaken = takeWithdrawal(group, std::get<WithdrawCall>(item));
        if (!isTaken)
            deferred.push_back(std::move(item));
        m_items.pop_front();
    }
    m_items.insert(m_items.begin(), std::make_move_iterator(deferred.begin()),
                   std::make_move_iterator(deferred.end()));
    return isTaskNext && m_held.empty();
}

void WriteBacklog::releaseHeld(CommitGroup &group, SteadyTime now, bool all)
{
    while (group.size() < m_maximumBatch) {
        const auto until = firstHeldUntil();
        if (!until || (*until > now && !all))
            return;
        auto held = m_held.extract(m_heldOrder.front().second);
        m_heldOrder.pop_front();
        addTransition(group, std::move(held.mapped().item));
    }
}

/// Result: false if it has to wait for the next batch.
bool WriteBacklog::takeTransition(CommitGroup &group, TransitionItem &item, SteadyTime now)
{
    const MessageId id = item.change.id;
    if (auto held = m_held.extract(id))
        addTransition(group, std::move(held.mapped().item));
    const auto changed = m_changed.find(id);
    if (changed != m_changed.end()) {
        if (changed->second == Closed || !merge(group.batch.transitions[changed->second], item.change)) {
            changed->second = Closed; // What follows may not overtake it.
            return false;
        }
        ++group.itemCount;
        group.transitions.push_back({changed->second, std::move(item.waiter)});
        return true;
    }
    if (item.urgency == Urgency::Relaxed && m_isHolding) {
        const SteadyTime until = now + m_relaxedDelay;
        m_heldOrder.emplace_back(until, id);
        m_held.emplace(id, HeldChange{std::move(item), until});
        return true;
    }
    addTransition(group, std::move(item));
    return true;
}

void WriteBacklog::addTransition(CommitGroup &group, TransitionItem &&item)
{
    const std::size_t position = group.batch.transitions.size();
    m_changed.emplace(item.change.id, position);
    group.batch.transitions.push_back(std::move(item.change));
    group.transitions.push_back({position, std::move(item.waiter)});
    ++group.itemCount;
}

void WriteBacklog::addPersist(CommitGroup &group, PersistCall &&call)
{
    const std::size_t count = call.messages.size();
    group.itemCount += static_cast<qint64>(count);
    const std::size_t first = addMessages(group.batch, std::move(call.messages));
    group.persists.push_back({first, count, std::move(call.completion), std::move(call.port)});
}

void WriteBacklog::addPersistOnce(CommitGroup &group, PersistOnceCall &&call, SteadyTime now)
{
    if (call.hasCollapseKeys)
        releaseHeld(group, now, true);
    const std::size_t count = call.messages.size();
    group.itemCount += static_cast<qint64>(count);
    CommitGroup::PersistOnce persist{.first = addMessages(group.batch, std::move(call.messages)),
                                     .count = count,
                                     .claim = std::nullopt,
                                     .completion = std::move(call.completion),
                                     .port = std::move(call.port)};
    if (call.claim) {
        persist.claim = group.batch.claims.size();
        call.claim->first = persist.first;
        call.claim->count = count;
        group.batch.claims.push_back(std::move(*call.claim));
    }
    group.oncePersists.push_back(std::move(persist));
}

/// Within a commit replacements and withdrawals come last: changes of the message that are asked for later wait for
/// the next one. Result: false if there was such a one in this commit.
bool WriteBacklog::closeChanges(CommitGroup &group, const MessageId &id)
{
    if (auto held = m_held.extract(id))
        addTransition(group, std::move(held.mapped().item));
    const auto [changed, isFirst] = m_changed.try_emplace(id, Closed);
    if (!isFirst && changed->second == Closed)
        return false;
    changed->second = Closed;
    return true;
}

/// Result: false if it has to wait for the next batch.
bool WriteBacklog::takeReplacement(CommitGroup &group, ReplaceCall &call)
{
    if (!closeChanges(group, call.replacement.id))
        return false;
    group.batch.replacements.push_back(std::move(call.replacement));
    group.replacements.push_back(std::move(call));
    ++group.itemCount;
    return true;
}

/// Result: false if it has to wait for the next batch.
bool WriteBacklog::takeWithdrawal(CommitGroup &group, WithdrawCall &call)
{
    if (!closeChanges(group, call.id))
        return false;
    group.batch.withdrawals.push_back(call.id);
    group.withdrawals.push_back(std::move(call));
    ++group.itemCount;
    return true;
}

} // namespace hudhud
