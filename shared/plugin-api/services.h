// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/clock.h"
#include "core/message.h"
#include "plugin-api/circuit_breaker.h"
#include "plugin-api/delivery.h"
#include "plugin-api/http.h"
#include "plugin-api/metrics.h"
#include "plugin-api/read_receipts.h"
#include "plugin-api/retry.h"
#include "plugin-api/send_limits.h"
#include "plugin-api/status_feed.h"
#include "plugin-api/storage.h"

#include <QJsonObject>

#include <functional>
#include <optional>
#include <vector>

namespace hudhud {

template <typename T>
using Completion = std::move_only_function<void(Result<T>)>;

/// A request sent under an idempotency key, as it was stored first.
struct StoredRequest
{
    bool isReplayed = false;    ///< It had been stored before; nothing of this one is new.
    std::vector<MessageId> ids; ///< Of its messages, in order.
    Timestamp createdAt{};
};

/// Takes validated messages into the server. Thread: one object per I/O thread, called only there; completions come on
/// the same thread, exactly once, in a later loop turn or before `submit` returns (refusals).
class MessageIntake
{
public:
    virtual ~MessageIntake() = default;
    /// Gives each message its id and time, makes all of them durable, routes them, then completes with the messages as
    /// stored. All or nothing. Errors: BufferFull, RecipientQueueFull, ShuttingDown, StorageUnavailable and its
    /// relatives; nothing was stored then. Limits of API keys are the caller's affair (SendLimits).
    virtual void submit(std::vector<Message> messages, Completion<std::vector<MessagePointer>> completion) = 0;
    /// The same for a request (of at least one message) under an idempotency key: stored once however often it comes,
    /// also at the same time. `first` and `count` of the claim are ignored: it covers all messages. Errors beside the
    /// above: IdempotencyMismatch when the key was used for another request.
    virtual void submitOnce(std::vector<Message> messages, IdempotencyClaim claim, Completion<StoredRequest> completion)
        = 0;
};

class AttachmentLinks;
class Attachments;
class Broadcasts;
class Groups;
class PresenceQueries;
class RequestForwarding;

/// Reads without blocking the loop. Thread: one object per I/O thread; completions on the same thread.
class MessageQueries
{
public:
    virtual ~MessageQueries() = default;
    /// Null when there is no such message.
    virtual void find(const MessageId &id, Completion<MessagePointer> completion) = 0;
    virtual void events(const MessageId &id, Completion<std::vector<MessageEvent>> completion) = 0;
    virtual void list(const MessageFilter &filter, Completion<std::vector<MessagePointer>> completion) = 0;
    virtual void pendingCount(const Recipient &recipient, Completion<qint64> completion) = 0;
};

/// Who holds a verified API key.
struct ApiKeyIdentity
{
    qint64 id = 0;
    QByteArray name;
    std::vector<QByteArray> scopes;
    Recipient account;         ///< As in ApiKeyRecord.
    int messagesPerSecond = 0; ///< As in ApiKeyRecord.
    qint64 messagesPerDay = 0; ///< As in ApiKeyRecord.

    bool hasScope(QByteArrayView scope) const;
};

/// Who holds a verified token (RFC 7519), and until when.
struct TokenIdentity
{
    QByteArray subject;   ///< Value of the configured recipient claim.
    std::vector<QByteArray> roles;
    std::optional<Timestamp> expiresAt;
};

/// Thread: one object per I/O thread.
class Authenticator
{
public:
    virtual ~Authenticator() = default;
    /// `authorization`: the whole header, "Bearer hk_…". Completes before it returns when the key is cached.
    /// Errors: Unauthorized.
    virtual void authenticateApiKey(QByteArrayView authorization, Completion<ApiKeyIdentity> completion) = 0;
    /// Signature, algorithm, exp, nbf, iss, aud and the recipient claim. Errors: Unauthorized.
    virtual Result<TokenIdentity> verifyToken(QByteArrayView token) = 0;
};

/// The node as probes and operators see it. Thread: any.
class NodeState
{
public:
    virtual ~NodeState() = default;
    /// Nothing while ready, else why not (one line).
    virtual std::optional<QByteArray> notReadyReason() const = 0;
    /// What does not work although the node is ready (one line); nothing when everything does.
    virtual std::optional<QByteArray> degradedReason() const { return std::nullopt; }
    virtual QByteArray metricsText() const = 0;
};

/// Where phones of a cluster should connect. Thread: any. Ownership: outlives the transports.
class ConnectionPlacement
{
public:
    virtual ~ConnectionPlacement() = default;
    /// Base URL of the node that should have a new connection of this user, or nothing if he may stay.
    virtual std::optional<QByteArray> elsewhere(QByteArrayView user) = 0;
};

/// What the host gives each transport on each I/O thread. All pointers outlive the worker.
struct IoServices
{
    int ioThread = 0; ///< 0 to the number of I/O threads - 1.
    QByteArray nodeId;
    const Clock *clock = nullptr;
    MetricsRegistry *metrics = nullptr;
    MessageIntake *intake = nullptr;
    MessageQueries *queries = nullptr;
    DeliveryPort *delivery = nullptr;
    Authenticator *authenticator = nullptr;
    NodeState *node = nullptr;
    StatusFeed *statusFeed = nullptr;
    SendLimits *sendLimits = nullptr;
    ReadReceipts *readReceipts = nullptr;
    Groups *groups = nullptr;
    Broadcasts *broadcasts = nullptr;
    Attachments *attachments = nullptr;
    const AttachmentLinks *attachmentLinks = nullptr; ///< Null: messages are shown without links.
    CircuitBreakers *breakers = nullptr;
    ConnectionPlacement *placement = nullptr; ///< Null: phones stay where they come.
    PresenceQueries *presence = nullptr; ///< Null: there is no other node.
    RequestForwarding *forwarding = nullptr; ///< Null: nothing is sent on to other nodes.
    const RetryPolicy *retryPolicy = nullptr; ///< For what transports call; delivery has it too.
};

} // namespace hudhud
