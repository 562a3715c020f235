// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connection/admin_client.h"
#include "models/record_columns.h"

#include <QHash>
#include <QJsonObject>
#include <QStringList>
#include <QUrlQuery>

#include <optional>

namespace hudhud::console {

// Dead letters, and the jobs that replay, discard and restore them, as docs/admin-api.md describes them.

RecordList deadLetterGroupList();
RecordList deadLetterList();
RecordList jobList();

/// Which dead letters are meant: some by id, or all that match a filter when the job is created.
struct DeadLetterSelection
{
    static constexpr qsizetype MaximumIds = 1'000;

    QStringList ids;
    QUrlQuery filter; ///< Used when there are no ids; the parameters of GET /dlq.

    bool isFilter() const { return ids.isEmpty(); }
    /// As the API takes it in a body.
    QJsonObject json() const;
};

/// How a replay is to go.
struct ReplayOptions
{
    int rate = 50; ///< Messages per second; 0: no limit.
    int canaryCount = 10; ///< 0: no canary.
    int canaryFailurePercent = 10;
    int canaryTimeoutSeconds = 300;
    bool includePoison = false;
    QString reason;

    QJsonObject json(const DeadLetterSelection &selection) const;
};

/// What a dry run says.
struct ReplayPreview
{
    qint64 total = 0;
    qint64 going = 0;
    qint64 refused = 0;
    QHash<QString, qint64> refusals; ///< Messages by the API's word for the reason.
    std::optional<qint64> estimatedSeconds;

    static ReplayPreview read(const QJsonObject &json);
};

/// A job as it stands.
struct Job
{
    enum class State : quint8 { Running, Paused, Stopped, Completed, Cancelled };
    struct Outcome
    {
        qint64 moved = 0;
        qint64 delivered = 0;
        qint64 deadAgain = 0;
        qint64 underWay = 0;
    };

    qint64 id = 0;
    QString kind;
    State state = State::Running;
    QString stateWord;
    QString createdBy;
    QString reason;
    qint64 rate = 0;
    qint64 total = 0;
    qint64 done = 0;
    qint64 refused = 0;
    qint64 left = 0;
    std::optional<qint64> estimatedSeconds;
    QString lastError;
    bool isWatchingCanary = false;
    qint64 canaryCount = 0;
    QHash<QString, qint64> refusals;
    std::optional<Outcome> outcome;

    static Job read(const QJsonObject &json);
    bool canPause() const { return state == State::Running; }
    bool canResume() const { return state == State::Paused || state == State::Stopped; }
    bool canCancel() const { return state != State::Completed && state != State::Cancelled; }
};

/// "3 expired, 2 no longer stored".
QString refusalsText(const QHash<QString, qint64> &refusals);

} // namespace hudhud::console
