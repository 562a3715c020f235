// SPDX-License-Identifier: GPL-3.0-or-later
#include "attachments/link_signer.h"

#include "security/secrets.h"

namespace hudhud {

namespace {

constexpr qsizetype LongestTime = 12; ///< Digits: until the year 33658.

qint64 secondsOf(Timestamp time)
{
    return std::chrono::floor<std::chrono::seconds>(time.time_since_epoch()).count();
}

std::unexpected<Error> forbidden(const char *why)
{
    return std::unexpected(Error(ErrorCode::Forbidden, QString::fromLatin1(why)));
}

} // namespace

LinkSigner::LinkSigner(const AttachmentOptions &options, const QByteArray &secret, const Clock &clock,
                       Counter &refused)
    : m_base(options.publicUrl.toUtf8() + "/api/v1/attachments/")
    , m_lifetime(options.linkLifetime)
    , m_key(hmacSha256(secret, "hudhud attachment links 1"))
    , m_clock(clock)
    , m_refused(refused)
{
}

QByteArray LinkSigner::urlOf(QByteArrayView id) const
{
    const QByteArray expires = QByteArray::number(secondsOf(m_clock.now() + m_lifetime));
    QByteArray url = m_base;
    return url.append(id).append("?expires=").append(expires).append("&signature=").append(signatureOf(id, expires));
}

Result<void> LinkSigner::check(QByteArrayView id, QByteArrayView expires, QByteArrayView signature) const
{
    if (signature.isEmpty() || expires.size() > LongestTime || !equalInConstantTime(signature, signatureOf(id, expires))) {
        m_refused.add();
        return forbidden("The link is not one that this server has given; use it exactly as it came.");
    }
    // What was signed is a number.
    if (expires.toByteArray().toLongLong() < secondsOf(m_clock.now())) {
        m_refused.add();
        return forbidden("The link has expired; read the message again for a new one.");
    }
    return {};
}

QByteArray LinkSigner::signatureOf(QByteArrayView id, QByteArrayView expires) const
{
    return toBase64Url(hmacSha256(m_key, id.toByteArray().append('\n').append(expires)));
}

} // namespace hudhud
