// SPDX-License-Identifier: GPL-3.0-or-later
#include "security/token_verifier.h"

#include "security/secrets.h"
#include "security/unauthorized.h"

#include <cstdint>
#include <functional>
#include <string_view>
#include <unordered_set>

#include <simdjson.h>

namespace hudhud {

namespace {

namespace dom = simdjson::dom;

QByteArray toByteArray(std::string_view text)
{
    return QByteArray(text.data(), static_cast<qsizetype>(text.size()));
}

std::string_view toStringView(const QByteArray &bytes)
{
    return {bytes.constData(), static_cast<std::size_t>(bytes.size())};
}

/// The JSON object in `json`, or nothing. Names may not repeat (RFC 7515, section 4; RFC 7519, section 4).
std::optional<dom::object> parseObject(dom::parser &parser, const QByteArray &json)
{
    dom::object object;
    if (parser.parse(json.constData(), static_cast<std::size_t>(json.size())).get(object)
        != simdjson::SUCCESS)
        return std::nullopt;
    std::unordered_set<std::string_view> names;
    for (const dom::key_value_pair field : object) {
        if (!names.insert(field.key).second)
            return std::nullopt;
    }
    return object;
}

/// Calls `visit` with each string of a string or a list of strings. False when it is something else.
bool eachString(const dom::element &value, const std::function<void(std::string_view)> &visit)
{
    std::string_view text;
    if (value.get(text) == simdjson::SUCCESS) {
        visit(text);
        return true;
    }
    dom::array items;
    if (value.get(items) != simdjson::SUCCESS)
        return false;
    for (const dom::element item : items) {
        if (item.get(text) != simdjson::SUCCESS)
            return false;
        visit(text);
    }
    return true;
}

/// A NumericDate (RFC 7519, section 2) between 1970 and 9999.
std::optional<Timestamp> numericDate(const dom::element &value)
{
    constexpr double EndOfYear9999 = 253'402'300'799;
    double seconds = 0;
    if (value.get(seconds) != simdjson::SUCCESS || !(seconds >= 0 && seconds <= EndOfYear9999))
        return std::nullopt;
    return Timestamp(std::chrono::milliseconds(static_cast<qint64>(seconds * 1000)));
}

/// exp and nbf (sections 4.1.4 and 4.1.5). Result: when the token ends.
Result<std::optional<Timestamp>> checkTimes(const dom::object &claims, const JwtOptions &options,
                                            Timestamp now)
{
    dom::element value;
    if (claims["nbf"].get(value) == simdjson::SUCCESS) {
        const std::optional<Timestamp> notBefore = numericDate(value);
        if (!notBefore)
            return unauthorized("the token's nbf is no time");
        if (now + options.leeway < *notBefore)
            return unauthorized("the token is not valid yet");
    }
    if (claims["exp"].get(value) != simdjson::SUCCESS) {
        if (options.requireExpiry)
            return unauthorized("the token has no exp");
        return std::nullopt;
    }
    const std::optional<Timestamp> expiresAt = numericDate(value);
    if (!expiresAt)
        return unauthorized("the token's exp is no time");
    if (now >= *expiresAt + options.leeway)
        return unauthorized("the token has expired");
    return expiresAt;
}

/// iss and aud (sections 4.1.1 and 4.1.3), each only when it is configured.
Result<void> checkParties(const dom::object &claims, const JwtOptions &options)
{
    std::string_view issuer;
    if (!options.issuer.isEmpty()
        && (claims["iss"].get(issuer) != simdjson::SUCCESS || issuer != toStringView(options.issuer)))
        return unauthorized("the token is of another issuer");
    if (options.audience.isEmpty())
        return {};
    dom::element audience;
    bool isMeant = false;
    const auto compare
        = [&](std::string_view name) { isMeant = isMeant || name == toStringView(options.audience); };
    if (claims["aud"].get(audience) != simdjson::SUCCESS || !eachString(audience, compare) || !isMeant)
        return unauthorized("the token is for another audience");
    return {};
}

/// The recipient claim: a string, or a phone number that an issuer wrote as a number.
QByteArray subjectOf(const dom::object &claims, const QByteArray &claim)
{
    dom::element value;
    if (claims.at_key(toStringView(claim)).get(value) != simdjson::SUCCESS)
        return {};
    std::string_view text;
    if (value.get(text) == simdjson::SUCCESS)
        return toByteArray(text);
    std::uint64_t number = 0;
    return value.get(number) == simdjson::SUCCESS ? QByteArray::number(quint64(number)) : QByteArray();
}

/// False when there are too many roles or something that is none.
bool readRoles(const dom::object &claims, std::vector<QByteArray> &roles)
{
    for (const std::string_view name : {"role", "roles"}) {
        dom::element value;
        if (claims.at_key(name).get(value) != simdjson::SUCCESS)
            continue;
        if (!eachString(value, [&roles](std::string_view role) { roles.push_back(toByteArray(role)); }))
            return false;
    }
    return roles.size() <= TokenVerifier::MaximumRoles;
}

} // namespace

TokenVerifier::TokenVerifier(TokenKeys keys, JwtOptions options, const Clock &clock)
    : m_keys(std::move(keys))
    , m_options(std::move(options))
    , m_clock(clock)
    , m_parser(std::make_unique<dom::parser>())
{
}

TokenVerifier::~TokenVerifier() = default;

Result<TokenIdentity> TokenVerifier::verify(QByteArrayView token)
{
    if (token.size() > MaximumTokenBytes)
        return unauthorized("the token is longer than 8 KiB");
    const qsizetype headerEnd = token.indexOf('.');
    const qsizetype claimsEnd = token.lastIndexOf('.');
    if (headerEnd <= 0 || claimsEnd == headerEnd
        || token.sliced(headerEnd + 1, claimsEnd - headerEnd - 1).contains('.'))
        return unauthorized("the token is no JSON Web Token");
    const auto header = fromBase64Url(token.first(headerEnd));
    const auto claims = fromBase64Url(token.sliced(headerEnd + 1, claimsEnd - headerEnd - 1));
    const auto signature = fromBase64Url(token.sliced(claimsEnd + 1));
    if (!header || !claims || !signature)
        return unauthorized("the token is not in base64url");
    if (const Result<void> result = checkHeader(*header); !result)
        return std::unexpected(result.error());
    if (!m_keys.verify(token.first(claimsEnd), *signature))
        return unauthorized("the token's signature is wrong");
    return readClaims(*claims);
}

Result<void> TokenVerifier::checkHeader(const QByteArray &json)
{
    const std::optional<dom::object> header = parseObject(*m_parser, json);
    if (!header)
        return unauthorized("the token's header is no JSON object");
    std::string_view algorithm;
    const auto expected = m_keys.algorithmName();
    if ((*header)["alg"].get(algorithm) != simdjson::SUCCESS
        || algorithm != std::string_view(expected.data(), static_cast<std::size_t>(expected.size())))
        return unauthorized("the token is signed by another algorithm than the server's");
    // RFC 7515, section 4.1.11: extensions that are not understood make the token invalid; none is understood
    // here.
    if ((*header)["crit"].error() == simdjson::SUCCESS)
        return unauthorized("the token needs extensions that the server does not have");
    return {};
}

Result<TokenIdentity> TokenVerifier::readClaims(const QByteArray &json)
{
    const std::optional<dom::object> claims = parseObject(*m_parser, json);
    if (!claims)
        return unauthorized("the token's claims are no JSON object");
    const Result<std::optional<Timestamp>> expiresAt = checkTimes(*claims, m_options, m_clock.now());
    if (!expiresAt)
        return std::unexpected(expiresAt.error());
    if (const Result<void> parties = checkParties(*claims, m_options); !parties)
        return std::unexpected(parties.error());
    TokenIdentity identity;
    identity.expiresAt = *expiresAt;
    identity.subject = subjectOf(*claims, m_options.recipientClaim);
    if (identity.subject.isEmpty() || identity.subject.size() > MaximumSubjectBytes)
        return unauthorized("the token lacks the claim that names the recipient");
    if (!readRoles(*claims, identity.roles))
        return unauthorized("the token's roles are no list of strings, or too many");
    return identity;
}

} // namespace hudhud
