// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin-api/json_value.h"

namespace hudhud::admin {

/// GET /me: who asks, and who answers.
struct Session
{
    QString subject = {};
    QString role = {}; ///< "viewer", "operator", "admin".
    QDateTime expiresAt = {}; ///< Of the token.
    QString server = {};
    QString version = {};
    QString node = {};
    QDateTime time = {}; ///< The server's clock.

    template <typename Self, typename Visit> static void members(Self &self, Visit &&visit)
    {
        visit("subject", self.subject);
        visit("role", self.role);
        visit("expiresAt", self.expiresAt);
        visit("server", self.server);
        visit("version", self.version);
        visit("node", self.node);
        visit("time", self.time);
    }
};

} // namespace hudhud::admin
