// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/record_lists.h"

#include "models/texts.h"

namespace hudhud::console {

using namespace Qt::StringLiterals;

namespace {

RecordColumn warnedWhenPositive(RecordColumn column, const QString &path)
{
    column.level = [path](const Record &record) {
        return member(record, path).toDouble() > 0 ? Level::Warning : Level::None;
    };
    return column;
}

} // namespace

RecordList messageList()
{
    return {.path = u"/messages"_s,
            .rows = u"messages"_s,
            .key = u"id"_s,
            .columns = {
                timeColumn("createdAt", QT_TRANSLATE_NOOP("Columns", "Accepted"), u"createdAt"_s),
                wordColumn("status", QT_TRANSLATE_NOOP("Columns", "Status"), u"status"_s, 130),
                textColumn("recipient", QT_TRANSLATE_NOOP("Columns", "Recipient"), u"recipient"_s, 120),
                wordColumn("priority", QT_TRANSLATE_NOOP("Columns", "Priority"), u"priority"_s, 80),
                textColumn("sender", QT_TRANSLATE_NOOP("Columns", "Sender"), u"sender"_s, 120),
                numberColumn("retryCount", QT_TRANSLATE_NOOP("Columns", "Retries"), u"retryCount"_s, 70),
                textColumn("failure", QT_TRANSLATE_NOOP("Columns", "Failure"), u"failureReason"_s, 220),
                textColumn("subject", QT_TRANSLATE_NOOP("Columns", "Subject"), u"subject"_s, 140),
                textColumn("id", QT_TRANSLATE_NOOP("Columns", "Id"), u"id"_s, 280),
            }};
}

RecordList connectionList()
{
    const auto backlog = [](const char *id, const char *title) {
        return warnedWhenPositive(numberColumn(id, title, QString::fromLatin1(id), 80),
                                  QString::fromLatin1(id));
    };
    RecordColumn slow = textColumn("slow", QT_TRANSLATE_NOOP("Columns", "Slow"), u"slow"_s, 60);
    slow.text = [](const Record &record) { return record["slow"_L1].toBool() ? plainText(true) : QString(); };
    slow.level = [](const Record &record) { return record["slow"_L1].toBool() ? Level::Bad : Level::None; };
    return {
        .path = u"/connections"_s,
        .rows = u"connections"_s,
        .key = u"connectionId"_s,
        .columns = {
            sortedBy(textColumn("recipient", QT_TRANSLATE_NOOP("Columns", "Recipient"), u"recipient"_s, 120),
                     u"recipient"_s),
            wordColumn("status", QT_TRANSLATE_NOOP("Columns", "Status"), u"status"_s),
            backlog("pending", QT_TRANSLATE_NOOP("Columns", "Waiting")),
            sortedBy(backlog("inFlight", QT_TRANSLATE_NOOP("Columns", "In flight")), u"inFlight"_s),
            sortedBy(bytesColumn("unsentBytes", QT_TRANSLATE_NOOP("Columns", "Unsent"), u"unsentBytes"_s),
                     u"unsentBytes"_s),
            slow,
            sortedBy(timeColumn("connectedAt", QT_TRANSLATE_NOOP("Columns", "Connected"), u"connectedAt"_s),
                     u"connectedAt"_s),
            sortedBy(
                timeColumn("lastActivity", QT_TRANSLATE_NOOP("Columns", "Last active"), u"lastActivity"_s),
                u"lastActivity"_s),
            textColumn("hub", QT_TRANSLATE_NOOP("Columns", "Hub"), u"hub"_s, 150),
            textColumn("transport", QT_TRANSLATE_NOOP("Columns", "Transport"), u"transport"_s, 130),
            textColumn("protocol", QT_TRANSLATE_NOOP("Columns", "Protocol"), u"protocol"_s, 100),
            textColumn("remoteAddress", QT_TRANSLATE_NOOP("Columns", "Address"), u"remoteAddress"_s, 120),
            textColumn("userAgent", QT_TRANSLATE_NOOP("Columns", "Program"), u"userAgent"_s, 160),
            textColumn("connectionId", QT_TRANSLATE_NOOP("Columns", "Connection"), u"connectionId"_s, 200),
        }};
}

RecordList nodeList()
{
    return {.path = u"/nodes"_s,
            .rows = u"nodes"_s,
            .key = u"id"_s,
            .columns = {
                textColumn("id", QT_TRANSLATE_NOOP("Columns", "Node"), u"id"_s, 120),
                wordColumn("status", QT_TRANSLATE_NOOP("Columns", "Status"), u"status"_s),
                shareColumn("cpu", QT_TRANSLATE_NOOP("Columns", "CPU"), u"load.cpuUsage"_s, 0.75, 0.9),
                shareColumn("memory", QT_TRANSLATE_NOOP("Columns", "Memory"), u"load.memoryUsage"_s, 0.75, 0.9),
                numberColumn("connections", QT_TRANSLATE_NOOP("Columns", "Connections"), u"load.activeConnections"_s,
                             110),
                numberColumn("requests", QT_TRANSLATE_NOOP("Columns", "Requests/s"), u"load.requestsPerSecond"_s, 100),
                numberColumn("depth", QT_TRANSLATE_NOOP("Columns", "To disk"), u"load.queueDepth"_s),
                durationColumn("response", QT_TRANSLATE_NOOP("Columns", "Response"),
                               u"load.averageResponseTimeSeconds"_s),
                timeColumn("heartbeat", QT_TRANSLATE_NOOP("Columns", "Heartbeat"), u"lastHeartbeat"_s),
                textColumn("version", QT_TRANSLATE_NOOP("Columns", "Version"), u"capabilities.version"_s, 80),
                textColumn("endpoint", QT_TRANSLATE_NOOP("Columns", "Address"), u"endpoint"_s, 180),
                textColumn("reason", QT_TRANSLATE_NOOP("Columns", "Reason"), u"reason"_s, 240),
            },
            .isPaged = false};
}

RecordList breakerList()
{
    return {.path = u"/breakers"_s,
            .rows = u"breakers"_s,
            .key = u"dependency"_s,
            .columns = {
                textColumn("dependency", QT_TRANSLATE_NOOP("Columns", "Depends on"), u"dependency"_s),
                wordColumn("state", QT_TRANSLATE_NOOP("Columns", "State"), u"state"_s),
                timeColumn("changedAt", QT_TRANSLATE_NOOP("Columns", "Since"), u"changedAt"_s),
                numberColumn("windowCalls", QT_TRANSLATE_NOOP("Columns", "Calls"), u"windowCalls"_s, 70),
                numberColumn("windowFailures", QT_TRANSLATE_NOOP("Columns", "Failures"), u"windowFailures"_s, 80),
                numberColumn("rejectedCalls", QT_TRANSLATE_NOOP("Columns", "Rejected"), u"rejectedCalls"_s, 80),
                numberColumn("openings", QT_TRANSLATE_NOOP("Columns", "Opened"), u"openings"_s, 80),
                textColumn("lastFailure", QT_TRANSLATE_NOOP("Columns", "Latest failure"), u"lastFailure"_s, 260),
            },
            .isPaged = false};
}

RecordList priorityList()
{
    return {.path = u"/queues"_s,
            .rows = u"priorities"_s,
            .key = u"priority"_s,
            .columns = {
                wordColumn("priority", QT_TRANSLATE_NOOP("Columns", "Priority"), u"priority"_s),
                numberColumn("depth", QT_TRANSLATE_NOOP("Columns", "Waiting"), u"depth"_s),
                durationColumn("oldest", QT_TRANSLATE_NOOP("Columns", "Oldest"), u"oldestSeconds"_s),
                numberColumn("inFlight", QT_TRANSLATE_NOOP("Columns", "In flight"), u"inFlight"_s),
                numberColumn("scheduled", QT_TRANSLATE_NOOP("Columns", "Scheduled"), u"scheduled"_s),
                warnedWhenPositive(numberColumn("retrying", QT_TRANSLATE_NOOP("Columns", "Retrying"), u"retrying"_s),
                                   u"retrying"_s),
            },
            .isPaged = false};
}

RecordList pluginList()
{
    return {.path = u"/plugins"_s,
            .rows = u"plugins"_s,
            .key = u"file"_s,
            .columns = {
                textColumn("kind", QT_TRANSLATE_NOOP("Columns", "Kind"), u"kind"_s, 100),
                textColumn("name", QT_TRANSLATE_NOOP("Columns", "Name"), u"name"_s, 130),
                wordColumn("state", QT_TRANSLATE_NOOP("Columns", "State"), u"state"_s),
                textColumn("selected", QT_TRANSLATE_NOOP("Columns", "In use"), u"selected"_s, 80),
                textColumn("version", QT_TRANSLATE_NOOP("Columns", "Version"), u"version"_s, 80),
                textColumn("description", QT_TRANSLATE_NOOP("Columns", "Description"), u"description"_s, 300),
                textColumn("error", QT_TRANSLATE_NOOP("Columns", "Error"), u"error"_s, 240),
            },
            .isPaged = false};
}

RecordList configurationList()
{
    return {.path = u"/configuration"_s,
            .rows = u"keys"_s,
            .key = u"key"_s,
            .columns = {
                textColumn("key", QT_TRANSLATE_NOOP("Columns", "Key"), u"key"_s, 260),
                textColumn("value", QT_TRANSLATE_NOOP("Columns", "Value"), u"value"_s, 180),
                textColumn("default", QT_TRANSLATE_NOOP("Columns", "Default"), u"default"_s, 140),
                textColumn("origin", QT_TRANSLATE_NOOP("Columns", "Comes from"), u"origin"_s, 200),
                textColumn("reloadable", QT_TRANSLATE_NOOP("Columns", "Reloadable"), u"reloadable"_s, 90),
                textColumn("description", QT_TRANSLATE_NOOP("Columns", "Description"), u"description"_s, 300),
            },
            .isPaged = false};
}

RecordList apiKeyList()
{
    return {.path = u"/apikeys"_s,
            .rows = u"keys"_s,
            .key = u"id"_s,
            .columns = {
                textColumn("id", QT_TRANSLATE_NOOP("Columns", "Id"), u"id"_s, 60),
                textColumn("name", QT_TRANSLATE_NOOP("Columns", "Name"), u"name"_s, 180),
                wordColumn("state", QT_TRANSLATE_NOOP("Columns", "State"), u"state"_s),
                textColumn("scopes", QT_TRANSLATE_NOOP("Columns", "May"), u"scopes"_s, 140),
                textColumn("account", QT_TRANSLATE_NOOP("Columns", "Account"), u"account"_s, 130),
                numberColumn("perSecond", QT_TRANSLATE_NOOP("Columns", "Messages/s"), u"messagesPerSecond"_s, 110),
                numberColumn("perDay", QT_TRANSLATE_NOOP("Columns", "Messages/day"), u"messagesPerDay"_s, 120),
                timeColumn("createdAt", QT_TRANSLATE_NOOP("Columns", "Created"), u"createdAt"_s),
                timeColumn("expiresAt", QT_TRANSLATE_NOOP("Columns", "Expires"), u"expiresAt"_s),
            },
            .isPaged = false};
}

RecordList auditList()
{
    return {.path = u"/audit"_s,
            .rows = u"records"_s,
            .key = u"id"_s,
            .columns = {
                timeColumn("time", QT_TRANSLATE_NOOP("Columns", "When"), u"time"_s),
                textColumn("actor", QT_TRANSLATE_NOOP("Columns", "Who"), u"actor"_s, 120),
                textColumn("address", QT_TRANSLATE_NOOP("Columns", "From"), u"address"_s, 120),
                textColumn("action", QT_TRANSLATE_NOOP("Columns", "What"), u"action"_s, 190),
                numberColumn("count", QT_TRANSLATE_NOOP("Columns", "How many"), u"count"_s),
                wordColumn("result", QT_TRANSLATE_NOOP("Columns", "Result"), u"result"_s),
                textColumn("job", QT_TRANSLATE_NOOP("Columns", "Job"), u"job"_s, 60),
                textColumn("detail", QT_TRANSLATE_NOOP("Columns", "Detail"), u"detail"_s, 360),
            }};
}

RecordList consistencyFindingList()
{
    return {.path = u"/consistency"_s,
            .rows = u"findings"_s,
            .key = u"id"_s,
            .columns = {
                wordColumn("kind", QT_TRANSLATE_NOOP("Columns", "Contradiction"), u"kind"_s, 240),
                textColumn("explanation", QT_TRANSLATE_NOOP("Columns", "Explanation"), u"explanation"_s, 380),
                textColumn("id", QT_TRANSLATE_NOOP("Columns", "Id"), u"id"_s, 280),
            },
            .isPaged = false};
}

} // namespace hudhud::console
