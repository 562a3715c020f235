// SPDX-License-Identifier: GPL-3.0-or-later
#include "security/request_authenticator.h"

#include "security/api_key.h"
#include "security/unauthorized.h"

#include <utility>

namespace hudhud {

namespace {

using Waiters = std::vector<Completion<ApiKeyIdentity>>;

/// `record`: null when there is no such key.
Result<ApiKeyIdentity> identityOf(const ApiKeyRecord *record, Timestamp now)
{
    if (!record)
        return unauthorized("the API key is unknown");
    if (record->revokedAt && *record->revokedAt <= now)
        return unauthorized("the API key was revoked");
    if (record->expiresAt && *record->expiresAt <= now)
        return unauthorized("the API key has expired");
    return ApiKeyIdentity{.id = record->id,
                          .name = record->name,
                          .scopes = record->scopes,
                          .account = record->account,
                          .messagesPerSecond = record->messagesPerSecond,
                          .messagesPerDay = record->messagesPerDay};
}

} // namespace

struct RequestAuthenticator::State
{
    StorageClient &storage;
    const Clock &clock;
    AuthenticatorLimits limits;
    ApiKeyCache cache;
    std::unordered_map<QByteArray, Waiters> lookups; ///< By hash.
    std::size_t waiterCount = 0;

    void answered(const QByteArray &hash, const Result<std::optional<ApiKeyRecord>> &answer)
    {
        auto node = lookups.extract(hash);
        waiterCount -= node.mapped().size();
        if (answer)
            cache.insert(hash, *answer, clock.steadyNow());
        const Timestamp now = clock.now();
        for (auto &completion : node.mapped()) {
            if (answer)
                completion(identityOf(answer->has_value() ? &**answer : nullptr, now));
            else
                completion(std::unexpected(answer.error()));
        }
    }
};

RequestAuthenticator::RequestAuthenticator(TokenKeys keys, const JwtOptions &options, StorageClient &storage,
                                           const Clock &clock, AuthenticatorLimits limits)
    : m_state(new State{.storage = storage,
                        .clock = clock,
                        .limits = limits,
                        .cache = ApiKeyCache(limits.cachedKeys, limits.timeToLive),
                        .lookups = {},
                        .waiterCount = 0})
    , m_verifier(std::move(keys), options, clock)
{
}

RequestAuthenticator::~RequestAuthenticator()
{
    auto lookups = std::exchange(m_state->lookups, {});
    m_state.reset();
    for (auto &[hash, waiters] : lookups) {
        for (auto &completion : waiters)
            completion(
                std::unexpected(Error(ErrorCode::ShuttingDown, QStringLiteral("the server is stopping"))));
    }
}

void RequestAuthenticator::authenticateApiKey(QByteArrayView authorization,
                                              Completion<ApiKeyIdentity> completion)
{
    const std::optional<QByteArrayView> credentials = bearerCredentials(authorization);
    const std::optional<QByteArray> hash = credentials ? apiKeyHash(*credentials) : std::nullopt;
    if (!hash)
        return completion(unauthorized("send the API key as \"Authorization: Bearer hk_...\""));
    State &state = *m_state;
    if (const auto known = state.cache.find(*hash, state.clock.steadyNow()))
        return completion(identityOf(*known, state.clock.now()));

    const auto underWay = state.lookups.find(*hash);
    const bool isFull = state.waiterCount >= state.limits.waiters
        || (underWay == state.lookups.end() && state.lookups.size() >= state.limits.lookups);
    if (isFull)
        return completion(std::unexpected(
            Error(ErrorCode::BufferFull, QStringLiteral("too many API keys are being looked up"))));
    ++state.waiterCount;
    if (underWay != state.lookups.end()) {
        underWay->second.push_back(std::move(completion));
        return;
    }
    state.lookups[*hash].push_back(std::move(completion));
    state.storage.findApiKey(*hash, [weak = std::weak_ptr(m_state), key = *hash](auto answer) {
        if (const std::shared_ptr<State> alive = weak.lock())
            alive->answered(key, answer);
    });
}

Result<TokenIdentity> RequestAuthenticator::verifyToken(QByteArrayView token)
{
    return m_verifier.verify(token);
}

} // namespace hudhud
