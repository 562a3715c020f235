// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin-api/messages.h"
#include "admin/personal_data.h"
#include "core/message.h"

namespace hudhud {

// Messages as the console sees them. Thread: any.

admin::MessageSummary summarize(const Message &message, const PersonalData &data);
std::vector<admin::MessageSummary> summarize(const std::vector<MessagePointer> &messages, const PersonalData &data);
/// With everything.
admin::MessageDetail describeMessage(const Message &message, const PersonalData &data);
/// The steps of its life, oldest first, with the time between them.
std::vector<admin::Event> describeEvents(const Message &message, const std::vector<MessageEvent> &events);

} // namespace hudhud
