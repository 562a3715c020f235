// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/message.h"

#include <span>

namespace hudhud {

/// Takes messages that have just become durable to where their recipients are connected; offline recipients'
/// messages simply stay in storage. Thread: one object per I/O thread, called only there.
class MessageRouter
{
public:
    virtual ~MessageRouter() = default;
    virtual void route(std::span<const MessagePointer> messages) = 0;
    /// Messages that gave way to newer ones of their collapse key, as they now stand (DeadLetter).
    virtual void superseded(std::span<const MessagePointer> messages) = 0;
};

} // namespace hudhud
