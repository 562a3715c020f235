// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/clock.h"
#include "core/error.h"
#include "core/message_id.h"
#include "core/recipient.h"

#include <QByteArray>

#include <memory>
#include <optional>
#include <vector>

namespace hudhud {

/// Where a message stands. Written to storage: never renumber.
enum class MessageStatus : quint8 {
    Queued = 0,     ///< Durable, waiting for its recipient.
    Processing = 1, ///< Pushed, waiting for the acknowledgement.
    Delivered = 2,  ///< Acknowledged by the phone. Final.
    Failed = 3,     ///< An attempt failed; a retry is due at nextRetryAt.
    DeadLetter = 4, ///< Given up; an operator may replay it.
};

/// Written to storage: never renumber.
enum class MessageType : quint8 { OneWay = 0, TwoWay = 1 };

/// Written to storage: never renumber. A higher number goes first.
enum class Priority : quint8 { Low = 0, Normal = 1, High = 2, Critical = 3 };
inline constexpr int PriorityCount = 4;

/// Why a message is among the dead letters. Written to storage: never renumber.
enum class DeadLetterReason : quint8 {
    AttemptsUsedUp = 0, ///< The retry policy gave up.
    DeliveryLimit = 1,  ///< Pushed too often without an acknowledgement, whatever ended the pushes.
    Rejected = 2,       ///< The phone said it will never take it.
    Expired = 3,        ///< Its time to live ended before it was delivered.
    Superseded = 4,     ///< A newer message of the same collapse key took its place.
    PermanentError = 5, ///< Any other error that no later attempt can mend.
};
inline constexpr std::size_t DeadLetterReasonCount = 6;

/// Names as on the wire: "Queued", "OneWay", "Critical"; dead letter reasons as "attempts-used-up".
QByteArrayView messageStatusName(MessageStatus status);
QByteArrayView messageTypeName(MessageType type);
QByteArrayView priorityName(Priority priority);
QByteArrayView deadLetterReasonName(DeadLetterReason reason);
std::optional<MessageStatus> messageStatusFromName(QByteArrayView name);
std::optional<MessageType> messageTypeFromName(QByteArrayView name);
std::optional<Priority> priorityFromName(QByteArrayView name);
std::optional<DeadLetterReason> deadLetterReasonFromName(QByteArrayView name);

/// The state machine: Queued -> Processing -> Delivered; Processing -> Failed -> Processing; Queued, Processing and
/// Failed -> DeadLetter; Processing and Failed -> Queued (the link was lost, or the retry fell due); DeadLetter ->
/// Queued (replay). An acknowledgement that arrives late also leads from Queued or Failed to Delivered. Staying is no
/// transition.
bool isTransitionAllowed(MessageStatus from, MessageStatus to);

struct Attachment
{
    QByteArray id;
    QByteArray name;
    QByteArray contentType;
    qint64 size = 0; ///< Bytes.

    friend bool operator==(const Attachment &, const Attachment &) = default;
};

/// One notification or chat line for one recipient. All text is UTF-8.
struct Message
{
    MessageId id;
    Recipient recipient;
    QByteArray subject;
    QByteArray content;
    MessageType type = MessageType::OneWay;
    Priority priority = Priority::Normal;
    MessageStatus status = MessageStatus::Queued;
    /// Failed attempts so far: acknowledgement time-outs and transient errors, not lost links.
    quint16 retryCount = 0;
    /// Pushes so far, whatever ended them; capped by delivery_limit.
    quint16 pushCount = 0;
    Timestamp createdAt{};
    std::optional<Timestamp> deliveredAt;
    std::optional<Timestamp> lastRetryAt;
    std::optional<Timestamp> nextRetryAt;
    std::optional<Timestamp> movedToDlqAt;
    std::optional<Timestamp> expiresAt;
    std::optional<Timestamp> deliverAt;
    QByteArray failureReason; ///< What failed last, for people.
    ErrorClass failureClass = ErrorClass::Transient; ///< Of `failureReason`.
    std::optional<DeadLetterReason> deadLetterReason; ///< Set while the status is DeadLetter.
    /// How often it was replayed from the dead letters, and the job that did it last (0: none).
    quint16 replayCount = 0;
    qint64 replayJob = 0;
    MessageId editedFrom; ///< The dead letter that this message is a corrected copy of; null for most.
    std::optional<Timestamp> readAt; ///< The recipient has read it, as its app says.
    /// The business account shown to the phone; may be empty.
    QByteArray sender;
    /// A JSON object with string values, compact, as the business gave it; may be empty.
    QByteArray metadata;
    QByteArray idempotencyKey;
    /// A newer message of the same key and recipient takes the place of an undelivered older one; may be empty.
    QByteArray collapseKey;
    QByteArray conversation; ///< Groups two-way messages; may be empty.
    /// The API key that posted it; 0 if none did.
    qint64 apiKeyId = 0;
    std::vector<Attachment> attachments;

    friend bool operator==(const Message &, const Message &) = default;
};

/// Messages are shared between threads once accepted, and never changed after that.
using MessagePointer = std::shared_ptr<const Message>;

/// One row of the append-only history of a message. The status can always be rebuilt from the events.
struct MessageEvent
{
    quint32 sequence = 0; ///< 1, 2, 3, ... within the message; given by the store.
    MessageStatus status = MessageStatus::Queued;
    Timestamp time{};
    QByteArray node;      ///< The node that saw it; at most 64 bytes.
    quint16 attempt = 0;  ///< retryCount after the event.
    QByteArray reason;    ///< Why, for Failed, DeadLetter and put-backs; at most 500 bytes.

    friend bool operator==(const MessageEvent &, const MessageEvent &) = default;
};

} // namespace hudhud
