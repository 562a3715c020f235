// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "config/configuration.h"
#include "core/clock.h"
#include "core/error.h"

#include <QByteArray>

#include <chrono>
#include <utility>
#include <vector>

namespace hudhud {

/// What `hudhud-server token` asks for.
struct TokenRequest
{
    std::vector<std::pair<QByteArray, QByteArray>> claims; ///< The recipient claim, or with `roles` the claim sub, has to be among them.
    std::vector<QByteArray> roles;
    std::chrono::seconds timeToLive{3600};
    QString privateKeyFile; ///< RS256: PEM private key; HS256 takes the secret of the configuration.
};

/// Makes a token that this server accepts, with iat, exp, and iss and aud as configured.
/// Errors: ConfigurationInvalid, InvalidField naming the claim, InvalidRequest for the key file. Thread: any.
Result<QByteArray> createToken(const JwtOptions &options, const TokenRequest &request, const Clock &clock);

} // namespace hudhud
