// SPDX-License-Identifier: GPL-3.0-or-later
#include "security/secrets.h"

#include "core/sha256.h"
#include "security/unsigned_bytes.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>
#include <openssl/sha.h>

namespace hudhud {

namespace {

constexpr auto Base64Url = QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals;

} // namespace

QByteArray sha256(QByteArrayView bytes)
{
    Sha256 hash;
    hash.add(bytes);
    return hash.result();
}

QByteArray hmacSha256(QByteArrayView key, QByteArrayView bytes)
{
    QByteArray digest(SHA256_DIGEST_LENGTH, Qt::Uninitialized);
    unsigned int length = 0;
    const unsigned char *written = HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
                                        unsignedBytes(bytes), static_cast<std::size_t>(bytes.size()),
                                        reinterpret_cast<unsigned char *>(digest.data()), &length);
    return written ? digest : QByteArray();
}

bool equalInConstantTime(QByteArrayView one, QByteArrayView other)
{
    return one.size() == other.size()
        && CRYPTO_memcmp(one.data(), other.data(), static_cast<std::size_t>(one.size())) == 0;
}

QByteArray randomBytes(int count)
{
    QByteArray bytes(count, Qt::Uninitialized);
    if (RAND_bytes(reinterpret_cast<unsigned char *>(bytes.data()), count) != 1)
        qFatal("the system gives no random bytes");
    return bytes;
}

QByteArray toBase64Url(const QByteArray &bytes)
{
    return bytes.toBase64(Base64Url);
}

std::optional<QByteArray> fromBase64Url(QByteArrayView text)
{
    if (text.contains('='))
        return std::nullopt;
    auto decoded = QByteArray::fromBase64Encoding(text.toByteArray(),
                                                  Base64Url | QByteArray::AbortOnBase64DecodingErrors);
    if (!decoded)
        return std::nullopt;
    return std::move(*decoded);
}

} // namespace hudhud
