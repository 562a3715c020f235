// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "authorization.h"

namespace hudhud {

/// The claim of a request with an Idempotency-Key (draft-ietf-httpapi-idempotency-key-header): 1 to 255 visible ASCII
/// characters, with or without the quotation marks of a structured field. Nothing without the header; meaningless if
/// `problems` has grown. `target`: method and path, like "POST /api/v1/messages": the same body sent elsewhere is
/// another request.
std::optional<IdempotencyClaim> readClaim(const RestContext &context, const RestRequest &request, QByteArrayView target,
                                          const ApiKeyIdentity &identity, FieldProblems &problems);

/// Says that the answer is that of an earlier request.
void markReplayed(HttpResponse &response);

} // namespace hudhud
