// SPDX-License-Identifier: GPL-3.0-or-later
#include "security/api_key.h"

#include "security/secrets.h"

#include <QRegularExpression>

#include <algorithm>

namespace hudhud {

namespace {

constexpr QByteArrayView Prefix = "hk_";
constexpr int RandomBytes = 32;
constexpr qsizetype TextLength = Prefix.size() + (RandomBytes * 4 + 2) / 3;

std::optional<Error> checkScopes(const std::vector<QByteArray> &scopes)
{
    const auto isUnknown = [](const QByteArray &scope) {
        return std::ranges::find(ApiKeyScopes, QByteArrayView(scope)) == ApiKeyScopes.end();
    };
    std::vector<QByteArray> sorted = scopes;
    std::ranges::sort(sorted);
    const bool isRepeated = std::ranges::adjacent_find(sorted) != sorted.end();
    if (scopes.empty() || isRepeated || std::ranges::any_of(scopes, isUnknown))
        return Error::invalidField(QStringLiteral("scopes"),
                                   QStringLiteral("scopes must be one or more of send, read, each once"));
    return std::nullopt;
}

} // namespace

Result<NewApiKey> createApiKey(const QByteArray &name, const std::vector<QByteArray> &scopes,
                               std::optional<Timestamp> expiresAt, const Clock &clock)
{
    static const QRegularExpression namePattern(QStringLiteral("\\A[A-Za-z0-9._-]{1,64}\\z"));
    if (!namePattern.match(QString::fromUtf8(name)).hasMatch())
        return std::unexpected(Error::invalidField(
            QStringLiteral("name"), QStringLiteral("name must be 1 to 64 characters of A-Z a-z 0-9 . _ -")));
    if (const std::optional<Error> error = checkScopes(scopes))
        return std::unexpected(*error);
    const Timestamp now = clock.now();
    if (expiresAt && *expiresAt <= now)
        return std::unexpected(
            Error::invalidField(QStringLiteral("expiresAt"), QStringLiteral("expiresAt has passed already")));
    NewApiKey key;
    key.text = Prefix.toByteArray() + toBase64Url(randomBytes(RandomBytes));
    key.record.hash = sha256(key.text);
    key.record.name = name;
    key.record.scopes = scopes;
    key.record.createdAt = now;
    key.record.expiresAt = expiresAt;
    return key;
}

std::optional<QByteArray> apiKeyHash(QByteArrayView text)
{
    if (text.size() != TextLength || !text.startsWith(Prefix))
        return std::nullopt;
    return sha256(text);
}

std::optional<QByteArrayView> bearerCredentials(QByteArrayView authorization)
{
    constexpr QByteArrayView Scheme = "Bearer ";
    const QByteArrayView text = authorization.trimmed();
    if (text.size() <= Scheme.size() || text.first(Scheme.size()).compare(Scheme, Qt::CaseInsensitive) != 0)
        return std::nullopt;
    return text.sliced(Scheme.size()).trimmed();
}

} // namespace hudhud
