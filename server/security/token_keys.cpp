// SPDX-License-Identifier: GPL-3.0-or-later
#include "security/token_keys.h"

#include "security/secrets.h"
#include "security/unsigned_bytes.h"

#include <QFile>

#include <algorithm>

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

namespace hudhud {

namespace {

constexpr qsizetype ShortestSecret = 32; // RFC 7518, section 3.2.
constexpr int FewestRsaBits = 2048; // RFC 7518, section 3.3.
constexpr qint64 MaximumKeyFileBytes = 64 * 1024;

using BioPointer = std::unique_ptr<BIO, decltype(&BIO_free)>;
using DigestContext = std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)>;

std::unexpected<Error> invalid(const char *key, const QString &problem)
{
    return std::unexpected(Error(ErrorCode::ConfigurationInvalid,
                                 QStringLiteral("security.jwt.%1: %2").arg(QLatin1String(key), problem)));
}

Result<QByteArray> readKeyFile(const QString &fileName)
{
    QFile file(fileName);
    if (!file.open(QIODevice::ReadOnly))
        return invalid("key_file", QStringLiteral("%1 cannot be read: %2").arg(fileName, file.errorString()));
    const QByteArray content = file.read(MaximumKeyFileBytes + 1);
    if (content.size() > MaximumKeyFileBytes)
        return invalid("key_file", QStringLiteral("%1 is larger than 64KiB, which no key is").arg(fileName));
    return content;
}

/// Instead of OpenSSL's own, which would ask on the terminal.
int noPassphrase(char *, int, int, void *)
{
    return -1;
}

bool verifyRs256(EVP_PKEY *key, QByteArrayView signingInput, QByteArrayView signature)
{
    const DigestContext context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
    const bool isValid = context
        && EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, key) == 1
        && EVP_DigestVerify(context.get(), unsignedBytes(signature),
                            static_cast<std::size_t>(signature.size()), unsignedBytes(signingInput),
                            static_cast<std::size_t>(signingInput.size()))
            == 1;
    if (!isValid)
        ERR_clear_error(); // The queue of errors belongs to the thread; TLS reads it too.
    return isValid;
}

} // namespace

Result<TokenKeys> TokenKeys::load(const JwtOptions &options)
{
    TokenKeys keys;
    keys.m_algorithm = options.algorithm == "RS256" ? Algorithm::Rs256 : Algorithm::Hs256;
    const Result<void> loaded = keys.m_algorithm == Algorithm::Rs256 ? keys.loadPublicKeys(options.keyFile)
                                                                     : keys.loadSecrets(options);
    if (!loaded)
        return std::unexpected(loaded.error());
    return keys;
}

Result<void> TokenKeys::loadSecrets(const JwtOptions &options)
{
    if (!options.secret.isEmpty()) {
        m_secrets.push_back(options.secret);
    } else if (options.keyFile.isEmpty()) {
        return invalid("secret",
                       QStringLiteral("must be set for HS256, or key_file; make one with: openssl rand "
                                      "-base64 48"));
    } else {
        const Result<QByteArray> content = readKeyFile(options.keyFile);
        if (!content)
            return std::unexpected(content.error());
        for (const QByteArray &line : content->split('\n')) {
            if (!line.trimmed().isEmpty())
                m_secrets.push_back(line.trimmed());
        }
    }
    if (m_secrets.empty() || m_secrets.size() > MaximumKeys)
        return invalid("key_file",
                       QStringLiteral("must hold 1 to %1 secrets, one per line").arg(MaximumKeys));
    if (std::ranges::any_of(m_secrets,
                            [](const QByteArray &secret) { return secret.size() < ShortestSecret; }))
        return invalid(options.secret.isEmpty() ? "key_file" : "secret",
                       QStringLiteral("a secret must be at least %1 bytes").arg(ShortestSecret));
    return {};
}

Result<void> TokenKeys::loadPublicKeys(const QString &fileName)
{
    if (fileName.isEmpty())
        return invalid("key_file", QStringLiteral("must be set for RS256: a PEM file of the public key"));
    const Result<QByteArray> content = readKeyFile(fileName);
    if (!content)
        return std::unexpected(content.error());
    const BioPointer bio(BIO_new_mem_buf(content->constData(), static_cast<int>(content->size())), BIO_free);
    while (EVP_PKEY *key = PEM_read_bio_PUBKEY(bio.get(), nullptr, noPassphrase, nullptr))
        m_publicKeys.emplace_back(key, EVP_PKEY_free);
    ERR_clear_error();
    if (m_publicKeys.empty() || m_publicKeys.size() > MaximumKeys)
        return invalid("key_file",
                       QStringLiteral("%1 must hold 1 to %2 PEM public keys (-----BEGIN PUBLIC KEY-----)")
                           .arg(fileName)
                           .arg(MaximumKeys));
    const auto isWeak = [](const auto &key) {
        return EVP_PKEY_get_base_id(key.get()) != EVP_PKEY_RSA
            || EVP_PKEY_get_bits(key.get()) < FewestRsaBits;
    };
    if (std::ranges::any_of(m_publicKeys, isWeak))
        return invalid(
            "key_file",
            QStringLiteral("%1 must hold RSA keys of at least %2 bits").arg(fileName).arg(FewestRsaBits));
    return {};
}

bool TokenKeys::verify(QByteArrayView signingInput, QByteArrayView signature) const
{
    if (m_algorithm == Algorithm::Rs256)
        return std::ranges::any_of(
            m_publicKeys, [&](const auto &key) { return verifyRs256(key.get(), signingInput, signature); });
    return std::ranges::any_of(m_secrets, [&](const QByteArray &secret) {
        return equalInConstantTime(hmacSha256(secret, signingInput), signature);
    });
}

QByteArray TokenKeys::sign(QByteArrayView signingInput) const
{
    return hmacSha256(m_secrets.front(), signingInput);
}

Result<QByteArray> signRs256(const QString &keyFile, QByteArrayView signingInput)
{
    const Result<QByteArray> content = readKeyFile(keyFile);
    if (!content)
        return std::unexpected(content.error());
    const BioPointer bio(BIO_new_mem_buf(content->constData(), static_cast<int>(content->size())), BIO_free);
    const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(
        PEM_read_bio_PrivateKey(bio.get(), nullptr, noPassphrase, nullptr), EVP_PKEY_free);
    const DigestContext context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
    std::size_t length = 0;
    const auto *input = unsignedBytes(signingInput);
    const auto inputLength = static_cast<std::size_t>(signingInput.size());
    if (!key || EVP_PKEY_get_base_id(key.get()) != EVP_PKEY_RSA
        || EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key.get()) != 1
        || EVP_DigestSign(context.get(), nullptr, &length, input, inputLength) != 1) {
        ERR_clear_error();
        return std::unexpected(Error(
            ErrorCode::InvalidRequest,
            QStringLiteral("%1 holds no RSA private key in PEM form without a passphrase").arg(keyFile)));
    }
    QByteArray signature(static_cast<qsizetype>(length), Qt::Uninitialized);
    if (EVP_DigestSign(context.get(), reinterpret_cast<unsigned char *>(signature.data()), &length, input,
                       inputLength)
        != 1) {
        ERR_clear_error();
        return std::unexpected(Error(ErrorCode::Internal, QStringLiteral("the token cannot be signed")));
    }
    signature.truncate(static_cast<qsizetype>(length));
    return signature;
}

} // namespace hudhud
