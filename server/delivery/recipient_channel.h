// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "delivery/delivery_batch.h"
#include "delivery/priority_share.h"
#include "plugin-api/status_feed.h"

#include <algorithm>
#include <optional>
#include <vector>

namespace hudhud {

/// One message a channel is busy with.
struct ChannelMessage
{
    enum class State : quint8 {
        InFlight, ///< Pushed; the acknowledgement is awaited. Takes up room in the window.
        Settling, ///< Its end (or its way back into the queue) is being stored; must not be pushed meanwhile.
    };

    MessageId id;
    State state = State::InFlight;
    bool isMarked = true; ///< False when storing Processing failed.
    DeliveryChannel channel = DeliveryChannel::SignalR;
    quint16 retryCount = 0;
    quint16 pushCount = 0;
    quint64 sequence = 0; ///< Counts the pushes of the channel.
    SteadyTime pushedAt{};
    MessagePointer message; ///< Kept while in flight, for connections that come later.
};

struct ChannelConnection
{
    ConnectionAddress address;
    /// Everything in flight up to this sequence number was pushed to this connection.
    quint64 pushedUpTo = 0;
    std::optional<SteadyTime> pausedSince;
};

/// The delivery state of one recipient, kept by its owner. Thread: the owner's I/O thread.
/// Bounds: at most `window` messages in flight and `SettlingFactor * window` in all.
struct RecipientChannel
{
    static constexpr int SettlingFactor = 4;
    static constexpr SteadyTime Never = SteadyTime::max();

    std::vector<ChannelConnection> connections;
    std::vector<ChannelMessage> messages; ///< In no particular order.
    int inFlight = 0;
    quint64 lastSequence = 0;
    bool hasMoreInStorage = false; ///< Messages may wait in storage that are not in `messages`.
    bool isReading = false; ///< A page is on its way.
    bool isPageStale = false; ///< It may show a message as it was before it was replaced.
    PriorityShare lowestShare;
    SteadyTime nextCheck = Never; ///< When the deadlines look at this channel.

    ChannelMessage *find(const MessageId &id)
    {
        const auto found = std::find_if(messages.begin(), messages.end(),
                                        [&](const ChannelMessage &message) { return message.id == id; });
        return found == messages.end() ? nullptr : &*found;
    }
    void erase(const MessageId &id)
    {
        if (ChannelMessage *message = find(id)) {
            if (message != &messages.back())
                *message = std::move(messages.back());
            messages.pop_back();
        }
    }
    ChannelConnection *find(const ConnectionAddress &address)
    {
        const auto found = std::find_if(connections.begin(), connections.end(),
                                        [&](const ChannelConnection &one) { return one.address == address; });
        return found == connections.end() ? nullptr : &*found;
    }
    /// Who was pushed `message`, but for `except`.
    std::vector<ConnectionAddress> holders(const ChannelMessage &message, const ConnectionAddress &except = {}) const
    {
        std::vector<ConnectionAddress> addresses;
        for (const ChannelConnection &connection : connections) {
            if (connection.pushedUpTo >= message.sequence && connection.address != except)
                addresses.push_back(connection.address);
        }
        return addresses;
    }
    bool isOpen() const
    {
        return std::any_of(connections.begin(), connections.end(),
                           [](const ChannelConnection &one) { return !one.pausedSince; });
    }
    bool isIdle() const { return connections.empty() && messages.empty() && !isReading; }
    /// How many more messages may be pushed now.
    int room(int window) const
    {
        if (!isOpen() || static_cast<int>(messages.size()) >= SettlingFactor * window)
            return 0;
        return std::max(0, window - inFlight);
    }
    /// The ids a page must leave out, sorted.
    std::vector<MessageId> sortedIds() const
    {
        std::vector<MessageId> ids;
        ids.reserve(messages.size());
        for (const ChannelMessage &message : messages)
            ids.push_back(message.id);
        std::sort(ids.begin(), ids.end());
        return ids;
    }
};

} // namespace hudhud
