// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "plugin-api/services.h"
#include "security/api_key_cache.h"
#include "security/token_verifier.h"
#include "storage/storage_client.h"

#include <memory>
#include <unordered_map>
#include <vector>

namespace hudhud {

/// Limits of the API key look-ups of one thread.
struct AuthenticatorLimits
{
    std::size_t cachedKeys = 10'000; ///< Known and unknown keys, each.
    std::chrono::milliseconds timeToLive{30'000}; ///< Until a revocation is seen.
    std::size_t lookups = 256; ///< Different keys asked of the store at the same time.
    std::size_t waiters = 10'000; ///< Requests that wait for these answers.
};

/// The authenticator of one I/O thread. API keys are looked up by hash and remembered for a while; requests
/// with the same key share one look-up. Errors beside Unauthorized: BufferFull when too many look-ups are
/// under way, and what the store says (the caller is then neither known nor unknown: 503, not 401). Thread:
/// one object per I/O thread, created, used and destroyed there. Requests that still wait at destruction end
/// with ShuttingDown. Ownership: `storage` and `clock` outlive it.
class RequestAuthenticator : public Authenticator
{
public:
    RequestAuthenticator(TokenKeys keys, const JwtOptions &options, StorageClient &storage,
                         const Clock &clock, AuthenticatorLimits limits = {});
    ~RequestAuthenticator() override;

    void authenticateApiKey(QByteArrayView authorization, Completion<ApiKeyIdentity> completion) override;
    Result<TokenIdentity> verifyToken(QByteArrayView token) override;

private:
    struct State;

    std::shared_ptr<State> m_state; ///< Look-ups under way hold it weakly.
    TokenVerifier m_verifier;
};

} // namespace hudhud
