// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/admin_context.h"

namespace hudhud {

/// What other threads may call once with an answer: `then` runs on this thread, with the responder that has waited here
/// meanwhile, unless the worker is gone by then. Thread: that of the context.
template <typename T>
std::move_only_function<void(T &&)>
answerLater(const AdminContextPointer &context, HttpResponder responder,
            std::move_only_function<void(const AdminContextPointer &context, HttpResponder responder, T &&answer)> then)
{
    const quint64 ticket = context->waiting.add(std::move(responder));
    return [port = context->port, weak = std::weak_ptr(context), ticket, then = std::move(then)](T &&answer) mutable {
        port->post([weak, ticket, then = std::move(then), answer = std::move(answer)]() mutable {
            const AdminContextPointer alive = weak.lock();
            if (alive)
                then(alive, alive->waiting.take(ticket), std::move(answer));
        });
    };
}

} // namespace hudhud
