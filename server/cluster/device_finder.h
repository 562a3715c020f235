// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "cluster/shared_presence.h"
#include "cluster/shared_recipients.h"
#include "delivery/presence_directory.h"

#include <functional>
#include <memory>
#include <span>

namespace hudhud {

/// Finds out which recipients of this node have a device on another one: whoever connects is looked up in the cache, after
/// his presence was written, and the nodes where he is are told; whoever leaves is taken back there. Of two nodes to which he
/// connects at once at least one sees the other. What gets lost on the bus is told again with each renewal.
/// Thread: constructed and used on one. Ownership: what is passed in outlives it, but not its pending calls.
class DeviceFinder
{
public:
    struct Parts
    {
        Cache &cache;
        SharedPresence &presence;
        const PresenceDirectory &directory;
        SharedRecipients &recipients;
        QByteArray ownId;
        std::function<std::vector<QByteArray>()> peers; ///< The others that may be alive.
    };

    explicit DeviceFinder(Parts parts);

    /// Takes what the other nodes tell.
    void start();
    void stop();
    /// Connected here, with their presence written. At most some thousands at once.
    void connected(std::vector<Recipient> &&recipients);
    void disconnected(std::span<const Recipient> recipients);
    /// Looks the known ones up again, and tells the others again.
    void renew();

private:
    enum class News : quint8 { IsHere, IsGone };

    static QByteArray channelOf(const QByteArray &node) { return "hudhud:devices:" + node; }
    void found(std::span<const Recipient> recipients, std::span<const QByteArray> nodes,
               const SharedPresence::Places &places);
    void tell(const QByteArray &node, News news, std::span<const Recipient> recipients);
    void received(const QByteArray &payload);

    Parts m_parts;
    std::optional<quint64> m_subscription;
    std::shared_ptr<char> m_lifetime = std::make_shared<char>();
};

} // namespace hudhud
