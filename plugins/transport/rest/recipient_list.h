// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/recipient.h"
#include "problem.h"

#include <simdjson.h>

#include <vector>

namespace hudhud {

/// Reads an array of 1 or more phone numbers; what is wrong with which of them is named "recipients[17]". Meaningless if
/// `problems` has grown.
std::vector<Recipient> readRecipients(const simdjson::dom::element &value, FieldProblems &problems);

} // namespace hudhud
