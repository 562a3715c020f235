// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "delivery/delivery_batch.h"
#include "eventloop/mailbox.h"

#include <mutex>
#include <span>
#include <vector>

namespace hudhud {

class PresenceDirectory;
class RemoteDelivery;

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
    /// Sends each message to the owner of its recipient, one batch per thread. Result: those of recipients who are not
    /// connected on this node.
    std::vector<MessagePointer> routeHere(std::span<const MessagePointer> messages, const PresenceDirectory &directory);
    /// The same, and the rest is offered to the other nodes.
    void route(std::span<const MessagePointer> messages, const PresenceDirectory &directory);
    /// Lets the owners of these recipients read what waits in storage.
    void wake(std::span<const Recipient> recipients, const PresenceDirectory &directory);

    /// Null where there is one node only. Set before the first worker is made.
    void setRemote(RemoteDelivery *remote) { m_remote = remote; }
    RemoteDelivery *remote() const { return m_remote; }

private:
    void postAll(std::vector<DeliveryBatch> &&batches);

    struct Box
    {
        std::mutex mutex; ///< Guards the pointer while a batch is handed in.
        Mailbox<DeliveryBatch> *mailbox = nullptr;
    };
    std::vector<Box> m_boxes;
    RemoteDelivery *m_remote = nullptr;
};

} // namespace hudhud
