// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "plugin-api/storage.h"
#include "problem.h"

#include <span>

namespace hudhud {

/// Reads `recipient`, `status`, `limit` and `cursor` of GET /api/v1/messages. Meaningless if `problems` has
/// grown.
MessageFilter readListQuery(QByteArrayView query, FieldProblems &problems);

/// Notes parameters that are not known or given twice.
void checkQueryNames(QByteArrayView query, std::span<const QByteArrayView> known, FieldProblems &problems);

/// 400 for a path whose id is no UUID, or whose recipient is no phone number.
FieldProblems invalidMessageId(QByteArrayView text);
FieldProblems invalidRecipient(QByteArrayView text);
/// 404 for an id that no message has.
Error noSuchMessage();

} // namespace hudhud
