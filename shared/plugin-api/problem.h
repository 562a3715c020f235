// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/error.h"
#include "plugin-api/http.h"

#include <QByteArray>

namespace hudhud {

/// Appends a problem object (RFC 9457) with our members `code` and `class`, left open for more members: the caller
/// closes the brace. Thread: any.
void appendOpenProblem(QByteArray &out, int status, ErrorCode code, ErrorClass errorClass, QByteArrayView detail);

/// An answer whose body is a whole problem object.
HttpResponse problemResponse(int status, ErrorCode code, QByteArrayView detail);

} // namespace hudhud
