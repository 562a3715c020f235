// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/admin_access.h"
#include "admin/admin_process.h"
#include "cluster/phone_redistribution.h"
#include "cluster/scaling_advisor.h"
#include "config/configuration.h"
#include "core/message_id.h"
#include "delivery/message_router.h"
#include "plugin-api/cache.h"
#include "plugin-api/circuit_breaker.h"
#include "plugin-api/connections.h"
#include "plugin-api/hub_metrics.h"
#include "plugin-api/job_store.h"
#include "plugin-api/services.h"
#include "problem.h"
#include "request_parser.h"
#include "rest_options.h"
#include "signalr/loop_port.h"
#include "storage/consistency_service.h"
#include "storage/storage_client.h"

#include <QJsonDocument>

#include <functional>
#include <memory>
#include <span>
#include <unordered_map>
#include <vector>

namespace hudhud {

/// What the admin API needs of one I/O thread. All references outlive the worker.
struct AdminParts
{
    StorageClient &storage;
    MessageRouter &router;
    MessageIdGenerator &ids;
    const Clock &clock;
    NodeState &node;
    QByteArray nodeId;
    const TokenKeys &tokenKeys;
    const JwtOptions &jwt;
    const DeadLetterOptions &deadLetters;
    CircuitBreakers &breakers;
    ConsistencyService &consistency;
    /// The limits of posted messages, which hold for edited ones too.
    RestOptions messageLimits;
    /// Tells that jobs were created or changed. Any thread.
    std::function<void()> wakeJobs;
    /// Closes a user's connections. Result: how many. Any thread.
    std::function<qsizetype(const QByteArray &user)> disconnectUser;
    /// What all threads share.
    AdminProcess &process;
    MessageIntake &intake;
    DeliveryPort &delivery;
    /// How many nodes there should be; one while the node is alone. Any thread.
    std::function<ScalingAdvice()> scaling;
    /// Sends the phones to other nodes, then ends the process. Any thread.
    std::function<void()> drain;
    /// Sends the phones that this node has above its share to other nodes. Errors: Conflict. Any thread.
    std::function<Result<PhoneRedistribution::Plan>()> redistribute;
    /// Of all transports. Any thread.
    std::function<std::vector<HubStatus>()> hubs;
    /// Asks all transports. Any thread.
    std::function<void(const std::shared_ptr<ConnectionInquiry> &)> inspectConnections;
    /// Asks all I/O threads what they have in hand; the answer comes on any thread. Any thread.
    std::function<void(std::move_only_function<void(Backlogs &&)>)> backlogs;
    Cache &cache;
    QByteArray cacheName;
};

/// What handlers need of a request, when the request itself may be gone.
struct AdminRequest
{
    QByteArray pathParameter;
    QByteArray query; ///< Still percent-encoded.
    QByteArray body;
    bool isJson = false;
    QByteArray action; ///< As in AuditRecord.
    QByteArray actor;
    QByteArray address;
    AdminRole role = AdminRole::Viewer;
    std::optional<Timestamp> tokenExpiresAt = {};
};

/// Requests that wait for other threads; those never touch them. Thread: one. Bounds: the endpoint's open requests.
class WaitingResponders
{
public:
    quint64 add(HttpResponder responder)
    {
        m_responders.emplace(++m_lastTicket, std::move(responder));
        return m_lastTicket;
    }
    /// Once for each ticket.
    HttpResponder take(quint64 ticket) { return std::move(m_responders.extract(ticket).mapped()); }

private:
    std::unordered_map<quint64, HttpResponder> m_responders;
    quint64 m_lastTicket = 0;
};

/// What the routes of one I/O thread share. Thread: that I/O thread. Ownership: shared by the routes and by requests that
/// wait for the store.
struct AdminContext
{
    explicit AdminContext(const AdminParts &adminParts);

    void respond(HttpResponder &responder, HttpResponse &&response) const;
    void respondJson(HttpResponder &responder, QByteArray &&body, int status = 200) const;
    /// A value of shared/admin-api.
    template <admin::Described T> void respondValue(HttpResponder &responder, const T &value, int status = 200) const
    {
        respondJson(responder, QJsonDocument(admin::toObject(value)).toJson(QJsonDocument::Compact), status);
    }
    void refuse(HttpResponder &responder, const Error &error) const;
    void refuse(HttpResponder &responder, const FieldProblems &problems) const;

    /// The body's object, valid until the next call. Errors: Unsupported, InvalidRequest.
    Result<simdjson::dom::object> parse(const AdminRequest &request);
    /// A record of what the request is about to do, with the result ok.
    AuditRecord auditOf(const AdminRequest &request, QByteArray detail) const;
    /// Stores what was done; the answer does not wait for it.
    void auditDone(AuditRecord record) const;
    /// Stores that it did not work, beside the answer that says so.
    void auditFailure(AuditRecord record, const Error &error) const;

    AdminParts parts;
    /// The way back to this thread for those who answer on others.
    std::shared_ptr<LoopPort> port = std::make_shared<LoopPort>();
    WaitingResponders waiting;
    AdminAccess access;
    RequestParser parser;
    bool draining = false; ///< Answers close their connections.
};

using AdminContextPointer = std::shared_ptr<AdminContext>;
using AdminHandler = void (*)(const AdminContextPointer &context, const AdminRequest &request, HttpResponder responder);

/// 429: the address has shown too many bad tokens.
HttpResponse tooManyBadTokens(std::chrono::seconds wait);

/// Lets `handler` see only requests of operators who have `role`; others get 401 or 403. A refused change is audited.
/// `action` must be a literal; empty for what only looks.
HttpHandler allowed(const AdminContextPointer &context, AdminRole role, const char *action, AdminHandler handler);

/// One operation below /api/v1/admin.
struct AdminRoute
{
    HttpMethod method;
    const char *path;
    AdminRole role;
    const char *action; ///< As for `allowed`.
    AdminHandler handler;
};
Result<void> addRoutes(RouteTable &table, const AdminContextPointer &context, std::span<const AdminRoute> routes);

} // namespace hudhud
