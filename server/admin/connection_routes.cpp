// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/connection_parameters.h"
#include "admin/connection_values.h"
#include "admin/json_fields.h"
#include "admin/routes.h"

#include <array>

namespace hudhud {

namespace {

/// The connections of other nodes are theirs to tell. Result: whether it may go on.
bool isThisNode(const AdminContext &context, const QByteArray &node, HttpResponder &responder)
{
    if (node.isEmpty() || node == context.parts.nodeId)
        return true;
    context.refuse(responder,
                   Error(ErrorCode::Conflict,
                         QStringLiteral("This is the node %1; ask the admin endpoint of %2 for its connections.")
                             .arg(QString::fromUtf8(context.parts.nodeId), QString::fromUtf8(node.left(64)))));
    return false;
}

QString nodeName(const AdminContext &context)
{
    return QString::fromUtf8(context.parts.nodeId);
}

/// Adds what the store knows of the users on the page, then answers.
void respondPage(const AdminContextPointer &context, HttpResponder responder, admin::ConnectionPage page,
                 std::vector<QByteArray> users)
{
    context->parts.storage.read<std::vector<qint64>>(
        [users = std::move(users)](StorageReader &reader) { return readPending(reader, users); },
        [context, page = std::move(page),
         responder = std::move(responder)](const Result<std::vector<qint64>> &pending) mutable {
            for (std::size_t i = 0; pending && i < page.connections.size(); ++i)
                page.connections[i].pending = pending->at(i); // Without the store the page says less.
            context->respondValue(responder, page);
        });
}

void listConnections(const AdminContextPointer &context, const AdminRequest &request, HttpResponder responder)
{
    FieldProblems problems;
    ConnectionListQuery list = readConnectionListQuery(request.query, problems);
    if (!problems.isEmpty())
        return context->refuse(responder, problems);
    if (!isThisNode(*context, list.node, responder) || !mayReveal(*context, request, list.isRevealing, responder))
        return;
    const ConnectionOrder order = list.query.order;
    findConnections(
        context, std::move(list.query), std::move(responder),
        [request, order, data = PersonalData(list.isRevealing)](const AdminContextPointer &own, HttpResponder answer,
                                                                ConnectionSelection &&found) {
            admin::ConnectionPage page;
            page.node = nodeName(*own);
            page.total = found.total;
            page.matching = found.matching;
            page.revealed = data.isRevealed();
            std::vector<QByteArray> users;
            for (const ConnectionInfo &connection : found.rows) {
                page.connections.push_back(describeConnection(connection, data));
                users.push_back(connection.user);
            }
            if (found.remaining > std::ssize(found.rows) && !found.rows.empty())
                page.nextCursor = QString::fromLatin1(cursorText(placeOf(found.rows.back(), order)));
            auditReveal(*own, request, data.isRevealed(), "connections", std::ssize(found.rows));
            respondPage(own, std::move(answer), std::move(page), std::move(users));
        });
}

void countConnections(const AdminContextPointer &context, const AdminRequest &request, HttpResponder responder)
{
    FieldProblems problems;
    ConnectionListQuery list = readConnectionCountQuery(request.query, problems);
    if (!problems.isEmpty())
        return context->refuse(responder, problems);
    if (!isThisNode(*context, list.node, responder))
        return;
    findConnections(context, std::move(list.query), std::move(responder),
                    [](const AdminContextPointer &own, HttpResponder answer, ConnectionSelection &&found) {
                        own->respondValue(answer,
                                          admin::ConnectionCount{.node = nodeName(*own),
                                                                 .total = found.total,
                                                                 .matching = found.matching});
                    });
}

Error goneConnection()
{
    return {ErrorCode::NotFound, QStringLiteral("There is no such connection on this node (any more).")};
}

ConnectionQuery queryOf(const QByteArray &connectionId, bool isClosing)
{
    ConnectionQuery query;
    query.filter.connectionId = connectionId;
    query.limit = 1;
    query.isClosing = isClosing;
    return query;
}

void showConnection(const AdminContextPointer &context, const AdminRequest &request, HttpResponder responder)
{
    static constexpr std::array<QByteArrayView, 1> Known{"reveal"};
    FieldProblems problems;
    const bool isRevealing = readReveal(QueryReader(request.query, Known, problems));
    if (!problems.isEmpty())
        return context->refuse(responder, problems);
    if (!mayReveal(*context, request, isRevealing, responder))
        return;
    findConnections(
        context, queryOf(request.pathParameter, false), std::move(responder),
        [request, data = PersonalData(isRevealing)](const AdminContextPointer &own, HttpResponder answer,
                                                    ConnectionSelection &&found) {
            if (found.rows.empty())
                return own->refuse(answer, goneConnection());
            auditReveal(*own, request, data.isRevealed(), "connection", 1);
            admin::ConnectionDetail detail{.node = nodeName(*own),
                                           .revealed = data.isRevealed(),
                                           .connection = describeConnection(found.rows.front(), data)};
            own->parts.storage.read<std::vector<qint64>>(
                [users = std::vector{found.rows.front().user}](StorageReader &reader) { return readPending(reader, users); },
                [own, detail = std::move(detail),
                 answer = std::move(answer)](const Result<std::vector<qint64>> &pending) mutable {
                    if (pending)
                        detail.connection.pending = pending->front();
                    own->respondValue(answer, detail);
                });
        });
}

void disconnectOne(const AdminContextPointer &context, const AdminRequest &request, HttpResponder responder)
{
    QByteArray detail("{");
    appendText(detail, "connectionId", request.pathParameter);
    AuditRecord audit = context->auditOf(request, detail.append('}'));
    findConnections(context, queryOf(request.pathParameter, true), std::move(responder),
                    [audit = std::move(audit)](const AdminContextPointer &own, HttpResponder answer,
                                               ConnectionSelection &&found) mutable {
                        if (found.matching == 0) {
                            own->auditFailure(std::move(audit), goneConnection());
                            return own->refuse(answer, goneConnection());
                        }
                        audit.count = found.matching;
                        own->auditDone(std::move(audit));
                        QByteArray body("{");
                        appendNumber(body, "disconnected", found.matching);
                        own->respondJson(answer, std::move(body.append('}')));
                    });
}

void disconnectMatching(const AdminContextPointer &context, const AdminRequest &request, HttpResponder responder)
{
    const auto body = context->parse(request);
    if (!body)
        return context->refuse(responder, body.error());
    FieldProblems problems;
    const DisconnectRequest asked = readDisconnectRequest(*body, problems);
    if (!problems.isEmpty())
        return context->refuse(responder, problems);
    ConnectionQuery query;
    query.filter = asked.filter;
    query.limit = 0;
    query.isClosing = !asked.isDryRun;
    AuditRecord audit = context->auditOf(request, QJsonDocument::fromJson(request.body).toJson(QJsonDocument::Compact));
    findConnections(context, std::move(query), std::move(responder),
                    [audit = std::move(audit), isDryRun = asked.isDryRun](
                        const AdminContextPointer &own, HttpResponder answer, ConnectionSelection &&found) mutable {
                        if (!isDryRun) {
                            audit.count = found.matching;
                            own->auditDone(std::move(audit));
                        }
                        own->respondValue(answer,
                                          admin::DisconnectOutcome{.dryRun = isDryRun,
                                                                   .matching = found.matching,
                                                                   .disconnected = isDryRun ? 0 : found.matching});
                    });
}

} // namespace

Result<void> mountConnectionRoutes(RouteTable &routes, const AdminContextPointer &context)
{
    static constexpr AdminRoute Routes[] = {
        {HttpMethod::Get, "/connections", AdminRole::Viewer, "", listConnections},
        {HttpMethod::Get, "/connections/count", AdminRole::Viewer, "", countConnections},
        {HttpMethod::Post, "/connections/disconnect", AdminRole::Operator, "connections.disconnect", disconnectMatching},
        {HttpMethod::Get, "/connections/{id}", AdminRole::Viewer, "", showConnection},
        {HttpMethod::Post, "/connections/{id}/disconnect", AdminRole::Operator, "connection.disconnect", disconnectOne},
    };
    return addRoutes(routes, context, Routes);
}

} // namespace hudhud
