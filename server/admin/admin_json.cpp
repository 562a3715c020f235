// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/admin_json.h"

#include "admin/dead_letter_parameters.h"
#include "admin/json_fields.h"
#include "message_json.h"

namespace hudhud {

namespace {

/// Already JSON; nothing when it is empty.
void appendJson(QByteArray &out, QByteArrayView name, const QByteArray &json)
{
    appendName(out, name);
    out.append(json.isEmpty() ? QByteArray("{}") : json);
}

void appendMessageMembers(QByteArray &out, const Message &message)
{
    appendName(out, "message");
    appendMessage(out, message);
    appendNumber(out, "replayCount", message.replayCount);
    if (message.replayJob != 0)
        appendNumber(out, "replayJob", message.replayJob);
    if (!message.editedFrom.isNull())
        appendText(out, "editedFrom", message.editedFrom.toString());
}

void appendDeath(QByteArray &out, const DeadLetterRecord &letter)
{
    appendOptionalTime(out, "diedAt", letter.diedAt);
    appendText(out, "reason", deadLetterReasonName(letter.reason));
    appendText(out, "class", errorClassName(letter.errorClass));
    appendText(out, "signature", letter.signature);
    appendOptionalTime(out, "discardedAt", letter.discardedAt);
    appendOptionalText(out, "discardReason", letter.discardReason);
}

void appendRefusals(QByteArray &out, const RefusalCounts &counts)
{
    appendName(out, "refusals");
    out.append('{');
    for (std::size_t i = 1; i < counts.size(); ++i) {
        if (counts[i] > 0)
            appendNumber(out, deadLetterRefusalName(static_cast<DeadLetterRefusal>(i)), counts[i]);
    }
    out.append('}');
}

void appendCanary(QByteArray &out, const Job &job)
{
    appendName(out, "canary");
    out.append('{');
    appendNumber(out, "count", job.canary.count);
    appendNumber(out, "maximumFailurePercent", job.canary.maximumFailurePercent);
    appendNumber(out, "timeoutSeconds", std::chrono::duration_cast<std::chrono::seconds>(job.canary.timeout).count());
    appendBoolean(out, "passed", job.hasPassedCanary);
    appendBoolean(out, "watching", job.state == JobState::Running && job.isWatchingCanary());
    appendOptionalTime(out, "since", job.canarySince);
    out.append('}');
}

void appendBreaker(QByteArray &out, const BreakerSnapshot &breaker)
{
    out.append(out.back() == '[' ? "{" : ",{");
    appendText(out, "dependency", breaker.dependency);
    appendText(out, "state", breakerStateName(breaker.state));
    appendOptionalTime(out, "changedAt", breaker.changedAt);
    appendNumber(out, "consecutiveFailures", breaker.consecutiveFailures);
    appendNumber(out, "windowCalls", breaker.windowCalls);
    appendNumber(out, "windowFailures", breaker.windowFailures);
    appendNumber(out, "rejectedCalls", breaker.rejectedCalls);
    appendNumber(out, "openings", breaker.openings);
    appendOptionalText(out, "lastFailure", breaker.lastFailure);
    out.append('}');
}

/// Left open for more members.
QByteArray openJob(const Job &job)
{
    QByteArray out("{");
    appendNumber(out, "id", job.id);
    appendText(out, "kind", jobKindName(job.kind));
    appendText(out, "state", jobStateName(job.state));
    appendText(out, "createdBy", job.createdBy);
    appendOptionalTime(out, "createdAt", job.createdAt);
    appendOptionalTime(out, "endedAt", job.endedAt);
    appendOptionalText(out, "reason", job.reason);
    appendJson(out, "request", job.description);
    appendNumber(out, "rate", job.rate);
    if (job.canary.count > 0)
        appendCanary(out, job);
    appendNumber(out, "total", job.total);
    appendNumber(out, "done", job.done);
    appendNumber(out, "refused", job.refused);
    appendNumber(out, "left", job.total - job.position);
    if (job.rate > 0 && !job.isFinal())
        appendNumber(out, "estimatedSeconds", (job.total - job.position + job.rate - 1) / job.rate);
    appendOptionalText(out, "lastError", job.lastError);
    return out;
}

} // namespace

QByteArray deadLetterPageJson(const std::vector<DeadLetterRecord> &letters, int limit)
{
    QByteArray out("{\"deadLetters\":[");
    for (const DeadLetterRecord &letter : letters) {
        separate(out);
        out.append('{');
        appendMessageMembers(out, *letter.message);
        appendDeath(out, letter);
        out.append('}');
    }
    out.append(']');
    if (std::ssize(letters) >= limit)
        appendText(out, "nextCursor", cursorText({letters.back().diedAt, letters.back().message->id}));
    return out.append('}');
}

QByteArray deadLetterJson(const Message &message, const std::optional<DeadLetterRecord> &letter,
                          const std::vector<MessageEvent> &events)
{
    QByteArray out("{");
    appendMessageMembers(out, message);
    if (letter)
        appendDeath(out, *letter);
    // The events' own object, without its opening brace.
    out.append(',').append(eventsJson(events).sliced(1));
    return out;
}

QByteArray groupsJson(const std::vector<DeadLetterGroup> &groups)
{
    QByteArray out("{\"groups\":[");
    for (const DeadLetterGroup &group : groups) {
        separate(out);
        out.append('{');
        appendText(out, "signature", group.signature);
        appendNumber(out, "count", group.count);
        appendNumber(out, "replayed", group.replayed);
        appendOptionalTime(out, "firstDiedAt", group.firstDiedAt);
        appendOptionalTime(out, "lastDiedAt", group.lastDiedAt);
        appendText(out, "example", group.example.toString());
        out.append('}');
    }
    return out.append("]}");
}

QByteArray previewJson(const RefusalCounts &counts, int rate)
{
    qint64 total = 0;
    for (const qint64 count : counts)
        total += count;
    const qint64 going = counts[static_cast<std::size_t>(DeadLetterRefusal::None)];
    QByteArray out("{");
    appendNumber(out, "total", total);
    appendNumber(out, "going", going);
    appendNumber(out, "refused", total - going);
    appendRefusals(out, counts);
    if (rate > 0)
        appendNumber(out, "estimatedSeconds", (going + rate - 1) / rate);
    return out.append('}');
}

QByteArray jobJson(const Job &job)
{
    return openJob(job).append('}');
}

QByteArray jobDetailsJson(const Job &job, const JobOutcome &outcome, const RefusalCounts &refusals)
{
    QByteArray out = openJob(job);
    appendRefusals(out, refusals);
    if (job.kind == JobKind::Replay) {
        appendName(out, "outcome");
        out.append('{');
        appendNumber(out, "moved", outcome.moved);
        appendNumber(out, "delivered", outcome.delivered);
        appendNumber(out, "deadAgain", outcome.deadAgain);
        appendNumber(out, "underWay", outcome.moved - outcome.delivered - outcome.deadAgain);
        out.append('}');
    }
    return out.append('}');
}

QByteArray jobPageJson(const std::vector<Job> &jobs, int limit)
{
    QByteArray out("{\"jobs\":[");
    for (const Job &job : jobs) {
        separate(out);
        out.append(jobJson(job));
    }
    out.append(']');
    if (std::ssize(jobs) >= limit)
        appendText(out, "nextCursor", QByteArray::number(jobs.back().id));
    return out.append('}');
}

QByteArray auditPageJson(const std::vector<AuditRecord> &records, std::optional<qint64> next)
{
    QByteArray out("{\"records\":[");
    for (const AuditRecord &record : records) {
        separate(out);
        out.append('{');
        appendNumber(out, "id", record.id);
        appendOptionalTime(out, "time", record.time);
        appendText(out, "actor", record.actor);
        appendOptionalText(out, "address", record.address);
        appendText(out, "action", record.action);
        appendJson(out, "detail", record.detail);
        appendNumber(out, "count", record.count);
        if (record.job != 0)
            appendNumber(out, "job", record.job);
        appendText(out, "result", record.result);
        out.append('}');
    }
    out.append(']');
    if (next)
        appendText(out, "nextCursor", QByteArray::number(*next));
    return out.append('}');
}

QByteArray breakersJson(const std::vector<BreakerSnapshot> &breakers)
{
    QByteArray out("{\"breakers\":[");
    for (const BreakerSnapshot &breaker : breakers)
        appendBreaker(out, breaker);
    return out.append("]}");
}

} // namespace hudhud
