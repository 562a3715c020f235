// SPDX-License-Identifier: GPL-3.0-or-later
#include "security/token_creation.h"

#include "security/secrets.h"
#include "security/token_keys.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include <algorithm>
#include <array>

namespace hudhud {

namespace {

constexpr std::array<QByteArrayView, 6> OwnClaims{"iat", "exp", "nbf", "iss", "aud", "roles"};

QByteArray part(const QJsonObject &object)
{
    return toBase64Url(QJsonDocument(object).toJson(QJsonDocument::Compact));
}

Result<QJsonObject> claimsOf(const JwtOptions &options, const TokenRequest &request, Timestamp now)
{
    QJsonObject claims;
    for (const auto &[name, value] : request.claims) {
        const QString key = QString::fromUtf8(name);
        if (name.isEmpty() || std::ranges::find(OwnClaims, QByteArrayView(name)) != OwnClaims.end()
            || claims.contains(key))
            return std::unexpected(Error::invalidField(
                key, QStringLiteral("the claim %1 is set by the server, given twice or empty").arg(key)));
        claims.insert(key, QString::fromUtf8(value));
    }
    const QString recipientClaim = QString::fromUtf8(options.recipientClaim);
    // Operators are named by sub and have roles; phones by the recipient claim.
    const bool isOperator = !request.roles.empty() && !claims.value(QLatin1StringView("sub")).toString().isEmpty();
    if (claims.value(recipientClaim).toString().isEmpty() && !isOperator)
        return std::unexpected(Error::invalidField(
            recipientClaim,
            QStringLiteral("the claim %1 is needed: --claim %1=967771234567").arg(recipientClaim)));
    if (request.timeToLive <= std::chrono::seconds(0))
        return std::unexpected(Error::invalidField(QStringLiteral("ttl"),
                                                   QStringLiteral("the time to live must be above zero")));
    const qint64 issuedAt = std::chrono::duration_cast<std::chrono::seconds>(now.time_since_epoch()).count();
    claims.insert(QStringLiteral("iat"), issuedAt);
    claims.insert(QStringLiteral("exp"), issuedAt + qint64(request.timeToLive.count()));
    if (!options.issuer.isEmpty())
        claims.insert(QStringLiteral("iss"), QString::fromUtf8(options.issuer));
    if (!options.audience.isEmpty())
        claims.insert(QStringLiteral("aud"), QString::fromUtf8(options.audience));
    QJsonArray roles;
    for (const QByteArray &role : request.roles)
        roles.append(QString::fromUtf8(role));
    if (!roles.isEmpty())
        claims.insert(QStringLiteral("roles"), roles);
    return claims;
}

Result<QByteArray> signatureOf(const JwtOptions &options, const TokenRequest &request,
                               const QByteArray &input)
{
    if (options.algorithm == "RS256") {
        if (request.privateKeyFile.isEmpty())
            return std::unexpected(
                Error(ErrorCode::InvalidRequest,
                      QStringLiteral("RS256 tokens need the private key: --key-file FILE")));
        return signRs256(request.privateKeyFile, input);
    }
    const Result<TokenKeys> keys = TokenKeys::load(options);
    if (!keys)
        return std::unexpected(keys.error());
    return keys->sign(input);
}

} // namespace

Result<QByteArray> createToken(const JwtOptions &options, const TokenRequest &request, const Clock &clock)
{
    const Result<QJsonObject> claims = claimsOf(options, request, clock.now());
    if (!claims)
        return std::unexpected(claims.error());
    const QJsonObject header{{QStringLiteral("alg"), QString::fromUtf8(options.algorithm)},
                             {QStringLiteral("typ"), QStringLiteral("JWT")}};
    const QByteArray input = part(header) + '.' + part(*claims);
    const Result<QByteArray> signature = signatureOf(options, request, input);
    if (!signature)
        return std::unexpected(signature.error());
    return input + '.' + toBase64Url(*signature);
}

} // namespace hudhud
