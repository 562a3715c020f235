// SPDX-License-Identifier: GPL-3.0-or-later
#include "message_states.h"

#include "plugin-api/job_rules.h"
#include "sql/record_codec.h"

#include <algorithm>

namespace hudhud {

namespace {

using Place = StoredState::Place;

void readCounts(const Rows &row, int column, StoredState &stored)
{
    stored.state.status = static_cast<MessageStatus>(row.number(column));
    stored.state.retryCount = static_cast<quint16>(row.number(column + 1));
    stored.state.pushCount = static_cast<quint16>(row.number(column + 2));
    stored.state.replayCount = static_cast<quint16>(row.number(column + 3));
    stored.state.replayJob = row.number(column + 4);
    stored.state.lastRetryAt = row.time(column + 5);
    stored.failureClass = static_cast<ErrorClass>(row.number(column + 6));
    stored.failureReason = row.text(column + 7);
    stored.history = row.bytes(column + 8);
}

/// What both tables have.
struct CommonColumns
{
    ArrayLiteral ids;
    ArrayLiteral recipients;
    ArrayLiteral statuses;
    ArrayLiteral retryCounts;
    ArrayLiteral pushCounts;
    ArrayLiteral replayCounts;
    ArrayLiteral replayJobs;
    ArrayLiteral lastRetries;
    ArrayLiteral failureClasses;
    ArrayLiteral failureReasons;
    ArrayLiteral histories;

    void add(const StoredState &stored)
    {
        ids.addId(stored.id);
        recipients.addNumber(stored.recipient);
        statuses.addNumber(static_cast<qint64>(stored.state.status));
        retryCounts.addNumber(qint64(stored.state.retryCount));
        pushCounts.addNumber(qint64(stored.state.pushCount));
        replayCounts.addNumber(qint64(stored.state.replayCount));
        replayJobs.addNumber(stored.state.replayJob);
        lastRetries.addTime(stored.state.lastRetryAt);
        failureClasses.addNumber(static_cast<qint64>(stored.failureClass));
        failureReasons.addText(stored.failureReason);
        histories.addBytes(stored.history);
    }
};

std::vector<MessageId> idsOf(const std::vector<const StoredState *> &states)
{
    std::vector<MessageId> ids;
    ids.reserve(states.size());
    for (const StoredState *stored : states)
        ids.push_back(stored->id);
    return ids;
}

} // namespace

void StoredState::append(const MessageEvent &event, const NodeNames &nodes)
{
    node = nodes.knownNumberOf(event.node);
    packEvent(history, event, createdAt, static_cast<quint32>(node));
    isChanged = true;
}

StoredState *MessageStates::find(const MessageId &id)
{
    const auto found = m_states.find(id);
    return found == m_states.end() || found->second.isRemoved ? nullptr : &found->second;
}

StoredState &MessageStates::add(StoredState state)
{
    const MessageId id = state.id;
    return m_states.insert_or_assign(id, std::move(state)).first->second;
}

std::vector<MessageId> MessageStates::missing(std::span<const MessageId> ids) const
{
    std::vector<MessageId> unknown;
    for (const MessageId &id : ids) {
        if (!m_states.contains(id))
            unknown.push_back(id);
    }
    std::ranges::sort(unknown);
    unknown.erase(std::ranges::unique(unknown).begin(), unknown.end());
    return unknown;
}

Result<void> MessageStates::load(std::span<const MessageId> ids)
{
    // In this order: a message that is finished or replayed meanwhile has left one table when the other is looked at. The
    // second round is for those that were replayed, so that none is called unknown that is there.
    for (int round = 0; round < 2; ++round) {
        if (const auto unknown = missing(ids); unknown.empty())
            return {};
        else if (auto loaded = loadQueued(unknown); !loaded)
            return loaded;
        if (const auto unknown = missing(ids); unknown.empty())
            return {};
        else if (auto loaded = loadFinished(unknown); !loaded)
            return loaded;
    }
    return {};
}

Result<void> MessageStates::loadQueued(std::span<const MessageId> ids)
{
    auto rows = m_connection.run("lock_queue", arrayOf(ids));
    if (!rows)
        return std::unexpected(rows.error());
    addQueued(*rows);
    return {};
}

std::vector<MessageId> MessageStates::addQueued(Rows &rows)
{
    std::vector<MessageId> ids;
    while (rows.next()) {
        StoredState stored;
        stored.id = rows.id(0);
        stored.recipient = rows.number(1);
        stored.createdAt = rows.time(2).value_or(Timestamp());
        stored.expiresAt = rows.time(3);
        stored.state.deliverAt = rows.time(4);
        stored.state.dueAt = rows.time(5);
        stored.node = rows.number(6);
        stored.priority = priorityOfRank(rows.number(7));
        stored.collapseKey = rows.text(8);
        readCounts(rows, 9, stored);
        stored.place = Place::Queue;
        ids.push_back(stored.id);
        add(std::move(stored));
    }
    return ids;
}

Result<void> MessageStates::loadFinished(std::span<const MessageId> ids)
{
    auto rows = m_connection.run("lock_finished", arrayOf(ids));
    if (!rows)
        return std::unexpected(rows.error());
    while (rows->next()) {
        StoredState stored;
        stored.id = rows->id(0);
        stored.recipient = rows->number(1);
        stored.createdAt = rows->time(2).value_or(Timestamp());
        stored.expiresAt = rows->time(3);
        stored.state.deliverAt = rows->time(4);
        stored.priority = static_cast<Priority>(rows->number(5));
        stored.collapseKey = rows->text(6);
        stored.state.deliveredAt = rows->time(7);
        stored.state.movedToDlqAt = rows->time(8);
        stored.readAt = rows->time(9);
        if (!rows->isNull(10))
            stored.state.deadLetterReason = static_cast<DeadLetterReason>(rows->number(10));
        readCounts(*rows, 11, stored);
        stored.place = Place::Finished;
        stored.diedAt = stored.state.movedToDlqAt;
        add(std::move(stored));
    }
    return {};
}

Result<void> MessageStates::store()
{
    Pointers toQueue;
    Pointers inQueue;
    Pointers toFinished;
    Pointers inFinished;
    Pointers changed;
    Pointers removed;
    for (const auto &[id, stored] : m_states) {
        if (stored.isRemoved) {
            removed.push_back(&stored);
            continue;
        }
        if (!stored.isChanged)
            continue;
        changed.push_back(&stored);
        if (isPending(stored.state.status))
            (stored.place == Place::Queue ? inQueue : toQueue).push_back(&stored);
        else
            (stored.place == Place::Finished ? inFinished : toFinished).push_back(&stored);
    }
    for (Pointers *states : {&toQueue, &inQueue, &toFinished, &inFinished, &changed, &removed})
        std::ranges::sort(*states, {}, &StoredState::id);
    if (auto written = writeQueue(toQueue, true); !written)
        return written;
    if (auto written = writeQueue(inQueue, false); !written)
        return written;
    if (auto written = writeFinished(toFinished, true); !written)
        return written;
    if (auto written = writeFinished(inFinished, false); !written)
        return written;
    if (auto written = writeDeaths(changed); !written)
        return written;
    if (auto gone = remove(removed); !gone)
        return gone;
    m_states.clear();
    return {};
}

Result<void> MessageStates::writeQueue(const Pointers &states, bool isInsert)
{
    if (states.empty())
        return {};
    CommonColumns common;
    ArrayLiteral created;
    ArrayLiteral expires;
    ArrayLiteral delivers;
    ArrayLiteral dues;
    ArrayLiteral nodes;
    ArrayLiteral ranks;
    ArrayLiteral collapseKeys;
    for (const StoredState *stored : states) {
        common.add(*stored);
        created.addTime(stored->createdAt);
        expires.addTime(stored->expiresAt);
        delivers.addTime(stored->state.deliverAt);
        dues.addTime(stored->state.dueAt);
        nodes.addNumber(stored->node);
        ranks.addNumber(rankOf(stored->priority));
        collapseKeys.addText(stored->collapseKey);
    }
    return m_connection.runLater(isInsert ? "move_to_queue" : "update_queue", common.ids, common.recipients,
                                 common.statuses, common.retryCounts, common.pushCounts, common.replayCounts,
                                 common.replayJobs, common.lastRetries, common.failureClasses, common.failureReasons,
                                 common.histories, created, expires, delivers, dues, nodes, ranks, collapseKeys);
}

Result<void> MessageStates::writeFinished(const Pointers &states, bool isInsert)
{
    if (states.empty())
        return {};
    CommonColumns common;
    ArrayLiteral delivered;
    ArrayLiteral moved;
    ArrayLiteral read;
    ArrayLiteral reasons;
    for (const StoredState *stored : states) {
        common.add(*stored);
        delivered.addTime(stored->state.deliveredAt);
        moved.addTime(stored->state.movedToDlqAt);
        read.addTime(stored->readAt);
        reasons.addNumber(stored->state.deadLetterReason.transform([](DeadLetterReason reason) { return qint64(reason); }));
    }
    return m_connection.runLater(isInsert ? "move_to_finished" : "update_finished", common.ids, common.recipients,
                                 common.statuses, common.retryCounts, common.pushCounts, common.replayCounts,
                                 common.replayJobs, common.lastRetries, common.failureClasses, common.failureReasons,
                                 common.histories, delivered, moved, read, reasons);
}

/// Table dead_letter as the states say.
Result<void> MessageStates::writeDeaths(const Pointers &changed)
{
    std::vector<MessageId> revived;
    ArrayLiteral ids;
    ArrayLiteral times;
    ArrayLiteral recipients;
    ArrayLiteral reasons;
    ArrayLiteral classes;
    ArrayLiteral attempts;
    ArrayLiteral replayCounts;
    ArrayLiteral signatures;
    bool isAnyDead = false;
    for (const StoredState *stored : changed) {
        if (stored->state.movedToDlqAt == stored->diedAt)
            continue;
        if (!stored->state.movedToDlqAt) {
            revived.push_back(stored->id);
            continue;
        }
        const DeadLetterReason reason = stored->state.deadLetterReason.value_or(DeadLetterReason::PermanentError);
        isAnyDead = true;
        ids.addId(stored->id);
        times.addTime(stored->state.movedToDlqAt);
        recipients.addNumber(stored->recipient);
        reasons.addNumber(static_cast<qint64>(reason));
        classes.addNumber(static_cast<qint64>(stored->failureClass));
        attempts.addNumber(qint64(stored->state.retryCount));
        replayCounts.addNumber(qint64(stored->state.replayCount));
        signatures.addText(deathSignature(reason, stored->failureReason));
    }
    if (!revived.empty()) {
        if (auto deleted = m_connection.runLater("delete_dead_letters", arrayOf(revived)); !deleted)
            return deleted;
    }
    if (!isAnyDead)
        return {};
    return m_connection.runLater("insert_dead_letters", ids, times, recipients, reasons, classes, attempts, replayCounts,
                                 signatures);
}

Result<void> MessageStates::remove(const Pointers &states)
{
    if (states.empty())
        return {};
    const ArrayLiteral ids = arrayOf(idsOf(states));
    if (auto remembered = m_connection.runLater("remember_highest", states.back()->id); !remembered)
        return remembered;
    if (auto locked = m_connection.runLater("lock_held", ids); !locked)
        return locked;
    if (auto released = m_connection.runLater("release_holders", ids, ArrayLiteral()); !released)
        return released;
    for (const char *query : {"delete_dead_letters", "delete_queue", "delete_finished", "delete_messages"}) {
        if (auto deleted = m_connection.runLater(query, ids); !deleted)
            return deleted;
    }
    return {};
}

} // namespace hudhud
