// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "config/configuration.h"
#include "core/clock.h"
#include "plugin-api/attachment_service.h"

namespace hudhud {

/// Links of the form `/api/v1/attachments/{id}?expires=…&signature=…`: the time in seconds since 1970, and
/// HMAC-SHA256 over id and time in base64url. Thread: any. Ownership: what is passed in outlives it.
class LinkSigner final : public AttachmentLinks
{
public:
    /// `secret` is not used as it is: other purposes may derive other keys from it.
    LinkSigner(const AttachmentOptions &options, const QByteArray &secret, const Clock &clock, Counter &refused);

    QByteArray urlOf(QByteArrayView id) const override;
    Result<void> check(QByteArrayView id, QByteArrayView expires, QByteArrayView signature) const override;

private:
    QByteArray signatureOf(QByteArrayView id, QByteArrayView expires) const;

    const QByteArray m_base;
    const std::chrono::seconds m_lifetime;
    const QByteArray m_key;
    const Clock &m_clock;
    Counter &m_refused;
};

} // namespace hudhud
