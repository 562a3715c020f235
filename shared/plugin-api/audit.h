// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/clock.h"
#include "core/error.h"

#include <QByteArray>

#include <optional>
#include <vector>

namespace hudhud {

/// One action of an operator, or of the server on its own. All text is UTF-8.
struct AuditRecord
{
    qint64 id = 0;     ///< Given by the store; increasing.
    Timestamp time{};
    QByteArray actor;  ///< The token's subject; "hudhud" for the server itself.
    QByteArray address; ///< Where the request came from; empty for the server itself.
    QByteArray action; ///< "dead-letters.replay", "job.pause".
    QByteArray detail; ///< What it was asked to do, as a compact JSON object.
    qint64 count = 0;  ///< Messages concerned.
    qint64 job = 0;    ///< 0: none.
    QByteArray result; ///< "ok" or an error code like "conflict".

    friend bool operator==(const AuditRecord &, const AuditRecord &) = default;
};

/// The result of an action that worked.
inline constexpr char AuditOk[] = "ok";

/// Which records `list` returns; unset fields do not restrict.
struct AuditFilter
{
    QByteArray actor;
    QByteArray action;
    std::optional<Timestamp> from;   ///< At this time or later.
    std::optional<Timestamp> until;  ///< Before this time.
    std::optional<qint64> before;    ///< Records of lower ids: the cursor of the previous page.
    int limit = 50;                  ///< 1 to 1,000.
};

/// Thread: as StorageWriter.
class AuditWriter
{
public:
    virtual ~AuditWriter() = default;
    /// Durable when it returns. Result: the record's id.
    virtual Result<qint64> append(const AuditRecord &record) = 0;
    /// Deletes at most `limit` records from before a time. Result: how many.
    virtual Result<int> purge(Timestamp before, int limit) = 0;
};

/// Thread: as StorageReader.
class AuditReader
{
public:
    virtual ~AuditReader() = default;
    /// Newest first.
    virtual Result<std::vector<AuditRecord>> list(const AuditFilter &filter) = 0;
};

} // namespace hudhud
