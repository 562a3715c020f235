// SPDX-License-Identifier: GPL-3.0-or-later
#include "idempotency.h"

#include "core/sha256.h"

#include <algorithm>

namespace hudhud {

namespace {

constexpr qsizetype LongestKey = 255;

bool isVisible(char character)
{
    return character > ' ' && character < '\x7f';
}

QByteArray withoutQuotes(const QByteArray &header)
{
    const bool isQuoted = header.size() >= 2 && header.startsWith('"') && header.endsWith('"');
    return isQuoted ? header.mid(1, header.size() - 2) : header;
}

QByteArray fingerprintOf(QByteArrayView target, const QByteArray &body)
{
    Sha256 hash;
    hash.add(target);
    hash.add("\n");
    hash.add(body);
    return hash.result();
}

} // namespace

std::optional<IdempotencyClaim> readClaim(const RestContext &context, const RestRequest &request, QByteArrayView target,
                                          const ApiKeyIdentity &identity, FieldProblems &problems)
{
    if (request.idempotencyKey.isEmpty())
        return std::nullopt;
    QByteArray key = withoutQuotes(request.idempotencyKey);
    if (key.isEmpty() || key.size() > LongestKey || !std::ranges::all_of(key, isVisible)) {
        problems.add("Idempotency-Key",
                     "must be 1 to " + QByteArray::number(LongestKey)
                         + " visible ASCII characters, like a UUID; make a new one for each request that is not a "
                           "repetition.");
        return std::nullopt;
    }
    const Timestamp now = context.services.clock->now();
    return IdempotencyClaim{.apiKeyId = identity.id,
                            .key = std::move(key),
                            .fingerprint = fingerprintOf(target, request.body),
                            .now = now,
                            .expiresAt = now + context.options.idempotencyWindow};
}

void markReplayed(HttpResponse &response)
{
    response.headers.emplace_back("Idempotency-Replayed", "true");
}

} // namespace hudhud
