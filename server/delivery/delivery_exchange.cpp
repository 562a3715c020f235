// SPDX-License-Identifier: GPL-3.0-or-later
#include "delivery/delivery_exchange.h"

#include "delivery/presence_directory.h"
#include "delivery/remote_delivery.h"

#include <algorithm>
#include <iterator>

namespace hudhud {

void DeliveryExchange::setMailbox(int ioThread, Mailbox<DeliveryBatch> *mailbox)
{
    Box &box = m_boxes[static_cast<std::size_t>(ioThread)];
    const std::scoped_lock lock(box.mutex);
    box.mailbox = mailbox;
}

void DeliveryExchange::post(int ioThread, DeliveryBatch &&batch)
{
    Box &box = m_boxes[static_cast<std::size_t>(ioThread)];
    const std::scoped_lock lock(box.mutex);
    if (box.mailbox)
        box.mailbox->post(std::move(batch));
}

void DeliveryExchange::postAll(std::vector<DeliveryBatch> &&batches)
{
    for (std::size_t i = 0; i < batches.size(); ++i) {
        if (!batches[i].isEmpty())
            post(static_cast<int>(i), std::move(batches[i]));
    }
}

std::vector<MessagePointer> DeliveryExchange::routeHere(std::span<const MessagePointer> messages,
                                                        const PresenceDirectory &directory)
{
    std::vector<DeliveryBatch> batches(m_boxes.size());
    std::vector<MessagePointer> elsewhere;
    for (const MessagePointer &message : messages) {
        if (const auto owner = directory.owner(message->recipient))
            batches[static_cast<std::size_t>(*owner)].routed.push_back(message);
        else
            elsewhere.push_back(message);
    }
    postAll(std::move(batches));
    return elsewhere;
}

void DeliveryExchange::route(std::span<const MessagePointer> messages, const PresenceDirectory &directory)
{
    auto elsewhere = routeHere(messages, directory);
    if (!m_remote)
        return;
    std::ranges::copy_if(messages, std::back_inserter(elsewhere), [this, &directory](const MessagePointer &message) {
        return m_remote->isElsewhereToo(message->recipient) && directory.owner(message->recipient);
    });
    if (!elsewhere.empty())
        m_remote->offer(std::move(elsewhere));
}

void DeliveryExchange::wake(std::span<const Recipient> recipients, const PresenceDirectory &directory)
{
    std::vector<DeliveryBatch> batches(m_boxes.size());
    for (const Recipient &recipient : recipients) {
        if (const auto owner = directory.owner(recipient))
            batches[static_cast<std::size_t>(*owner)].woken.push_back(recipient);
    }
    postAll(std::move(batches));
}

} // namespace hudhud
