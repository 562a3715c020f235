// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/error.h"

#include <algorithm>
#include <array>

namespace hudhud {

namespace {

constexpr std::array ErrorCodes{
    ErrorCodeInfo{ErrorCode::InvalidRequest, "invalid-request", ErrorClass::Business, 400,
                  "The request cannot be read; mend its form and send it again."},
    ErrorCodeInfo{ErrorCode::InvalidField, "invalid-field", ErrorClass::Business, 400,
                  "A value is outside what is allowed; the field is named."},
    ErrorCodeInfo{ErrorCode::PayloadTooLarge, "payload-too-large", ErrorClass::Business, 413,
                  "The request is larger than the configured limit."},
    ErrorCodeInfo{ErrorCode::Unauthorized, "unauthorized", ErrorClass::Business, 401,
                  "The API key or token is missing, unknown, expired or revoked."},
    ErrorCodeInfo{ErrorCode::Forbidden, "forbidden", ErrorClass::Business, 403,
                  "The caller is known but has no right to do this."},
    ErrorCodeInfo{ErrorCode::NotFound, "not-found", ErrorClass::Business, 404, "There is nothing of that name or id."},
    ErrorCodeInfo{ErrorCode::Conflict, "conflict", ErrorClass::Business, 409,
                  "The present state does not allow this."},
    ErrorCodeInfo{ErrorCode::Unsupported, "unsupported", ErrorClass::Business, 415,
                  "The format or feature is not supported."},
    ErrorCodeInfo{ErrorCode::Expired, "expired", ErrorClass::Permanent, 410, "The time to deliver has passed."},
    ErrorCodeInfo{ErrorCode::IdempotencyMismatch, "idempotency-mismatch", ErrorClass::Business, 422,
                  "The idempotency key was used before with another body."},
    ErrorCodeInfo{ErrorCode::RateLimited, "rate-limited", ErrorClass::Business, 429,
                  "Too many requests in a short time; wait as Retry-After says."},
    ErrorCodeInfo{ErrorCode::QuotaExceeded, "quota-exceeded", ErrorClass::Business, 429,
                  "The quota of the API key is used up."},
    ErrorCodeInfo{ErrorCode::BufferFull, "buffer-full", ErrorClass::Transient, 503,
                  "More is arriving than can be made durable; wait as Retry-After says."},
    ErrorCodeInfo{ErrorCode::ShuttingDown, "shutting-down", ErrorClass::Transient, 503,
                  "The node is stopping; use another or wait."},
    ErrorCodeInfo{ErrorCode::Timeout, "timeout", ErrorClass::Transient, 504, "The answer did not come in time."},
    ErrorCodeInfo{ErrorCode::StorageUnavailable, "storage-unavailable", ErrorClass::System, 503,
                  "The store cannot be reached or refused the write; nothing was stored."},
    ErrorCodeInfo{ErrorCode::ConnectionLost, "connection-lost", ErrorClass::Transient, 503,
                  "The link to the phone was lost."},
    ErrorCodeInfo{ErrorCode::Cancelled, "cancelled", ErrorClass::Transient, 503,
                  "The operation was given up before it ended."},
    ErrorCodeInfo{ErrorCode::RecipientQueueFull, "recipient-queue-full", ErrorClass::Business, 429,
                  "Too many messages wait for this recipient; wait until its phone has taken some."},
    ErrorCodeInfo{ErrorCode::StorageReadOnly, "storage-read-only", ErrorClass::System, 503,
                  "A sync failed; the store takes no writes until it is opened again."},
    ErrorCodeInfo{ErrorCode::StorageFull, "storage-full", ErrorClass::System, 503,
                  "The disk of the store is full."},
    ErrorCodeInfo{ErrorCode::StorageCorrupt, "storage-corrupt", ErrorClass::System, 503,
                  "The store holds data that cannot be right."},
    ErrorCodeInfo{ErrorCode::ConfigurationInvalid, "configuration-invalid", ErrorClass::System, 500,
                  "The configuration cannot be used."},
    ErrorCodeInfo{ErrorCode::PluginRefused, "plugin-refused", ErrorClass::System, 500, "A plugin cannot be used."},
    ErrorCodeInfo{ErrorCode::Internal, "internal", ErrorClass::System, 500, "A fault of the server's own."},
};

} // namespace

const ErrorCodeInfo &errorCodeInfo(ErrorCode code)
{
    const auto row = std::ranges::find(ErrorCodes, code, &ErrorCodeInfo::code);
    return row == ErrorCodes.end() ? ErrorCodes.back() : *row;
}

const char *errorClassName(ErrorClass errorClass)
{
    switch (errorClass) {
    case ErrorClass::Transient:
        return "transient";
    case ErrorClass::Permanent:
        return "permanent";
    case ErrorClass::System:
        return "system";
    case ErrorClass::Business:
        return "business";
    }
    return "system";
}

} // namespace hudhud
