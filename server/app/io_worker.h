// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/admin_worker.h"
#include "attachments/stored_attachments.h"
#include "cluster/phone_redistribution.h"
#include "cluster/request_forwarder.h"
#include "config/configuration.h"
#include "core/message_id.h"
#include "deadletters/dead_letter_service.h"
#include "delivery/delivery.h"
#include "delivery/stored_read_receipts.h"
#include "fanout/stored_broadcasts.h"
#include "fanout/stored_groups.h"
#include "http/endpoint.h"
#include "ingest/ingest.h"
#include "ingest/storage_queries.h"
#include "plugin-api/transport.h"
#include "security/request_authenticator.h"
#include "storage/storage_executor.h"

#include <map>
#include <memory>
#include <vector>

namespace hudhud {

/// What all I/O threads share. Outlives the workers.
struct IoWorkerParts
{
    const Configuration &configuration;
    const Clock &clock;
    MetricsRegistry &metrics;
    MessageIdGenerator &ids;
    MessageBuffer &buffer;
    RecipientQueues &queues;
    SendLimits &sendLimits;
    StorageExecutor &executor;
    Delivery &delivery;
    DeadLetterService &deadLetters;
    FanOut &fanOut;
    const AttachmentFiles &attachmentFiles;
    const AttachmentMetrics &attachmentMetrics;
    const AttachmentLinks &attachmentLinks;
    DiskThreads &disk;
    NodeState &node;
    AdminProcess &admin;
    std::function<ScalingAdvice()> scaling; ///< Any thread.
    std::function<void()> drain; ///< Drains and stops the node. Any thread.
    std::function<Result<PhoneRedistribution::Plan>()> redistribute; ///< Any thread.
    /// Asks all I/O threads what they have in hand; the answer comes on any thread. Any thread.
    std::function<void(std::move_only_function<void(Backlogs &&)>)> backlogs;
    Cache &cache;
    ConnectionPlacement *placement = nullptr; ///< Null: phones stay where they come.
    PresenceQueries *presence = nullptr; ///< Null while the node is alone.
    RequestForwarder::Shared *forwarding = nullptr; ///< Null: requests stay where they come.
    CircuitBreakers &breakers;
    ConsistencyService &consistency;
    const RetryPolicy &retryPolicy;
    const TokenKeys &tokenKeys;
    RestOptions messageLimits; ///< Of posted messages, for edited ones.
    std::vector<Transport *> transports;
    /// By endpoint name; one object for all threads.
    std::map<QByteArray, std::shared_ptr<ConnectionLimits>> limits;
};

/// Everything of one I/O thread, in the order of the way of a message. Thread: created, used and destroyed on it.
class IoWorker
{
public:
    using Done = std::move_only_function<void()>;

    IoWorker(int index, const IoWorkerParts &parts);
    ~IoWorker();

    /// Creates the transports' workers and mounts their routes, and those of the operators.
    Result<void> mount();
    /// Opens this thread's listening socket of an endpoint. `port` other than 0 replaces the configured one.
    /// Result: the port.
    Result<quint16> listen(const QByteArray &endpoint, quint16 port);

    /// What this thread has in hand for its recipients.
    void addBacklogs(Backlogs &backlogs) const { m_delivery->addBacklogs(backlogs); }

    /// Tells the phones to go elsewhere, evenly within that time; a stop follows.
    void beginDrain(std::chrono::milliseconds within);

    /// Tells a part of the phones to connect anew, evenly within that time.
    void sendAway(double share, std::chrono::milliseconds within);

    // The steps of a stop, in this order; each tells when it is done.
    /// Takes no new connections and no new messages; done when everything accepted is durable and answered.
    void refuse(Done done);
    /// Tells the phones to go elsewhere and puts back what they had not acknowledged.
    void drain(Done done);
    /// Done when every connection has ended, at the latest after `deadline`.
    void close(std::chrono::milliseconds deadline, Done done);

private:
    const IoWorkerParts &m_parts;
    std::unique_ptr<StorageClient> m_storage;
    std::unique_ptr<DeliveryWorker> m_delivery;
    Ingest m_ingest;
    StorageQueries m_queries;
    StoredReadReceipts m_readReceipts;
    StoredGroups m_groups;
    StoredBroadcasts m_broadcasts;
    StoredAttachments m_attachments;
    RequestAuthenticator m_authenticator;
    ThreadStatusFeed m_statusFeed;
    std::unique_ptr<RequestForwarder> m_forwarder; ///< Null: requests stay where they come.
    IoServices m_services;
    AdminWorker m_admin;
    std::vector<std::unique_ptr<TransportWorker>> m_transports;
    std::map<QByteArray, std::unique_ptr<Endpoint>> m_endpoints;
};

} // namespace hudhud
