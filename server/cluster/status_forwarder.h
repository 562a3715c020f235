// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "cluster/cluster_metrics.h"
#include "delivery/status_exchange.h"
#include "eventloop/mailbox.h"
#include "plugin-api/cache.h"

#include <QSet>

#include <functional>
#include <optional>

namespace hudhud {

/// Tells the other nodes of this node's status changes while one of them wants them, and this node of theirs while somebody
/// here does: a business hears of its messages whichever node its phones are connected to. What nobody wants is neither
/// written nor sent. At most once, as everything that the bus brings.
/// Thread: constructed and used on the thread that drains it. Ownership: what is passed in outlives it, but for the threads
/// that subscribe to the exchange, which end before it.
class StatusForwarder
{
public:
    struct Parts
    {
        Cache &cache;
        StatusExchange &exchange;
        ClusterMetrics &metrics;
        QByteArray nodeId;
        std::function<void()> wishChanged; ///< `isWantedHere` has another answer: the others should be told.
    };
    /// One event carries at most so many.
    static constexpr std::size_t MaximumBatch = 1'000;

    explicit StatusForwarder(Parts parts);
    ~StatusForwarder();

    void start();
    void stop();
    bool isWantedHere() const { return m_subscription.has_value(); }
    /// What another node says of itself.
    void heard(const QByteArray &node, bool wantsStatusChanges);
    void gone(const QByteArray &node) { heard(node, false); }

private:
    void follow();
    void send(std::span<const StatusChange> changes);
    void received(const QByteArray &payload);

    Parts m_parts;
    bool m_isRunning = false;
    std::optional<quint64> m_subscription; ///< While somebody here wants the others' changes.
    QSet<QByteArray> m_listeners;          ///< Nodes that want ours.
    StatusExchange::Box m_box;             ///< Open while there are any.
    Mailbox<char> m_wishes;                ///< Somebody here has come or gone.
};

} // namespace hudhud
