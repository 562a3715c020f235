// SPDX-License-Identifier: GPL-3.0-or-later
#include "forwarding.h"

#include "key_allowance.h"
#include "plugin-api/request_forwarding.h"

#include <utility>

namespace hudhud {

namespace {

void forward(const RestContextPointer &context, RestHandler handler, QByteArray path, QByteArray authorization,
             const RestRequest &request, const ApiKeyIdentity &identity, HttpResponder responder)
{
    PeerRequest peerRequest{.path = std::move(path),
                            .authorization = std::move(authorization),
                            .idempotencyKey = request.idempotencyKey,
                            .body = request.body};
    context->services.forwarding->forward(
        std::move(peerRequest), [context, handler, request, identity, responder = std::move(responder)](
                                    std::optional<HttpResponse> answer) mutable {
            if (answer)
                context->respond(responder, *std::move(answer));
            else
                handler(context, request, identity, std::move(responder));
        });
}

} // namespace

HttpHandler acceptedByAnyNode(const RestContextPointer &context, RestHandler handler)
{
    RequestForwarding *forwarding = context->services.forwarding;
    if (!forwarding)
        return authorized(context, "send", handler);
    return [context, forwarding, handler, here = authorized(context, "send", handler)](const HttpRequest &request,
                                                                                       HttpResponder responder) {
        if (!request.header(RequestForwarding::Mark).isEmpty()) {
            forwarding->countReceived();
            return here(request, std::move(responder));
        }
        if (!forwarding->isWanted())
            return here(request, std::move(responder));
        authenticate(context, "send", request, std::move(responder),
                     [handler, path = request.path().toByteArray(),
                      authorization = request.header("Authorization").toByteArray()](
                         const RestContextPointer &known, const RestRequest &captured, const ApiKeyIdentity &identity,
                         HttpResponder answer) mutable {
                         // What this node would refuse at once need not be sent on.
                         if (!captured.isJson || KeyAllowance(*known->services.sendLimits, identity).check())
                             handler(known, captured, identity, std::move(answer));
                         else
                             forward(known, handler, std::move(path), std::move(authorization), captured, identity,
                                     std::move(answer));
                     });
    };
}

} // namespace hudhud
