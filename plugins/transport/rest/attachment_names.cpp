// SPDX-License-Identifier: GPL-3.0-or-later
#include "attachment_names.h"

#include "plugin-api/attachment_service.h"

#include <algorithm>
#include <utility>

namespace hudhud {

namespace {

std::vector<QByteArray> namedIn(const std::vector<Message> &messages)
{
    std::vector<QByteArray> ids;
    for (const Message &message : messages) {
        for (const Attachment &attachment : message.attachments)
            ids.push_back(attachment.id);
    }
    std::ranges::sort(ids);
    const auto doubles = std::ranges::unique(ids);
    ids.erase(doubles.begin(), doubles.end());
    return ids;
}

void complete(std::vector<Message> &messages, const std::vector<Attachment> &known)
{
    for (Message &message : messages) {
        for (Attachment &attachment : message.attachments) {
            const auto found = std::ranges::find(known, attachment.id, &Attachment::id);
            if (found != known.end())
                attachment = *found;
        }
    }
}

} // namespace

void describeAttachments(const RestContextPointer &context, qint64 apiKeyId, std::vector<Message> messages,
                         HttpResponder responder, std::move_only_function<void()> givenUp,
                         std::move_only_function<void(std::vector<Message>, HttpResponder)> next)
{
    std::vector<QByteArray> ids = namedIn(messages);
    if (ids.empty())
        return next(std::move(messages), std::move(responder));
    context->services.attachments->describe(
        apiKeyId, std::move(ids),
        [context, messages = std::move(messages), responder = std::move(responder), givenUp = std::move(givenUp),
         next = std::move(next)](const Result<std::vector<Attachment>> &known) mutable {
            if (!known) {
                givenUp();
                return context->refuse(responder, known.error());
            }
            complete(messages, *known);
            next(std::move(messages), std::move(responder));
        });
}

} // namespace hudhud
