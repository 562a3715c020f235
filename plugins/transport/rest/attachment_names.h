// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/message.h"
#include "rest_context.h"

#include <functional>
#include <vector>

namespace hudhud {

/// Most attachments of one message.
inline constexpr int MaximumAttachments = 5;

/// Whether the server does not know of the attachment, or not as one of the API key.
inline bool isUnknown(const Attachment &attachment)
{
    return attachment.contentType.isEmpty();
}

/// Completes the attachments that the messages name by their ids alone, and calls `next` with them: before it returns
/// if there are none. Unknown ones stay as they are: the store refuses their messages, unless it has stored the request
/// before. Refuses the request itself, after `givenUp`, when the store cannot be asked. Thread: the context's.
void describeAttachments(const RestContextPointer &context, qint64 apiKeyId, std::vector<Message> messages,
                         HttpResponder responder, std::move_only_function<void()> givenUp,
                         std::move_only_function<void(std::vector<Message>, HttpResponder)> next);

} // namespace hudhud
