// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/error.h"

#include <chrono>
#include <optional>

namespace hudhud {

/// What the limits of an API key depend on.
struct LimitedKey
{
    qint64 apiKeyId = 0;
    int messagesPerSecond = 0; ///< As in ApiKeyRecord.
    qint64 messagesPerDay = 0; ///< As in ApiKeyRecord.
};

/// Where a limit stands.
struct LimitState
{
    qint64 limit = 0;     ///< Messages in one window.
    qint64 remaining = 0; ///< Messages that would be let through now.
    std::chrono::seconds window{0};
    std::chrono::seconds resetAfter{0}; ///< Until all of `limit` is there again, rounded up.
};

/// What an API key may still send. A key that is not limited has neither.
struct KeyLimits
{
    std::optional<LimitState> rate;  ///< Token bucket of one second's messages.
    std::optional<LimitState> quota; ///< Of the UTC day.
};

/// A request over a limit.
struct LimitRefusal
{
    Error error; ///< RateLimited, QuotaExceeded; BufferFull when more keys are limited than can be counted.
    std::chrono::seconds retryAfter{1};
};

/// How much each API key may send. Counts are the process's: one object for all I/O threads. Thread: any.
class SendLimits
{
public:
    virtual ~SendLimits() = default;
    /// False: every call lets everything through.
    virtual bool isLimited(const LimitedKey &key) const = 0;
    /// Whether a request of the key may be looked at. Takes nothing; meant for before its body is parsed.
    virtual std::optional<LimitRefusal> check(const LimitedKey &key) = 0;
    /// Takes `messages` from what the key has, all or nothing. A request larger than the whole bucket passes when the
    /// bucket is full; later requests wait until it is paid off.
    virtual std::optional<LimitRefusal> take(const LimitedKey &key, qint64 messages) = 0;
    /// Gives back to the daily quota what was taken and then not stored.
    virtual void giveBack(const LimitedKey &key, qint64 messages) = 0;
    virtual KeyLimits limitsOf(const LimitedKey &key) = 0;
};

} // namespace hudhud
