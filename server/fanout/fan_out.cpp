// SPDX-License-Identifier: GPL-3.0-or-later
#include "fanout/fan_out.h"

#include <algorithm>

namespace hudhud {

namespace {

using namespace std::chrono_literals;

constexpr std::chrono::milliseconds CapacityPause = 100ms; ///< While the buffer is nearly full.
constexpr std::chrono::milliseconds FailurePause = 1s;
constexpr std::chrono::milliseconds PurgeInterval = 60s;
constexpr int PurgeBatch = 100;

} // namespace

FanOut::FanOut(Parts parts)
    : m_parts(std::move(parts))
    , m_stored(m_parts.metrics.counter("hudhud_fanout_messages_total", "Messages of broadcasts made durable."))
    , m_failures(m_parts.metrics.counter("hudhud_fanout_failures_total",
                                         "Steps of broadcasts that the store did not take; they are repeated."))
    , m_running(m_parts.metrics.gauge("hudhud_fanout_running", "Broadcasts that are not wholly stored yet."))
{
    m_stepTimer.setSingleShot(true);
    connect(&m_stepTimer, &QTimer::timeout, this, [this] { step(); });
    connect(&m_purgeTimer, &QTimer::timeout, this, [this] { purge(); });
}

void FanOut::start(StorageClient &client)
{
    m_client = &client;
    m_lifetime = std::make_shared<char>();
    m_purgeTimer.start(PurgeInterval);
    resume();
}

void FanOut::stop()
{
    m_lifetime.reset();
    m_stepTimer.stop();
    m_purgeTimer.stop();
    m_queue.clear();
    m_client = nullptr;
}

void FanOut::add(const MessageId &id)
{
    QMetaObject::invokeMethod(
        this,
        [this, id] {
            if (m_lifetime)
                enqueue(id);
        },
        Qt::QueuedConnection);
}

void FanOut::enqueue(const MessageId &id)
{
    // The first look into the store may have found it as well.
    if (std::ranges::find(m_queue, id) == m_queue.end())
        m_queue.push_back(id);
    m_running.set(std::ssize(m_queue));
    if (!m_isUnderWay && !m_stepTimer.isActive())
        step();
}

void FanOut::resume()
{
    m_client->read<std::vector<MessageId>>(
        [](StorageReader &reader) { return reader.broadcasts().running(); },
        [this, lifetime = std::weak_ptr(m_lifetime)](const Result<std::vector<MessageId>> &running) {
            if (lifetime.expired())
                return;
            if (!running) {
                m_failures.add();
                QTimer::singleShot(FailurePause, this, [this] {
                    if (m_lifetime)
                        resume();
                });
                return;
            }
            for (const MessageId &id : *running)
                enqueue(id);
        });
}

void FanOut::step()
{
    if (m_queue.empty())
        return;
    if (m_parts.buffer.isNearCapacity()) {
        m_stepTimer.start(CapacityPause);
        return;
    }
    m_isUnderWay = true;
    const MessageId id = m_queue.front();
    m_client->write<BroadcastSlice>(
        [id, limit = m_parts.options.slice, &ids = m_parts.ids, &clock = m_parts.clock](StorageWriter &writer) {
            return writer.broadcasts().expand(id, limit, ids, clock.now());
        },
        [this, id, begin = m_parts.clock.steadyNow(),
         lifetime = std::weak_ptr(m_lifetime)](const Result<BroadcastSlice> &slice) {
            if (!lifetime.expired())
                stored(id, begin, slice);
        });
}

void FanOut::stored(const MessageId &id, SteadyTime begin, const Result<BroadcastSlice> &slice)
{
    m_isUnderWay = false;
    m_queue.pop_front();
    const bool isGone = !slice && slice.error().code() == ErrorCode::NotFound;
    if (!isGone && (!slice || !slice->isEnded))
        m_queue.push_back(id);
    m_running.set(std::ssize(m_queue));
    if (!slice) {
        m_failures.add();
        m_stepTimer.start(FailurePause);
        return;
    }
    m_stored.add(std::ssize(slice->messages));
    if (!slice->superseded.empty())
        m_parts.superseded(slice->superseded);
    route(slice->messages);
    const auto spent
        = std::chrono::duration_cast<std::chrono::milliseconds>(m_parts.clock.steadyNow() - begin);
    m_stepTimer.start(m_parts.buffer.depth() > 0 ? spent : 0ms);
}

/// What is to be delivered later waits in the store.
void FanOut::route(const std::vector<MessagePointer> &messages) const
{
    // They share one template: what holds for one holds for all.
    const bool isDue = !messages.empty()
        && (!messages.front()->deliverAt || *messages.front()->deliverAt <= m_parts.clock.now());
    if (isDue)
        m_parts.route(messages);
}

void FanOut::purge()
{
    m_client->write<int>(
        [before = m_parts.clock.now() - m_parts.options.retainBroadcasts](StorageWriter &writer) {
            return writer.broadcasts().purge(before, PurgeBatch);
        },
        [this, lifetime = std::weak_ptr(m_lifetime)](const Result<int> &count) {
            if (!lifetime.expired() && !count)
                m_failures.add();
        });
}

} // namespace hudhud
