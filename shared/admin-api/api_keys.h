// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin-api/json_value.h"

namespace hudhud::admin {

/// An API key; nobody knows its secret any more.
struct ApiKey
{
    qint64 id = 0;
    QString name = {};
    QStringList scopes = {};
    QString account = {};
    qint64 messagesPerSecond = 0;
    qint64 messagesPerDay = 0;
    QDateTime createdAt = {};
    QDateTime expiresAt = {};
    QDateTime revokedAt = {};
    QString state = {}; ///< "active", "expired", "revoked".

    template <typename Self, typename Visit> static void members(Self &self, Visit &&visit)
    {
        visit("id", self.id);
        visit("name", self.name);
        visit("scopes", self.scopes);
        visit("account", self.account);
        visit("messagesPerSecond", self.messagesPerSecond);
        visit("messagesPerDay", self.messagesPerDay);
        visit("createdAt", self.createdAt);
        visit("expiresAt", self.expiresAt);
        visit("revokedAt", self.revokedAt);
        visit("state", self.state);
    }
};

/// GET /apikeys.
struct ApiKeyList
{
    std::vector<ApiKey> keys = {};

    template <typename Self, typename Visit> static void members(Self &self, Visit &&visit)
    {
        visit("keys", self.keys);
    }
};

/// POST /apikeys, and rotations: the secret is shown once.
struct NewApiKey
{
    ApiKey key = {};
    QString secret = {};
    std::optional<ApiKey> replaced = {};

    template <typename Self, typename Visit> static void members(Self &self, Visit &&visit)
    {
        visit("key", self.key);
        visit("secret", self.secret);
        visit("replaced", self.replaced);
    }
};

/// POST /apikeys/{id}/revoke.
struct RevokedApiKey
{
    ApiKey key = {};

    template <typename Self, typename Visit> static void members(Self &self, Visit &&visit)
    {
        visit("key", self.key);
    }
};

} // namespace hudhud::admin
