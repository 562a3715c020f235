// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "plugin-api/job_store.h"
#include "problem.h"

#include <QByteArrayView>

#include <simdjson.h>

namespace hudhud {

/// What GET /api/v1/admin/dlq asks for.
struct DeadLetterListQuery
{
    DeadLetterFilter filter;
    std::optional<DeadLetterCursor> cursor;
    int limit = 50;
};

/// Meaningless if `problems` has grown.
DeadLetterListQuery readDeadLetterListQuery(QByteArrayView query, FieldProblems &problems);
/// The filter alone: GET /api/v1/admin/dlq/count.
DeadLetterFilter readDeadLetterCountQuery(QByteArrayView query, FieldProblems &problems);

/// The body of a request for a job, with kind, selection, pace, canary, reason, and `description` as one writes it down.
/// Meaningless if `problems` has grown.
JobRequest readJobRequest(JobKind kind, const simdjson::dom::object &body, FieldProblems &problems);
/// The body of POST /api/v1/admin/jobs/{id}/rate.
int readRate(const simdjson::dom::object &body, FieldProblems &problems);

QByteArray cursorText(const DeadLetterCursor &cursor);

/// Limits of the bodies.
inline constexpr int MaximumSelectedIds = 1'000;
inline constexpr int MaximumRate = 1'000'000;
inline constexpr int MaximumCanary = 10'000;
inline constexpr qsizetype MaximumJobReason = 500;

} // namespace hudhud
