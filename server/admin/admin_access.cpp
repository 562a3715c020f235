// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/admin_access.h"

#include "security/api_key.h"

#include <algorithm>
#include <array>

namespace hudhud {

namespace {

constexpr std::array<QByteArrayView, 3> RoleNames{"viewer", "operator", "admin"};

JwtOptions operatorOptions(JwtOptions options)
{
    options.recipientClaim = "sub";
    return options;
}

} // namespace

QByteArrayView adminRoleName(AdminRole role)
{
    return RoleNames[static_cast<std::size_t>(role)];
}

AdminAccess::AdminAccess(TokenKeys keys, const JwtOptions &options, const Clock &clock)
    : m_verifier(std::move(keys), operatorOptions(options), clock)
{
}

Result<AdminIdentity> AdminAccess::identify(QByteArrayView authorization)
{
    const auto credentials = bearerCredentials(authorization);
    if (!credentials) {
        return std::unexpected(
            Error(ErrorCode::Unauthorized,
                  QStringLiteral("There is no token; send an operator's token as \"Authorization: Bearer …\". Make one "
                                 "with: hudhud-server token --role operator --claim sub=NAME")));
    }
    const auto token = m_verifier.verify(*credentials);
    if (!token)
        return std::unexpected(token.error().withContext(QStringLiteral("operator's token (it needs sub and roles)")));
    const auto highest = roleOf(*token);
    if (!highest) {
        return std::unexpected(
            Error(ErrorCode::Forbidden,
                  QStringLiteral("The token has none of the roles viewer, operator and admin; use one that has.")));
    }
    return AdminIdentity{token->subject, *highest, token->expiresAt};
}

std::optional<AdminRole> AdminAccess::roleOf(const TokenIdentity &token)
{
    std::optional<AdminRole> highest;
    for (std::size_t i = 0; i < RoleNames.size(); ++i) {
        if (std::ranges::find(token.roles, RoleNames[i]) != token.roles.end())
            highest = static_cast<AdminRole>(i);
    }
    return highest;
}

} // namespace hudhud
