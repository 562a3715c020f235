// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/clock.h"
#include "plugin-api/storage.h"

#include <QByteArray>

#include <array>
#include <optional>
#include <vector>

namespace hudhud {

/// What an API key may be allowed to do.
inline constexpr std::array<QByteArrayView, 2> ApiKeyScopes{"send", "read"};

/// A fresh API key: `text` is shown once to its owner and kept nowhere, `record` goes into the store.
struct NewApiKey
{
    QByteArray text;
    ApiKeyRecord record;
};

/// Makes a key of "hk_" and 32 random bytes in base64url. `record.id` is given by the store when it is saved.
/// Errors: InvalidField for a name that is not 1 to 64 characters of A-Z a-z 0-9 . _ -, no scope, an unknown
/// or a repeated one, or an expiry that has passed. Thread: any.
Result<NewApiKey> createApiKey(const QByteArray &name, const std::vector<QByteArray> &scopes,
                               std::optional<Timestamp> expiresAt, const Clock &clock);

/// The hash under which a key is stored, or nothing when the text cannot be a key.
std::optional<QByteArray> apiKeyHash(QByteArrayView text);

/// The credentials of an "Authorization: Bearer ..." header (RFC 6750, section 2.1), or nothing.
std::optional<QByteArrayView> bearerCredentials(QByteArrayView authorization);

} // namespace hudhud
