// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "config/configuration.h"
#include "core/error.h"

#include <QByteArray>

#include <memory>
#include <vector>

#include <openssl/types.h>

namespace hudhud {

/// The keys of the configured algorithm, ready for use: HS256 secrets or RS256 public keys (RFC 7518,
/// sections 3.2 and 3.3). Several keys are all accepted, so that they can be exchanged while tokens of the
/// old one are in use. Thread: any, immutable. Copies share the keys.
class TokenKeys
{
public:
    static constexpr std::size_t MaximumKeys = 8;

    enum class Algorithm : quint8 { Hs256, Rs256 };

    /// Errors: ConfigurationInvalid naming the key and the remedy; secrets are never in the text.
    static Result<TokenKeys> load(const JwtOptions &options);

    Algorithm algorithm() const { return m_algorithm; }
    /// "HS256" or "RS256".
    QByteArrayView algorithmName() const { return m_algorithm == Algorithm::Hs256 ? "HS256" : "RS256"; }
    bool verify(QByteArrayView signingInput, QByteArrayView signature) const;
    /// HS256 only: the signature by the first secret.
    QByteArray sign(QByteArrayView signingInput) const;

private:
    Result<void> loadSecrets(const JwtOptions &options);
    Result<void> loadPublicKeys(const QString &fileName);

    Algorithm m_algorithm = Algorithm::Hs256;
    std::vector<QByteArray> m_secrets;
    std::vector<std::shared_ptr<EVP_PKEY>> m_publicKeys;
};

/// An RS256 signature by the PEM private key in `keyFile`, for tokens of the command line.
Result<QByteArray> signRs256(const QString &keyFile, QByteArrayView signingInput);

} // namespace hudhud
