// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "plugin-api/http.h"
#include "security/token_verifier.h"

namespace hudhud {

/// What an operator may do; each includes those before.
enum class AdminRole : quint8 {
    Viewer,   ///< Look.
    Operator, ///< Replay, discard, restore, edit, and run jobs.
    Admin,    ///< Everything.
};

/// "viewer", "operator", "admin".
QByteArrayView adminRoleName(AdminRole role);

/// Who sent a request.
struct AdminIdentity
{
    QByteArray subject; ///< The token's `sub`.
    AdminRole role = AdminRole::Viewer;
    std::optional<Timestamp> expiresAt = {}; ///< Of the token.
};

/// Verifies operators' tokens: signed like phones' tokens, with `sub` and at least one of the roles above. Thread: one
/// object per I/O thread. Ownership: `clock` outlives it.
class AdminAccess
{
public:
    AdminAccess(TokenKeys keys, const JwtOptions &options, const Clock &clock);

    /// Errors: Unauthorized for a missing or invalid token, Forbidden when it has none of the roles.
    Result<AdminIdentity> identify(QByteArrayView authorization);
    /// The same for a bare token, whatever its roles.
    Result<TokenIdentity> verify(QByteArrayView token) { return m_verifier.verify(token); }
    /// The highest role of a token; nothing when it has none of them.
    static std::optional<AdminRole> roleOf(const TokenIdentity &token);

private:
    TokenVerifier m_verifier;
};

} // namespace hudhud
