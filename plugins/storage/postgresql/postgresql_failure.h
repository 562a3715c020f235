// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/error.h"

class QSqlError;

namespace hudhud {

/// What a failed statement means for its transaction.
enum class FailureKind : quint8 {
    Refused, ///< The server said no; the same would fail again.
    Collision, ///< Another transaction was in the way (deadlock, serialization, lock time-out): it was rolled back, try again.
    Broken, ///< The connection cannot be used any more, or leads to a server that takes no writes.
};

struct Failure
{
    FailureKind kind = FailureKind::Refused;
    Error error;
};

/// Reads the SQLSTATE. Never repeats the server's text for data, which may hold message content.
Failure failureOf(const QSqlError &error);

} // namespace hudhud
