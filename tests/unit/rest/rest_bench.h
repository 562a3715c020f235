// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "fakes.h"
#include "open_api_check.h"
#include "rest_transport.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QTest>

namespace hudhud::fakes {

/// The REST transport with everything around it held in the hand. Every answer is checked against the OpenAPI
/// document; what does not fit is in `violations`.
class RestBench
{
public:
    /// `more` changes what the transport is given.
    explicit RestBench(const QJsonObject &settings = {}, const std::function<void(IoServices &)> &more = {})
    {
        authenticator.keys = {{"Bearer hk_all", {7, "shop", {"send", "read"}, *Recipient::fromString("9671234567"), 0, 0}},
                              {"Bearer hk_send", {8, "sender", {"send"}, {}, 0, 0}},
                              {"Bearer hk_read", {9, "reader", {"read"}, {}, 0, 0}}};
        const PluginContext context{
            .name = "rest", .nodeId = "node-1", .dataDirectory = {}, .clock = &clock, .metrics = &metrics};
        ready = transport.configure(settings, context) && transport.start();
        if (!ready)
            return;
        IoServices given = services();
        if (more)
            more(given);
        worker = transport.createWorker(given).value();
        ready = worker->mount("public", publicRoutes) && worker->mount("admin", adminRoutes);
    }

    IoServices services()
    {
        return IoServices{.ioThread = 0,
                          .nodeId = "node-1",
                          .clock = &clock,
                          .metrics = &metrics,
                          .intake = &intake,
                          .queries = &queries,
                          .delivery = &delivery,
                          .authenticator = &authenticator,
                          .node = &node,
                          .sendLimits = &limits,
                          .groups = &groups,
                          .broadcasts = &broadcasts,
                          .attachments = &attachments,
                          .attachmentLinks = &links};
    }

    /// `target`: path with query. Without an Authorization header the key with both scopes is used.
    HttpResponse send(HttpMethod method, const QByteArray &target, const QByteArray &body = {},
                      Headers headers = {})
    {
        return sendTo(publicRoutes, method, target, body, std::move(headers));
    }
    HttpResponse post(const QByteArray &target, const QByteArray &body, Headers headers = {})
    {
        headers.emplace_back("Content-Type", "application/json");
        return send(HttpMethod::Post, target, body, std::move(headers));
    }
    HttpResponse get(const QByteArray &target) { return send(HttpMethod::Get, target); }

    HttpResponse sendTo(PlainRoutes &routes, HttpMethod method, const QByteArray &target,
                        const QByteArray &body, Headers headers)
    {
        PlainRequest request;
        request.verb = method;
        request.location = target.split('?').front();
        request.queryText = target.contains('?') ? target.mid(target.indexOf('?') + 1) : QByteArray();
        request.content = body;
        headers.emplace_back("Authorization", "Bearer hk_all");
        request.headers = std::move(headers);
        const quint64 slot = ++m_slot;
        if (!routes.dispatch(request, HttpResponder(m_sink, slot)))
            return HttpResponse{
                .status = -1, .contentType = {}, .body = {}, .headers = {}, .closeConnection = false};
        while (!authenticator.waiting.empty()) {
            // By now the real request is gone.
            request = PlainRequest();
            auto work = std::move(authenticator.waiting.front());
            authenticator.waiting.pop_front();
            work();
        }
        if (m_sink->answers.count(slot) != 1) {
            violations.append(QStringLiteral("%1 answers to one request").arg(m_sink->answers.count(slot)));
            return {};
        }
        const HttpResponse answer = m_sink->answers.find(slot)->second;
        const QByteArray path = target.split('?').front();
        for (const QString &violation : check.violations(method, path, answer))
            violations.append(QString::fromUtf8(path) + QStringLiteral(" -> ") + violation);
        return answer;
    }

    HeldClock clock;
    PlainMetrics metrics;
    PlainIntake intake{clock};
    PlainQueries queries;
    PlainDelivery delivery;
    PlainAuthenticator authenticator;
    PlainNode node;
    PlainLimits limits;
    PlainGroups groups;
    PlainBroadcasts broadcasts{clock};
    PlainAttachments attachments{clock};
    PlainLinks links;
    OpenApiCheck check = OpenApiCheck::fromSource(QStringLiteral(HUDHUD_SOURCE_DIR));
    QStringList violations;
    RestTransport transport;
    PlainRoutes publicRoutes;
    PlainRoutes adminRoutes;
    std::unique_ptr<TransportWorker> worker;
    bool ready = false;

private:
    std::shared_ptr<KeptAnswers> m_sink = std::make_shared<KeptAnswers>();
    quint64 m_slot = 0;
};

inline QJsonObject jsonOf(const HttpResponse &answer)
{
    return QJsonDocument::fromJson(answer.body).object();
}
inline QByteArray headerOf(const HttpResponse &answer, const QByteArray &name)
{
    for (const auto &[key, value] : answer.headers) {
        if (key == name)
            return value;
    }
    return {};
}
/// The `errors` of a problem: field to message.
inline QMap<QString, QString> errorsOf(const QJsonObject &problem)
{
    QMap<QString, QString> errors;
    for (const QJsonValue &error : problem.value(QLatin1String("errors")).toArray())
        errors.insert(error[QLatin1String("field")].toString(), error[QLatin1String("message")].toString());
    return errors;
}
inline QString codeOf(const HttpResponse &answer)
{
    return jsonOf(answer).value(QLatin1String("code")).toString();
}

} // namespace hudhud::fakes
