// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QHash>
#include <QJsonObject>
#include <QString>
#include <QStringList>

#include <chrono>
#include <optional>

namespace hudhud {

/// [node]
struct NodeOptions
{
    QByteArray id = "node-1"; ///< 1 to 64 characters of A-Z a-z 0-9 . _ -; written to every message event.
    QString dataDirectory = QStringLiteral("data");
    int ioThreads = 0; ///< 0: one per core.
    std::chrono::milliseconds shutdownDeadline{10'000};
    std::chrono::milliseconds drainTime{0}; ///< Before that, in which phones are sent to other nodes; 0: they all go at once.
};

/// [endpoints.<name>]
struct EndpointOptions
{
    QString listen; ///< "address:port"; port 0 takes a free one.
    QString tlsCertificate; ///< PEM file; empty: no TLS.
    QString tlsKey;
    qint64 maximumHeadBytes = 16 * 1024;
    qint64 maximumBodyBytes = 1024 * 1024;
    int maximumConnections = 100'000;
    int maximumConnectionsPerAddress
        = 0; ///< 0: no limit; carriers put thousands of phones behind one address.
    std::chrono::milliseconds headTimeout{10'000};
    std::chrono::milliseconds bodyTimeout{30'000};
    std::chrono::milliseconds idleTimeout{75'000};
    int maximumPipelinedRequests = 32; ///< Answers outstanding on one connection; reading pauses above.
    qint64 maximumWebSocketMessageBytes = 1024 * 1024;
    std::chrono::milliseconds webSocketCloseTimeout{5'000};
    qint64 webSocketLowMarkBytes = 16 * 1024; ///< `drained` is told below this.
};

/// [plugins]
struct PluginOptions
{
    QString path; ///< Empty: lib/hudhud/plugins beside the binary's folder.
    QString storage = QStringLiteral("sqlite");
    QString cache = QStringLiteral("memory");
    QString balancer = QStringLiteral("power-of-two");
    QString retry = QStringLiteral("exponential");
    QStringList transports{QStringLiteral("rest"), QStringLiteral("signalr")};
};

/// [ingest]
struct IngestOptions
{
    qint64 bufferMessages = 100'000; ///< Accepted from callers, not yet durable.
    qint64 bufferBytes = 256LL * 1024 * 1024;
    double nearCapacity = 0.8;
    std::chrono::seconds retryAfter{1};
    int messagesPerSecond = 0; ///< Of an API key that has no limit of its own; 0: no limit.
    qint64 messagesPerDay = 0; ///< The same for a UTC day.
    int maximumLimitedKeys = 10'000; ///< API keys whose limits are counted.
    qint64 recipientQueue = 10'000; ///< Undelivered messages of one recipient; 0: no limit.
};

/// [storage] (the plugins' own settings are in [storage.<plugin>])
struct StorageOptions
{
    int maximumBatch = 1'000; ///< Messages and changes in one transaction.
    qint64 maximumQueued = 200'000; ///< Writes waiting for the executor.
    int maximumQueuedReads = 20'000;
    std::chrono::milliseconds relaxedDelay{50}; ///< How long a status change may wait for company.
    std::chrono::milliseconds changeDelay{2}; ///< Acknowledgements wait for messages to share a commit with.
    std::chrono::milliseconds writeTimeout{10'000}; ///< A commit that takes longer hangs: nobody waits for it any more.
    std::chrono::hours retainDelivered{24 * 7};
    std::chrono::hours retainDeadLetters{24 * 90};
    std::chrono::milliseconds purgeInterval{60'000};
    QByteArray checkOnStart = "queue"; ///< How much of the store is checked and mended: none, queue or all.
};

/// [delivery]
struct DeliveryOptions
{
    std::chrono::milliseconds ackTimeout{30'000};
    int window = 64; ///< Pushed and unacknowledged messages per connection.
    int pageSize = 50; ///< Messages in one ReceivePendingMessages.
    int deliveryLimit = 20; ///< Pushes of one message, whatever ended them.
    QString devices = QStringLiteral("all"); ///< "all" or "first-ack": see Receiver::withdrawn.
    std::chrono::milliseconds lease{60'000}; ///< A Processing message is claimed by the sweeper after this.
    std::chrono::milliseconds sweepInterval{1'000};
    int sweepBatch = 500;
    qint64 slowReaderBytes = 256 * 1024; ///< Unsent bytes at which pushing pauses.
    std::chrono::milliseconds slowReaderTimeout{30'000};
};

/// [cluster]: several nodes on one store.
struct ClusterOptions
{
    bool isEnabled = false;
    QString endpoint; ///< Base URL under which the other nodes and phones reach this one; empty: what it listens on.
    std::chrono::milliseconds heartbeatInterval{5'000};
    std::chrono::milliseconds presenceInterval{10'000}; ///< All connected recipients are written anew in this time.
    std::chrono::milliseconds repairInterval{15'000};
    qint64 maximumWaiting = 100'000; ///< Messages that wait to be offered to other nodes.
    bool redirectsPhones = false; ///< A node sends new connections to the node that plugins.balancer chooses.
    bool forwardsRequests = true; ///< A node near its capacity offers new messages to the node that plugins.balancer chooses.
    std::chrono::milliseconds forwardTimeout{5'000}; ///< Until the other node has answered.
    int maximumForwarded = 256; ///< Requests under way to other nodes at once.
    double redistributionTolerance = 0.1; ///< How far above the mean a node's phones may be before some are sent away.
    int redistributionRate = 50; ///< Phones sent away a second; 0: none unless an operator asks.
};

/// [scaling]: how many nodes the cluster asks for.
struct ScalingOptions
{
    int minimumNodes = 1;
    int maximumNodes = 20;
    double targetUse = 0.7; ///< Of each of a node's means: processors, connections, messages.
    qint64 connectionsPerNode = 50'000;
    qint64 messagesPerNode = 50'000; ///< Accepted and not yet durable.
    std::chrono::milliseconds outAfter{30'000}; ///< How long more nodes must be needed.
    std::chrono::milliseconds inAfter{600'000}; ///< How long fewer must have been enough.
};

/// [dead_letters]
struct DeadLetterOptions
{
    int slice = 500; ///< Dead letters moved in one transaction.
    int maximumRunning = 4; ///< Jobs that move at the same time; further ones wait.
    qint64 maximumSelection = 1'000'000; ///< Of one job.
    std::chrono::hours undoWindow{24 * 7}; ///< How long a discarded letter can be restored.
    std::chrono::hours retainJobs{24 * 90}; ///< After their end.
    std::chrono::hours retainAudit{24 * 400};
    bool redrive = false; ///< Replay on its own when the recipient is connected again.
    int redriveGenerations = 2; ///< Replays of one message after which it is left alone.
    std::chrono::milliseconds redriveAfter{600'000}; ///< How long a letter rests before.
    std::chrono::milliseconds redriveInterval{60'000};
    int redriveRate = 100; ///< Messages per second of such a job; 0: no limit.
};

/// [fanout]
struct FanOutOptions
{
    int slice = 500; ///< Messages of a broadcast in one transaction.
    int maximumRunning = 1'000; ///< Broadcasts that are not wholly stored yet.
    qint64 maximumGroups = 100'000;
    qint64 maximumGroupMembers = 10'000'000; ///< Of one group.
    std::chrono::hours retainBroadcasts{24 * 7}; ///< The progress of ended ones; their messages are kept like others.
};

/// [attachments]
struct AttachmentOptions
{
    qint64 maximumSize = 5LL * 1024 * 1024; ///< Of one file.
    QStringList allowedTypes{QStringLiteral("image/*"),          QStringLiteral("audio/*"),
                             QStringLiteral("video/*"),          QStringLiteral("text/plain"),
                             QStringLiteral("text/csv"),         QStringLiteral("text/calendar"),
                             QStringLiteral("text/vcard"),       QStringLiteral("application/pdf"),
                             QStringLiteral("application/zip"),  QStringLiteral("application/json"),
                             QStringLiteral("application/octet-stream")};
    qint64 maximumTotal = 10LL * 1024 * 1024 * 1024; ///< Bytes of all of them.
    std::chrono::seconds linkLifetime{24 * 3'600};
    std::chrono::milliseconds unusedLifetime{24 * 3'600'000}; ///< Of those that no message has named.
    std::chrono::milliseconds sweepInterval{60'000};
    QString publicUrl; ///< Before the path of links, without a slash at the end; empty: links are paths.
};

/// [breakers]: when the node stops calling a dependency that fails, and when it tries again.
struct BreakerOptions
{
    int consecutiveFailures = 5;
    double failureRate = 0.5; ///< Share of the calls in the window.
    int minimumCalls = 20; ///< In the window, before the share counts.
    std::chrono::milliseconds window{10'000};
    std::chrono::milliseconds recoveryTimeout{30'000};
    int trialCalls = 1; ///< Let through when half-open; all have to succeed.
};

/// [security.jwt]
struct JwtOptions
{
    QByteArray algorithm = "HS256"; ///< "HS256" or "RS256"; the token's own header never decides.
    QByteArray secret; ///< HS256: at least 32 bytes.
    QString keyFile; ///< RS256: PEM public key; HS256: a file that holds the secret.
    QByteArray recipientClaim = "mobile_number";
    QByteArray issuer; ///< Empty: not checked.
    QByteArray audience; ///< Empty: not checked.
    bool requireExpiry = true; ///< Refuse tokens without exp.
    std::chrono::seconds leeway{30};
};

/// [log]
struct LogOptions
{
    QString level = QStringLiteral("info"); ///< debug, info, warning, error.
    QString format = QStringLiteral("auto"); ///< human, json; auto: human on a terminal.
};

/// The whole configuration, checked. An immutable value; a reload makes a new one.
struct Configuration
{
    NodeOptions node;
    QHash<QByteArray, EndpointOptions> endpoints; ///< "public" and "admin" always exist.
    PluginOptions plugins;
    IngestOptions ingest;
    StorageOptions storage;
    DeliveryOptions delivery;
    ClusterOptions cluster;
    ScalingOptions scaling;
    DeadLetterOptions deadLetters;
    FanOutOptions fanOut;
    AttachmentOptions attachments;
    BreakerOptions breakers;
    JwtOptions jwt;
    LogOptions log;
    /// The settings of each plugin as written, by "kind.name": [storage.sqlite] is "storage.sqlite". Checked
    /// against the plugin's own schema by the plugin host.
    QHash<QByteArray, QJsonObject> pluginSettings;
    /// Where each key was set, for messages: "storage.sqlite.path" -> "/etc/hudhud.toml:12" or
    /// "HUDHUD_NODE__ID".
    QHash<QByteArray, QString> origins;
};

} // namespace hudhud
