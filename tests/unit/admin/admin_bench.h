// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/admin_worker.h"
#include "deadletters/opened_store.h"
#include "ingest/plain_metrics.h"
#include "resilience/breaker_registry.h"
#include "rest/fakes.h"
#include "rest/open_api_check.h"
#include "security/token_creation.h"

#include <QCoreApplication>
#include <QDeadlineTimer>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>

namespace hudhud::fakes {

class KeptRoutes final : public MessageRouter
{
public:
    void route(std::span<const MessagePointer> messages) override
    {
        routed.insert(routed.end(), messages.begin(), messages.end());
    }
    void superseded(std::span<const MessagePointer>) override {}
    std::vector<MessagePointer> routed;
};

/// Remembers the patterns that it was asked to forget.
class PlainCache final : public Cache
{
public:
    Result<void> configure(const QJsonObject &, const PluginContext &) override { return {}; }
    Result<void> start() override { return {}; }
    void stop(std::chrono::milliseconds) override {}
    void get(std::vector<QByteArray>, Completion<std::vector<std::optional<CacheEntry>>>) override { Q_UNREACHABLE(); }
    void set(std::vector<std::pair<QByteArray, QByteArray>>, TimeToLive, Completion<void>) override { Q_UNREACHABLE(); }
    void remove(std::vector<QByteArray>, Completion<qint64>) override { Q_UNREACHABLE(); }
    void invalidatePattern(const QByteArray &pattern, Completion<qint64> completion) override
    {
        patterns.append(pattern);
        completion(3);
    }
    void increment(const QByteArray &, qint64, TimeToLive, Completion<qint64>) override { Q_UNREACHABLE(); }
    CacheMetrics metrics() const override
    {
        return {.entries = 4, .sizeBytes = 100, .hits = 3, .misses = 1, .evictions = 0, .expirations = 2};
    }
    void publish(const QByteArray &, const QByteArray &) override { Q_UNREACHABLE(); }
    quint64 subscribe(const QByteArray &, Subscriber) override { Q_UNREACHABLE(); }
    void unsubscribe(quint64) override { Q_UNREACHABLE(); }

    QByteArrayList patterns;
};

/// The admin API on the memory store. Every answer is checked against its OpenAPI document; what does not fit is in
/// `violations`.
class AdminBench
{
public:
    AdminBench()
        : worker(0, {.storage = store.client(),
                  .router = router,
                  .ids = store.ids,
                  .clock = store.clock,
                  .node = node,
                  .nodeId = "node-1",
                  .tokenKeys = keys,
                  .jwt = jwt,
                  .deadLetters = options,
                  .breakers = breakers,
                  .consistency = consistency,
                  .messageLimits = {},
                  .wakeJobs = [this] { ++wakes; },
                  .disconnectUser =
                      [this](const QByteArray &user) {
                          disconnected.append(user);
                          return 2;
                      },
                  .process = process,
                  .intake = intake,
                  .delivery = delivery,
                  .scaling = [this] { return scaling; },
                  .drain = [this] { ++drains; },
                  .redistribute = [this] { return redistribution; },
                  .hubs = [this] { return hubs; },
                  .inspectConnections =
                      [this](const std::shared_ptr<ConnectionInquiry> &inquiry) {
                          ConnectionSelector selector(inquiry->query());
                          for (const ConnectionInfo &connection : connections) {
                              if (selector.consider(ConnectionInfo(connection)) && inquiry->query().isClosing)
                                  closed.append(connection.connectionId);
                          }
                          inquiry->add(selector.take());
                      },
                  .backlogs = [this](std::move_only_function<void(Backlogs &&)> done) { done(Backlogs(backlogs)); },
                  .cache = cache,
                  .cacheName = "memory"},
                 metrics)
    {
        consistency.start(store.client());
        process.sampler().start(store.client());
        store.client().drain();
        if (!worker.mount(routes))
            qFatal("not mounted");
    }

    QByteArray token(const QByteArray &role, const QByteArray &subject = "amal")
    {
        TokenRequest request;
        request.claims = {{"sub", subject}};
        request.roles = {role};
        return "Bearer " + *createToken(jwt, request, store.clock);
    }
    HttpResponse send(HttpMethod method, const QByteArray &target, const QByteArray &body = {},
                      const QByteArray &role = "operator")
    {
        return sendWith(method, target, body,
                        {{"Authorization", token(role)}, {"Content-Type", "application/json"}});
    }
    HttpResponse sendWith(HttpMethod method, const QByteArray &target, const QByteArray &body, Headers headers)
    {
        const QByteArray path = "/api/v1/admin" + target.split('?').front();
        PlainRequest request;
        request.verb = method;
        request.location = path;
        request.queryText = target.contains('?') ? target.mid(target.indexOf('?') + 1) : QByteArray();
        request.content = body;
        request.headers = std::move(headers);
        const quint64 slot = ++m_slot;
        if (!routes.dispatch(request, HttpResponder(m_sink, slot)))
            return HttpResponse{.status = -1, .contentType = {}, .body = {}, .headers = {}, .closeConnection = false};
        request = PlainRequest(); // By now the real request is gone.
        // What other threads would answer comes by the event loop.
        QDeadlineTimer deadline(5'000);
        do {
            store.client().drain();
            QCoreApplication::processEvents();
            store.client().drain();
        } while (m_sink->answers.count(slot) == 0 && !deadline.hasExpired());
        if (m_sink->answers.count(slot) != 1) {
            violations.append(QStringLiteral("%1 answers to one request").arg(m_sink->answers.count(slot)));
            return {};
        }
        const HttpResponse answer = m_sink->answers.find(slot)->second;
        for (const QString &violation : check.violations(method, path, answer))
            violations.append(QString::fromUtf8(path) + QStringLiteral(" -> ") + violation);
        return answer;
    }
    HttpResponse get(const QByteArray &target) { return send(HttpMethod::Get, target, {}, "viewer"); }
    HttpResponse post(const QByteArray &target, const QByteArray &body = {})
    {
        return send(HttpMethod::Post, target, body);
    }
    /// Runs all jobs to their end.
    void finishJobs()
    {
        const auto jobs = store.reader().jobs().running();
        for (const Job &job : *jobs) {
            if (!store.writer().jobs().advance(job.id, 100'000, store.clock.now()))
                qFatal("no slice");
        }
    }
    AuditRecord lastAudit() { return store.reader().audit().list({})->front(); }

    static QJsonObject document()
    {
        QFile file(QStringLiteral(HUDHUD_SOURCE_DIR "/resources/openapi/hudhud-admin.json"));
        if (!file.open(QIODevice::ReadOnly))
            qFatal("cannot open %s", qPrintable(file.fileName()));
        return QJsonDocument::fromJson(file.readAll()).object();
    }

    OpenedStore store;
    KeptRoutes router;
    PlainNode node;
    JwtOptions jwt = [] {
        JwtOptions made;
        made.secret = "0123456789abcdef0123456789abcdef";
        return made;
    }();
    TokenKeys keys = *TokenKeys::load(jwt);
    DeadLetterOptions options;
    PlainMetrics metrics;
    BreakerRegistry breakers{{}, metrics, store.clock};
    ConsistencyService consistency{store.clock};
    int wakes = 0;
    QByteArrayList disconnected;
    std::vector<ProcessingNode> nodes;
    ScalingAdvice scaling;
    int drains = 0;
    Result<PhoneRedistribution::Plan> redistribution;
    std::vector<HubStatus> hubs;
    std::vector<ConnectionInfo> connections;
    QByteArrayList closed;
    Backlogs backlogs;
    PlainIntake intake{store.clock};
    PlainDelivery delivery;
    PlainCache cache;
    BufferMetrics buffer{.maxCapacity = 100};
    AdminProcess process{{.nodeId = "node-1",
                          .version = QStringLiteral("1.2.3"),
                          .metrics = metrics,
                          .clock = store.clock,
                          .node = node,
                          .breakers = breakers,
                          .nodes = [this] { return nodes; },
                          .hubs = [this] { return hubs; },
                          .buffer = [this] { return buffer; },
                          .plugins = {{.kind = QStringLiteral("storage"),
                                       .name = QStringLiteral("memory"),
                                       .version = QStringLiteral("0.1.0"),
                                       .state = QStringLiteral("started"),
                                       .selected = true,
                                       .settings = std::vector<admin::PluginSettingInfo>()}},
                          .configuration =
                              [] {
                                  return admin::ConfigurationInfo{.keys = {{.key = QStringLiteral("node.id"),
                                                                            .value = QStringLiteral("node-1"),
                                                                            .origin = QStringLiteral("default"),
                                                                            .type = QStringLiteral("string")}}};
                              }}};
    AdminWorker worker;
    PlainRoutes routes;
    OpenApiCheck check{document()};
    QStringList violations;

private:
    std::shared_ptr<KeptAnswers> m_sink = std::make_shared<KeptAnswers>();
    quint64 m_slot = 0;
};

inline QJsonObject jsonOf(const HttpResponse &answer)
{
    return QJsonDocument::fromJson(answer.body).object();
}
inline QString textOf(const HttpResponse &answer, const char *name)
{
    return jsonOf(answer).value(QLatin1StringView(name)).toString();
}
inline qint64 numberOf(const HttpResponse &answer, const char *name)
{
    return jsonOf(answer).value(QLatin1StringView(name)).toInteger(-1);
}
/// The fields that a problem names.
inline QStringList fieldsOf(const HttpResponse &answer)
{
    QStringList fields;
    const QJsonArray errors = jsonOf(answer).value(QLatin1StringView("errors")).toArray();
    for (const QJsonValue &error : errors)
        fields.append(error[QLatin1StringView("field")].toString());
    return fields;
}

} // namespace hudhud::fakes
