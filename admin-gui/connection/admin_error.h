// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QList>
#include <QString>

#include <expected>

namespace hudhud::console {

/// Why a call of the admin API did not work, as a value.
struct AdminError
{
    enum class Kind : quint8 {
        Busy, ///< Nothing was sent: too many requests wait already.
        ReadOnly, ///< Nothing was sent: the profile is for looking only.
        Unreachable, ///< No answer: nobody knows whether a change was made.
        Tls, ///< The server's certificate was refused; `detail` explains.
        Timeout, ///< No answer in time: nobody knows whether a change was made.
        Unauthorized, ///< 401: the token is missing, wrong or expired.
        Forbidden, ///< 403: the role does not suffice.
        NotFound, ///< 404: gone, or this server does not know the route.
        Refused, ///< Another 4xx: the request was wrong or came at the wrong time.
        Server, ///< 5xx.
        Protocol, ///< What answered does not speak the admin API.
    };
    struct Field
    {
        QString field;
        QString message;
    };

    Kind kind = Kind::Protocol;
    QString detail; ///< The server's sentence (RFC 9457), or what Qt or TLS say.
    int status = 0; ///< HTTP; 0 without an answer.
    QString code; ///< Of the problem, like `job-state`.
    QList<Field> fields; ///< What was wrong with which field.

    /// One or more sentences for people, in their language: what happened and what to do.
    QString text() const;
    /// The connection is the trouble, not the single call.
    bool isConnectionLoss() const
    {
        return kind == Kind::Unreachable || kind == Kind::Tls || kind == Kind::Timeout
            || kind == Kind::Unauthorized;
    }
};

template <typename T> using Result = std::expected<T, AdminError>;

} // namespace hudhud::console
