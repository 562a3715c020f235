// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "plugin-api/status_feed.h"

#include <span>

namespace hudhud {

/// The body of a call: {"changes":[{"id", "recipient", "status", "time", "attempt", …}]}. Members without a value are
/// left out. Thread: any.
QByteArray webhookBody(std::span<const StatusChange> changes);

/// The value of Hudhud-Signature: "t=<seconds since 1970>,v1=<HMAC-SHA256 of "<t>.<body>", hexadecimal>". The time is
/// signed too, so that a receiver can refuse calls that somebody recorded and sends again. Thread: any.
QByteArray webhookSignature(const QByteArray &secret, Timestamp time, const QByteArray &body);

} // namespace hudhud
