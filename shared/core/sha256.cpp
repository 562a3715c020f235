// SPDX-License-Identifier: GPL-3.0-or-later
#include "sha256.h"

#include <openssl/evp.h>

namespace hudhud {

namespace {

constexpr qsizetype DigestSize = 32;

const EVP_MD *algorithm()
{
    // Looked up once: that takes longer than a short text's hash.
    static const EVP_MD *const fetched = EVP_MD_fetch(nullptr, "SHA256", nullptr);
    return fetched;
}

} // namespace

void Sha256::Free::operator()(evp_md_ctx_st *context) const
{
    EVP_MD_CTX_free(context);
}

Sha256::Sha256()
    : m_context(EVP_MD_CTX_new())
{
    // Without memory or without the algorithm there is no way on; a wrong hash must not be the answer.
    if (EVP_DigestInit_ex2(m_context.get(), algorithm(), nullptr) != 1)
        qFatal("OpenSSL has no SHA-256");
}

void Sha256::add(QByteArrayView part)
{
    EVP_DigestUpdate(m_context.get(), part.data(), static_cast<std::size_t>(part.size()));
}

QByteArray Sha256::result()
{
    QByteArray digest(DigestSize, Qt::Uninitialized);
    EVP_DigestFinal_ex(m_context.get(), reinterpret_cast<unsigned char *>(digest.data()), nullptr);
    return digest;
}

} // namespace hudhud
