// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/dead_letters.h"

#include "models/texts.h"

#include <QJsonArray>
#include <QLocale>

namespace hudhud::console {

using namespace Qt::StringLiterals;

namespace {

QHash<QString, qint64> readRefusals(const QJsonObject &json)
{
    QHash<QString, qint64> refusals;
    for (auto refusal = json.begin(); refusal != json.end(); ++refusal)
        refusals.insert(refusal.key(), refusal->toInteger());
    return refusals;
}

std::optional<qint64> optionalInteger(const QJsonValue &value)
{
    return value.isDouble() ? std::optional(value.toInteger()) : std::nullopt;
}

Job::State readState(const QString &word)
{
    return word == "paused"_L1   ? Job::State::Paused
        : word == "stopped"_L1   ? Job::State::Stopped
        : word == "completed"_L1 ? Job::State::Completed
        : word == "cancelled"_L1 ? Job::State::Cancelled
                                 : Job::State::Running;
}

} // namespace

RecordList deadLetterGroupList()
{
    RecordColumn again
        = numberColumn("replayed", QT_TRANSLATE_NOOP("Columns", "Failed again"), u"replayed"_s, 100);
    again.level = [](const Record &record) {
        return record["replayed"_L1].toInteger() > 0 ? Level::Warning : Level::None;
    };
    return {.path = u"/dlq/groups"_s,
            .rows = u"groups"_s,
            .key = u"signature"_s,
            .columns = {
                textColumn("signature", QT_TRANSLATE_NOOP("Columns", "Failure"), u"signature"_s, 420),
                numberColumn("count", QT_TRANSLATE_NOOP("Columns", "Messages"), u"count"_s),
                again,
                timeColumn("firstDiedAt", QT_TRANSLATE_NOOP("Columns", "First"), u"firstDiedAt"_s),
                timeColumn("lastDiedAt", QT_TRANSLATE_NOOP("Columns", "Latest"), u"lastDiedAt"_s),
            },
            .isPaged = false};
}

RecordList deadLetterList()
{
    RecordColumn replays
        = numberColumn("replayCount", QT_TRANSLATE_NOOP("Columns", "Replays"), u"replayCount"_s, 80);
    replays.level = [](const Record &record) {
        return record["replayCount"_L1].toInteger() > 0 ? Level::Warning : Level::None;
    };
    return {
        .path = u"/dlq"_s,
        .rows = u"deadLetters"_s,
        .key = u"message.id"_s,
        .columns = {
            timeColumn("diedAt", QT_TRANSLATE_NOOP("Columns", "Died"), u"diedAt"_s),
            textColumn("recipient", QT_TRANSLATE_NOOP("Columns", "Recipient"), u"message.recipient"_s, 120),
            textColumn("subject", QT_TRANSLATE_NOOP("Columns", "Subject"), u"message.subject"_s, 160),
            wordColumn("reason", QT_TRANSLATE_NOOP("Columns", "Reason"), u"reason"_s, 150),
            wordColumn("class", QT_TRANSLATE_NOOP("Columns", "Class"), u"class"_s, 90),
            replays,
            textColumn("failure", QT_TRANSLATE_NOOP("Columns", "Failure"), u"message.failureReason"_s, 240),
            textColumn("id", QT_TRANSLATE_NOOP("Columns", "Id"), u"message.id"_s, 280),
        }};
}

RecordList jobList()
{
    return {.path = u"/jobs"_s,
            .rows = u"jobs"_s,
            .key = u"id"_s,
            .columns = {
                textColumn("id", QT_TRANSLATE_NOOP("Columns", "Job"), u"id"_s, 60),
                wordColumn("kind", QT_TRANSLATE_NOOP("Columns", "Kind"), u"kind"_s, 90),
                wordColumn("state", QT_TRANSLATE_NOOP("Columns", "State"), u"state"_s, 120),
                numberColumn("total", QT_TRANSLATE_NOOP("Columns", "Selected"), u"total"_s),
                numberColumn("done", QT_TRANSLATE_NOOP("Columns", "Done"), u"done"_s),
                numberColumn("refused", QT_TRANSLATE_NOOP("Columns", "Refused"), u"refused"_s),
                numberColumn("left", QT_TRANSLATE_NOOP("Columns", "Left"), u"left"_s),
                textColumn("createdBy", QT_TRANSLATE_NOOP("Columns", "By"), u"createdBy"_s, 110),
                timeColumn("createdAt", QT_TRANSLATE_NOOP("Columns", "Created"), u"createdAt"_s),
                textColumn("reason", QT_TRANSLATE_NOOP("Columns", "Why"), u"reason"_s, 220),
            }};
}

QJsonObject DeadLetterSelection::json() const
{
    if (!isFilter())
        return {{u"ids"_s, QJsonArray::fromStringList(ids)}};
    QJsonObject object;
    for (const auto &[key, value] : filter.queryItems(QUrl::FullyDecoded)) {
        const bool isNumber = key == "minimumAttempts"_L1 || key == "maximumReplays"_L1;
        object.insert(key, isNumber ? QJsonValue(value.toInt()) : QJsonValue(value));
    }
    return {{u"filter"_s, object}};
}

QJsonObject ReplayOptions::json(const DeadLetterSelection &selection) const
{
    QJsonObject object = selection.json();
    object.insert(u"rate"_s, rate);
    if (canaryCount > 0) {
        object.insert(u"canary"_s,
                      QJsonObject{{u"count"_s, canaryCount},
                                  {u"maximumFailurePercent"_s, canaryFailurePercent},
                                  {u"timeoutSeconds"_s, canaryTimeoutSeconds}});
    }
    if (includePoison)
        object.insert(u"includePoison"_s, true);
    if (!reason.isEmpty())
        object.insert(u"reason"_s, reason);
    return object;
}

ReplayPreview ReplayPreview::read(const QJsonObject &json)
{
    return {.total = json["total"_L1].toInteger(),
            .going = json["going"_L1].toInteger(),
            .refused = json["refused"_L1].toInteger(),
            .refusals = readRefusals(json["refusals"_L1].toObject()),
            .estimatedSeconds = optionalInteger(json["estimatedSeconds"_L1])};
}

Job Job::read(const QJsonObject &json)
{
    Job job;
    job.id = json["id"_L1].toInteger();
    job.kind = json["kind"_L1].toString();
    job.stateWord = json["state"_L1].toString();
    job.state = readState(job.stateWord);
    job.createdBy = json["createdBy"_L1].toString();
    job.reason = json["reason"_L1].toString();
    job.rate = json["rate"_L1].toInteger();
    job.total = json["total"_L1].toInteger();
    job.done = json["done"_L1].toInteger();
    job.refused = json["refused"_L1].toInteger();
    job.left = json["left"_L1].toInteger();
    job.estimatedSeconds = optionalInteger(json["estimatedSeconds"_L1]);
    job.lastError = json["lastError"_L1].toString();
    const QJsonObject canary = json["canary"_L1].toObject();
    job.isWatchingCanary = canary["watching"_L1].toBool();
    job.canaryCount = canary["count"_L1].toInteger();
    job.refusals = readRefusals(json["refusals"_L1].toObject());
    if (json.contains("outcome"_L1)) {
        const QJsonObject outcome = json["outcome"_L1].toObject();
        job.outcome = Outcome{.moved = outcome["moved"_L1].toInteger(),
                              .delivered = outcome["delivered"_L1].toInteger(),
                              .deadAgain = outcome["deadAgain"_L1].toInteger(),
                              .underWay = outcome["underWay"_L1].toInteger()};
    }
    return job;
}

QString refusalsText(const QHash<QString, qint64> &refusals)
{
    QStringList parts;
    for (auto refusal = refusals.begin(); refusal != refusals.end(); ++refusal)
        parts.append(QLocale().toString(*refusal) + u' ' + wordText(refusal.key()));
    parts.sort();
    return parts.join(u", "_s);
}

} // namespace hudhud::console
