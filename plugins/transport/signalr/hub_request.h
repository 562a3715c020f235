// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connection_tokens.h"
#include "plugin-api/http.h"

#include <QByteArray>

#include <variant>

namespace hudhud {

/// Where the answer to a request is waited for: the I/O thread that the request came in on, and its number
/// there.
struct RequestAddress
{
    int ioThread = -1; ///< -1: nobody waits.
    quint64 number = 0;

    friend bool operator==(const RequestAddress &, const RequestAddress &) = default;
};

/// A request for an open connection, on its way to the thread that owns the connection.
struct HubRequest
{
    enum class Kind : quint8 {
        Send, ///< `body` is the next piece of the client's bytes.
        Poll,
        End,
        PollGone, ///< The client of that poll has left; no answer.
    };

    Kind kind = Kind::Send;
    ConnectionToken token;
    RequestAddress from;
    QByteArray body;
};

/// The answer, on its way back.
struct RequestReply
{
    quint64 number = 0;
    HttpResponse response;
};

using HubParcel = std::variant<HubRequest, RequestReply>;

} // namespace hudhud
