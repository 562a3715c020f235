// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/message.h"
#include "plugin-api/storage.h"

namespace hudhud {

/// The claim of a chat message that its sender gave the idempotency key `key`. Accounts have keys of their own, apart
/// from those of API keys. The fingerprint covers what the sender chose, not how the call was encoded.
IdempotencyClaim chatClaim(const Message &message, const QByteArray &key, Timestamp now,
                           std::chrono::milliseconds window);

} // namespace hudhud
