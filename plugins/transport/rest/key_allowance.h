// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "plugin-api/services.h"

namespace hudhud {

/// One request's dealings with the limits of its API key; does nothing for a key without limits.
/// Thread: the request's I/O thread. Ownership: the limits outlive it.
class KeyAllowance
{
public:
    KeyAllowance(SendLimits &limits, const ApiKeyIdentity &identity);

    /// Before the body is parsed: whether the request may be looked at.
    std::optional<LimitRefusal> check() const;
    /// Once it is known how many messages the request has: takes them, all or nothing.
    std::optional<LimitRefusal> take(qint64 messages) const;
    /// Gives back to the quota what was taken and then not stored.
    void giveBack(qint64 messages) const;
    /// Adds RateLimit-Policy and RateLimit (draft-ietf-httpapi-ratelimit-headers).
    void describe(HttpResponse &response) const;
    /// The whole answer to a refused request.
    HttpResponse refusalResponse(const LimitRefusal &refusal) const;

private:
    SendLimits *m_limits; ///< Null: the key has no limits.
    LimitedKey m_key;
};

} // namespace hudhud
