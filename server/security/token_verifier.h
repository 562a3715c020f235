// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/clock.h"
#include "plugin-api/services.h"
#include "security/token_keys.h"

#include <memory>

namespace simdjson::dom {
class parser;
}

namespace hudhud {

/// Verifies JSON Web Tokens (RFC 7519) in their compact form (RFC 7515, section 7.1). The configuration alone
/// decides the algorithm. The signature is checked before the claims are read. Thread: one object per thread.
/// Ownership: `clock` outlives it.
class TokenVerifier
{
public:
    static constexpr qsizetype MaximumTokenBytes = 8 * 1024;
    static constexpr qsizetype MaximumSubjectBytes = 256;
    static constexpr std::size_t MaximumRoles = 32;

    TokenVerifier(TokenKeys keys, JwtOptions options, const Clock &clock);
    ~TokenVerifier();

    /// Roles come from the claims `role` and `roles`, each a string or a list of strings.
    /// Errors: Unauthorized with the reason, never with anything out of the token.
    Result<TokenIdentity> verify(QByteArrayView token);

private:
    Result<void> checkHeader(const QByteArray &json);
    Result<TokenIdentity> readClaims(const QByteArray &json);

    TokenKeys m_keys;
    JwtOptions m_options;
    const Clock &m_clock;
    std::unique_ptr<simdjson::dom::parser> m_parser;
};

} // namespace hudhud
