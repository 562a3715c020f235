// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QString>

#include <expected>
#include <utility>

namespace hudhud {

/// What a failure means for the one who has to decide what happens next.
/// Written to storage and sent on the wire: never renumber.
enum class ErrorClass : quint8 {
    Transient = 0, ///< A later attempt may succeed: retry with backoff.
    Permanent = 1, ///< No later attempt can succeed: dead-letter at once.
    System = 2,    ///< Something of ours is broken: retry, trip the breaker, alarm.
    Business = 3,  ///< The caller has to change something: 4xx, rate limit, quota.
};

/// Stable machine-readable codes; `errorCodeInfo` holds the one table that describes them.
enum class ErrorCode : quint16 {
    // Fix the request.
    InvalidRequest = 100,
    InvalidField = 101,
    PayloadTooLarge = 102,
    Unauthorized = 103,
    Forbidden = 104,
    NotFound = 105,
    Conflict = 106,
    Unsupported = 107,
    Expired = 108,
    IdempotencyMismatch = 109,
    // Slow down, or come back later.
    RateLimited = 200,
    QuotaExceeded = 201,
    BufferFull = 202,
    ShuttingDown = 203,
    Timeout = 204,
    StorageUnavailable = 205,
    ConnectionLost = 206,
    Cancelled = 207,
    RecipientQueueFull = 208,
    // Needs an operator or a developer.
    StorageReadOnly = 300,
    StorageFull = 301,
    StorageCorrupt = 302,
    ConfigurationInvalid = 303,
    PluginRefused = 304,
    Internal = 305,
};

struct ErrorCodeInfo
{
    ErrorCode code;
    const char *name; ///< Stable kebab-case name, as on the wire: "invalid-field".
    ErrorClass errorClass;
    int httpStatus;
    const char *meaning; ///< One sentence for documentation and consoles.
};

/// The row of the table for `code`. Every code has one.
const ErrorCodeInfo &errorCodeInfo(ErrorCode code);

/// "transient", "permanent", "system", "business".
const char *errorClassName(ErrorClass errorClass);

/// A failure as a value. `message` is one English sentence for the person who has to mend it; it names the
/// limit or the allowed values and the remedy, never secrets or message content.
class Error
{
public:
    Error(ErrorCode code, QString message)
        : m_code(code)
        , m_class(errorCodeInfo(code).errorClass)
        , m_message(std::move(message))
    {
    }

    /// Bad input: `field` is the path of the value, like "messages[3].recipient" or "storage.sqlite.path".
    static Error invalidField(QString field, QString message)
    {
        Error error(ErrorCode::InvalidField, std::move(message));
        error.m_field = std::move(field);
        return error;
    }

    ErrorCode code() const { return m_code; }
    ErrorClass errorClass() const { return m_class; }
    const QString &message() const { return m_message; }
    /// The offending input value's path, or empty.
    const QString &field() const { return m_field; }

    /// The same failure seen one layer up: "open database: disk full".
    Error withContext(const QString &context) const
    {
        Error error(*this);
        error.m_message = context + QStringLiteral(": ") + m_message;
        return error;
    }
    /// Overrides the class that the code implies.
    Error withClass(ErrorClass errorClass) const
    {
        Error error(*this);
        error.m_class = errorClass;
        return error;
    }

private:
    ErrorCode m_code;
    ErrorClass m_class;
    QString m_message;
    QString m_field;
};

template <typename T>
using Result = std::expected<T, Error>;

} // namespace hudhud
