// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin-api/connections.h"
#include "admin-api/messages.h"

namespace hudhud::admin {

/// GET /recipients/{recipient}.
struct RecipientInfo
{
    QString recipient = {};
    bool revealed = false;
    QString node = {};
    QString status = {};
    QDateTime onlineSince = {};
    qint64 pending = 0;
    qint64 deadLetters = 0;
    std::vector<Connection> connections = {};
    std::vector<MessageSummary> lastDelivered = {};
    std::vector<MessageSummary> failures = {};
    std::vector<MessageSummary> lastDeadLetters = {};

    template <typename Self, typename Visit> static void members(Self &self, Visit &&visit)
    {
        visit("recipient", self.recipient);
        visit("revealed", self.revealed);
        visit("node", self.node);
        visit("status", self.status);
        visit("onlineSince", self.onlineSince);
        visit("pending", self.pending);
        visit("deadLetters", self.deadLetters);
        visit("connections", self.connections);
        visit("lastDelivered", self.lastDelivered);
        visit("failures", self.failures);
        visit("lastDeadLetters", self.lastDeadLetters);
    }
};

} // namespace hudhud::admin
