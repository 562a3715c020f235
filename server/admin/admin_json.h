// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "plugin-api/circuit_breaker.h"
#include "plugin-api/job_store.h"

#include <QByteArray>

#include <optional>
#include <vector>

namespace hudhud {

// Answers of the admin API. Fields without a value are left out. Thread: any.

QByteArray deadLetterPageJson(const std::vector<DeadLetterRecord> &letters, int limit);
/// One message with its history; `letter` is empty for one that is no dead letter now.
QByteArray deadLetterJson(const Message &message, const std::optional<DeadLetterRecord> &letter,
                          const std::vector<MessageEvent> &events);
QByteArray groupsJson(const std::vector<DeadLetterGroup> &groups);
/// `rate`: at which the job would run; 0: no limit.
QByteArray previewJson(const RefusalCounts &counts, int rate);

QByteArray jobJson(const Job &job);
QByteArray jobDetailsJson(const Job &job, const JobOutcome &outcome, const RefusalCounts &refusals);
QByteArray jobPageJson(const std::vector<Job> &jobs, int limit);
/// `next`: the cursor of the next page, if there is one.
QByteArray auditPageJson(const std::vector<AuditRecord> &records, std::optional<qint64> next);

QByteArray breakersJson(const std::vector<BreakerSnapshot> &breakers);

} // namespace hudhud
