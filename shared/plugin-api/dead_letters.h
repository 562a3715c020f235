// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/message.h"
#include "plugin-api/audit.h"

#include <array>
#include <optional>
#include <utility>
#include <vector>

namespace hudhud {

/// Which dead letters; unset fields do not restrict.
struct DeadLetterFilter
{
    std::optional<DeadLetterReason> reason = {};
    std::optional<ErrorClass> errorClass = {};
    std::optional<Recipient> recipient = {};
    QByteArray signature = {};     ///< As errorSignature() made it; empty: any.
    QByteArray text = {};          ///< Somewhere in subject or content, ASCII letters in either case; empty: any.
    QByteArray metadataKey = {};   ///< The metadata has this key; empty: any.
    QByteArray metadataValue = {}; ///< And it has this value; empty: any.
    int minimumAttempts = 0;  ///< Failed attempts.
    std::optional<int> replaysBelow = {}; ///< Replayed fewer times than this.
    std::optional<Timestamp> diedFrom = {};   ///< At this time or later.
    std::optional<Timestamp> diedBefore = {}; ///< Before this time.
    bool isDiscarded = false; ///< Those that were discarded instead of those that were not.

    friend bool operator==(const DeadLetterFilter &, const DeadLetterFilter &) = default;
};

/// Single messages, or when there are none, all that match the filter.
struct DeadLetterSelection
{
    std::vector<MessageId> ids;
    DeadLetterFilter filter;
};

/// A message that has ended as a dead letter, with what the store knows of its death.
struct DeadLetterRecord
{
    MessagePointer message;
    Timestamp diedAt{};
    DeadLetterReason reason = DeadLetterReason::PermanentError;
    ErrorClass errorClass = ErrorClass::Transient;
    QByteArray signature;
    std::optional<Timestamp> discardedAt = {};
    QByteArray discardReason;
};

/// Where a page ended: the next one begins after it. Letters that come or go meanwhile repeat and hide nothing.
struct DeadLetterCursor
{
    Timestamp diedAt{};
    MessageId id;
};

/// Dead letters with the same signature that were not discarded.
struct DeadLetterGroup
{
    QByteArray signature;
    qint64 count = 0;
    qint64 replayed = 0; ///< Of these, died again after a replay.
    Timestamp firstDiedAt{};
    Timestamp lastDiedAt{};
    MessageId example;
};

/// What can be done with dead letters. Written to storage: never renumber.
enum class JobKind : quint8 {
    Replay = 0,  ///< DeadLetter becomes Queued.
    Discard = 1, ///< Hidden, and removed when the undo window has passed.
    Restore = 2, ///< Takes a discard back.
};

/// Why a dead letter is left alone. Written to storage: never renumber.
enum class DeadLetterRefusal : quint8 {
    None = 0,
    Gone = 1,          ///< It is not stored any more.
    NotDead = 2,       ///< It is no dead letter (any more).
    Discarded = 3,     ///< Restore it first.
    NotDiscarded = 4,  ///< Nothing to restore.
    Expired = 5,       ///< Its time to live has ended.
    Superseded = 6,    ///< A newer message took its place.
    DeliveryLimit = 7, ///< It used up its pushes: likely poison; the job has to allow it.
};
inline constexpr std::size_t DeadLetterRefusalCount = 8;

/// "replay", "discard", "restore".
QByteArrayView jobKindName(JobKind kind);
std::optional<JobKind> jobKindFromName(QByteArrayView name);
/// "none", "gone", "not-dead", "delivery-limit".
QByteArrayView deadLetterRefusalName(DeadLetterRefusal refusal);

/// Messages by refusal; `None` counts those that go.
using RefusalCounts = std::array<qint64, DeadLetterRefusalCount>;

/// What the rules below have to know of a stored message.
struct DeadLetterStanding
{
    bool isStored = true;
    bool isDead = false;
    bool isDiscarded = false;
    DeadLetterReason reason = DeadLetterReason::PermanentError;
    std::optional<Timestamp> expiresAt = {};
};

/// Whether a job takes a dead letter. Every store and every dry run uses this. Thread: any; pure.
DeadLetterRefusal refusalOf(JobKind kind, bool includesPoison, const DeadLetterStanding &standing, Timestamp now);

/// Looks at dead letters. Thread: as StorageReader. Filters run in the store.
class DeadLetterReader
{
public:
    virtual ~DeadLetterReader() = default;
    /// Latest death first, at most `limit`, after `cursor`.
    virtual Result<std::vector<DeadLetterRecord>> list(const DeadLetterFilter &filter,
                                                 const std::optional<DeadLetterCursor> &cursor, int limit)
        = 0;
    /// Nothing when there is no dead letter of this id; discarded ones are found too.
    virtual Result<std::optional<DeadLetterRecord>> find(const MessageId &id) = 0;
    /// The groups with the latest deaths first, at most `limit`.
    virtual Result<std::vector<DeadLetterGroup>> groups(int limit) = 0;
    virtual Result<qint64> count(const DeadLetterFilter &filter) = 0;
    /// A dry run: what a job of this selection would do if it ran now.
    virtual Result<RefusalCounts> preview(JobKind kind, const DeadLetterSelection &selection, bool includesPoison,
                                          Timestamp now)
        = 0;
};

/// Changes dead letters one by one; jobs (job_store.h) change many. Thread: as StorageWriter; each call is one durable
/// transaction.
class DeadLetterWriter
{
public:
    virtual ~DeadLetterWriter() = default;
    /// Stores `corrected`, whose `editedFrom` names the dead letter, discards that one with `reason`, and appends `audit`.
    /// Errors: NotFound; Conflict when it is no dead letter, was discarded, or the new id exists.
    virtual Result<void> replaceEdited(const Message &corrected, const QByteArray &reason, const AuditRecord &audit) = 0;
    /// Deletes at most `limit` messages that were discarded before a time, with their history. Result: how many.
    virtual Result<int> purgeDiscarded(Timestamp before, int limit) = 0;
};

} // namespace hudhud
