// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>

#include <memory>

struct evp_md_ctx_st;

namespace hudhud {

/// SHA-256 (FIPS 180-4) of parts that follow each other, with the processor's own instructions where it has them; Qt's
/// hash does not use them, and every request with an idempotency key takes two. Thread: any, one at a time.
class Sha256
{
public:
    Sha256();

    void add(QByteArrayView part);
    /// 32 bytes. Once.
    QByteArray result();

private:
    struct Free
    {
        void operator()(evp_md_ctx_st *context) const;
    };

    std::unique_ptr<evp_md_ctx_st, Free> m_context;
};

} // namespace hudhud
