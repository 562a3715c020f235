// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "config/configuration.h"
#include "core/message_id.h"
#include "ingest/message_buffer.h"
#include "plugin-api/broadcasts.h"
#include "storage/storage_client.h"

#include <QObject>
#include <QTimer>

#include <deque>
#include <functional>
#include <memory>

namespace hudhud {

/// Turns broadcasts into messages, a slice at a time: one transaction stores the messages of a slice and how far the
/// broadcast has come, then they are routed. One slice is under way at any time and broadcasts take turns, so memory
/// holds one slice however many recipients there are. Ordinary traffic goes first: while it flows, the engine rests as
/// long as its slice took, and near the capacity of the buffer it waits.
/// Thread: the one that made it, except `add`. Ownership: what is passed in outlives it.
class FanOut final : public QObject
{
    Q_OBJECT

public:
    struct Parts
    {
        const FanOutOptions &options;
        const Clock &clock;
        MessageIdGenerator &ids;
        const MessageBuffer &buffer;
        /// Takes messages that have just become durable to the connections of their recipients.
        std::function<void(std::span<const MessagePointer>)> route;
        /// Hears of those that gave way to newer ones of their collapse key.
        std::function<void(std::span<const MessagePointer>)> superseded;
        MetricsRegistry &metrics;
    };

    explicit FanOut(Parts parts);

    /// Goes on with every broadcast that the last run left unfinished. `client` is this thread's.
    void start(StorageClient &client);
    /// No more slices; what is under way may still be stored, and is not routed.
    void stop();
    /// A broadcast has become durable. Thread: any.
    void add(const MessageId &id);

private:
    void enqueue(const MessageId &id);
    void resume();
    void step();
    void stored(const MessageId &id, SteadyTime begin, const Result<BroadcastSlice> &slice);
    void route(const std::vector<MessagePointer> &messages) const;
    void purge();

    const Parts m_parts;
    Counter &m_stored;
    Counter &m_failures;
    Gauge &m_running;
    StorageClient *m_client = nullptr;
    std::deque<MessageId> m_queue;
    bool m_isUnderWay = false;
    QTimer m_stepTimer;
    QTimer m_purgeTimer;
    std::shared_ptr<char> m_lifetime; ///< Set while it runs; completions that come later see it gone.
};

} // namespace hudhud
