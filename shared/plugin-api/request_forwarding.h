// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "plugin-api/http.h"

#include <QByteArray>

#include <functional>
#include <optional>

namespace hudhud {

/// What another node needs of a request with JSON in its body, to check and to take it as if the caller had sent it there.
struct PeerRequest
{
    QByteArray path; ///< "/api/v1/messages".
    QByteArray authorization; ///< The caller's own header.
    QByteArray idempotencyKey; ///< The header as it came; empty without it.
    QByteArray body;
};

/// Hands new messages to a node that has more room, one hop far. Thread: one object per I/O thread, called only there;
/// completions come there, exactly once, perhaps before `forward` returns. Ownership: outlives the transport's worker.
class RequestForwarding
{
public:
    /// The header that marks what another node has sent on: it is never sent on again, whoever wrote it.
    static constexpr char Mark[] = "Hudhud-Forwarded-By";
    /// The other node's answer. Nothing: no other node has taken it, the caller may.
    using Completion = std::move_only_function<void(std::optional<HttpResponse>)>;

    virtual ~RequestForwarding() = default;
    /// This node is near its capacity, and others may have room. Cheap: asked for every request.
    virtual bool isWanted() const = 0;
    virtual void forward(PeerRequest request, Completion completion) = 0;
    /// A marked request has come.
    virtual void countReceived() = 0;
};

} // namespace hudhud
