// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rest_context.h"

#include <functional>

namespace hudhud {

/// What handlers need of a request after its API key was looked up, when the request itself may be gone.
struct RestRequest
{
    QByteArray pathParameter;
    QByteArray secondPathParameter;
    QByteArray query; ///< Still percent-encoded.
    QByteArray body;
    bool isJson = false; ///< Content-Type: application/json, with no other charset than UTF-8.
    QByteArray contentType;    ///< The header as it came; empty for JSON.
    QByteArray idempotencyKey; ///< The header as it came; empty without it.
};

using RestHandler = void (*)(const RestContextPointer &context, const RestRequest &request,
                             const ApiKeyIdentity &identity, HttpResponder responder);

/// Takes a request whose API key was found good.
using AuthenticatedRequest
    = std::move_only_function<void(const RestContextPointer &context, const RestRequest &request,
                                   const ApiKeyIdentity &identity, HttpResponder responder)>;

/// Calls `then` if the API key of the request is valid and has `scope`; see `authorized`.
void authenticate(const RestContextPointer &context, QByteArrayView scope, const HttpRequest &request,
                  HttpResponder responder, AuthenticatedRequest then);

/// Lets `handler` see only requests whose API key is valid and has `scope` ("send", "read"): others get 401
/// or 403 with WWW-Authenticate (RFC 6750, section 3). `scope` must be a literal.
HttpHandler authorized(const RestContextPointer &context, QByteArrayView scope, RestHandler handler);

} // namespace hudhud
