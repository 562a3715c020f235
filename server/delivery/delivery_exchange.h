// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "delivery/delivery_batch.h"
#include "eventloop/mailbox.h"

#include <mutex>
#include <span>
#include <vector>

namespace hudhud {

class PresenceDirectory;

/// The mailboxes of all delivery workers by I/O thread. Thread: any. Bounds: what travels was admitted by
/// ingest, or is limited by the windows of the connections.
class DeliveryExchange
{
public:
    explicit DeliveryExchange(int ioThreads)
        : m_boxes(static_cast<std::size_t>(ioThreads))
    {
    }

    int ioThreads() const { return static_cast<int>(m_boxes.size()); }
    /// Opens (or with null closes) the box of a thread. A batch for a closed box is dropped: its messages are
    /// in storage.
    void setMailbox(int ioThread, Mailbox<DeliveryBatch> *mailbox);
    void post(int ioThread, DeliveryBatch &&batch);
    /// Sends each message to the owner of its recipient, one batch per thread; nothing for who is offline.
    void route(std::span<const MessagePointer> messages, const PresenceDirectory &directory);

private:
    struct Box
    {
        std::mutex mutex; ///< Guards the pointer while a batch is handed in.
        Mailbox<DeliveryBatch> *mailbox = nullptr;
    };
    std::vector<Box> m_boxes;
};

} // namespace hudhud
