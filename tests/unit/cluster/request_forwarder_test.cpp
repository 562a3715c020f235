// SPDX-License-Identifier: GPL-3.0-or-later
#include "choosing_balancer.h"
#include "cluster/request_forwarder.h"
#include "delivery_fakes.h"
#include "resilience/breaker_registry.h"
#include "webhook/http_target.h"

#include <QTest>

using namespace hudhud;
using namespace std::chrono_literals;

class RequestForwarderTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_target = std::make_unique<HttpTarget>();
        QVERIFY(m_target->listen());
        m_options = {};
        m_isNear = true;
        m_metrics = std::make_unique<FakeMetrics>();
        m_clusterMetrics.emplace(*m_metrics);
        m_breakers = std::make_unique<BreakerRegistry>(BreakerOptions(), *m_metrics, m_clock);
        set({testNode("a"), targetNode()});
        m_capacity = std::make_unique<ClusterCapacity>("a", [this] { return m_nodes; }, m_clock);
        m_shared.reset(new RequestForwarder::Shared{.options = m_options,
                                                    .ownId = "a",
                                                    .nodes = [this] { return m_nodes; },
                                                    .balancer = m_balancer,
                                                    .capacity = *m_capacity,
                                                    .breakers = *m_breakers,
                                                    .clock = m_clock,
                                                    .metrics = *m_clusterMetrics,
                                                    .isNearCapacity = [this] { return m_isNear; }});
        m_forwarder = std::make_unique<RequestForwarder>(*m_shared);
    }
    void cleanup()
    {
        m_forwarder.reset();
        m_target.reset();
    }

    void isWantedWhileNearCapacityAndOthersHaveRoom()
    {
        QVERIFY(m_forwarder->isWanted());
        m_isNear = false;
        QVERIFY(!m_forwarder->isWanted());
        m_isNear = true;
        set({testNode("a"), testNode("b", NodeStatus::Offline)});
        m_capacity->invalidate();
        QVERIFY(!m_forwarder->isWanted());
    }

    void passesTheRequestAndTheAnswerOn()
    {
        m_target->script({"HTTP/1.1 202 Accepted\r\nContent-Length: 4\r\nContent-Type: application/json\r\n"
                          "Location: /api/v1/messages/x\r\nIdempotency-Replayed: true\r\nDate: today\r\n\r\n{  }"});
        const auto answer = forward({"/api/v1/messages", "Bearer hk_a", "key-1", "{\"a\":1}"});
        QVERIFY(answer.has_value());
        QCOMPARE(answer->status, 202);
        QCOMPARE(answer->contentType, QByteArray("application/json"));
        QCOMPARE(answer->body, QByteArray("{  }"));
        const std::vector<std::pair<QByteArray, QByteArray>> headers{{"Location", "/api/v1/messages/x"},
                                                                     {"Idempotency-Replayed", "true"}};
        QCOMPARE(answer->headers, headers);
        const HttpTarget::Request &request = m_target->requests().front();
        QCOMPARE(request.line, QByteArray("POST /api/v1/messages HTTP/1.1"));
        QCOMPARE(request.body, QByteArray("{\"a\":1}"));
        QCOMPARE(request.headers.value("authorization"), QByteArray("Bearer hk_a"));
        QCOMPARE(request.headers.value("idempotency-key"), QByteArray("key-1"));
        QCOMPARE(request.headers.value("content-type"), QByteArray("application/json"));
        QCOMPARE(request.headers.value("hudhud-forwarded-by"), QByteArray("a"));
        QCOMPARE(m_metrics->count("hudhud_cluster_forwarded_requests_total"), 1);
        QCOMPARE(m_metrics->level("hudhud_cluster_forwards_under_way"), 0);
    }

    void refusalsOfTheCallerArePassedOnAndThoseOfTheNodeComeBack()
    {
        m_target->script({HttpTarget::answer(422), refusal("buffer-full"), HttpTarget::answer(429)});
        QCOMPARE(forward(request())->status, 422);
        QCOMPARE(forward(request()), std::nullopt);
        QCOMPARE(forward(request())->status, 429);
        QCOMPARE(m_metrics->count("hudhud_cluster_refused_forwards_total"), 1);
        QCOMPARE(m_metrics->count("hudhud_cluster_forwarded_requests_total"), 2);
    }

    /// Of a batch that its store refuses a part may have been stored.
    void whatMayBeStoredInPartIsTakenHereOnlyUnderAKey()
    {
        m_target->script({refusal("storage-unavailable"), refusal("storage-unavailable")});
        QCOMPARE(forward(request())->status, 503);
        QCOMPARE(forward({"/api/v1/messages", "Bearer hk_a", "key-1", "{}"}), std::nullopt);
        QCOMPARE(m_metrics->count("hudhud_cluster_refused_forwards_total"), 1);
    }

    void nodesOfTheSameAddressAreNotAsked()
    {
        ProcessingNode own = testNode("a");
        own.endpoint = targetNode().endpoint;
        set({own, targetNode()});
        QCOMPARE(forward(request()), std::nullopt);
        QVERIFY(m_target->requests().empty());
    }

    void onlyHealthyOthersAreAsked()
    {
        ProcessingNode full = targetNode();
        full.currentActiveRequests = full.maxConcurrentRequests;
        for (const ProcessingNode &node : {targetNode(NodeStatus::Degraded), targetNode(NodeStatus::Unhealthy),
                                           targetNode(NodeStatus::Offline), full}) {
            set({testNode("a"), node});
            QCOMPARE(forward(request()), std::nullopt);
        }
        ProcessingNode own = targetNode();
        own.id = "a";
        set({own});
        QCOMPARE(forward(request()), std::nullopt);
        QVERIFY(m_target->requests().empty());
    }

    void whatWasNotSentComesBackAndOpensTheBreaker()
    {
        m_target->close();
        for (int i = 0; i < 5; ++i)
            QCOMPARE(forward(request()), std::nullopt);
        QCOMPARE(m_metrics->count("hudhud_cluster_failed_forwards_total"), 5);
        QCOMPARE(m_breakers->of("node-b").state(), BreakerState::Open);
        QCOMPARE(forward(request()), std::nullopt); // Nobody is asked.
        QCOMPARE(m_metrics->count("hudhud_cluster_failed_forwards_total"), 5);
    }

    void anotherNodeIsAskedWhereABreakerIsOpen()
    {
        m_breakers->of("node-b").trip("test");
        ProcessingNode other = targetNode();
        other.id = "c";
        set({testNode("a"), testNode("b"), other});
        QCOMPARE(forward(request())->status, 200);
    }

    void withoutAnAnswerOnlyWhatHasAKeyComesBack()
    {
        m_options.forwardTimeout = 100ms;
        m_target->script({{}, {}});
        PeerRequest repeatable = request();
        repeatable.idempotencyKey = "key-1";
        QCOMPARE(forward(repeatable), std::nullopt);
        const auto answer = forward(request());
        QVERIFY(answer.has_value());
        QCOMPARE(answer->status, 504);
        QVERIFY(answer->body.contains("\"code\":\"timeout\""));
        QCOMPARE(m_target->requests().size(), std::size_t(2)); // Each was sent once.
        QCOMPARE(m_metrics->count("hudhud_cluster_failed_forwards_total"), 2);
    }

    void anAnswerThatCannotBeReadIsNone()
    {
        for (const char *answer : {"HTTP/1.1 202 Accepted\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                                   "HTTP/1.1 202 Accepted\r\n\r\n", "HTTP/1.1 202 Accepted\r\nContent-Length: x\r\n\r\n",
                                   "SSH-2.0-OpenSSH\r\n\r\n", "HTTP/1.1 202 Accepted\r\nContent-Length\r\n\r\n"}) {
            m_target->script({answer});
            QCOMPARE(forward(request())->status, 504);
            m_breakers->of("node-b").reset();
        }
    }

    void noMoreThanTheLimitAreUnderWay()
    {
        m_options.maximumForwarded = 2;
        m_target->script({{}, {}});
        for (int i = 0; i < 2; ++i)
            m_forwarder->forward(request(), [](std::optional<HttpResponse>) {});
        QCOMPARE(forward(request()), std::nullopt);
        QCOMPARE(m_metrics->level("hudhud_cluster_forwards_under_way"), 2);
        m_forwarder.reset();
        QCOMPARE(m_metrics->level("hudhud_cluster_forwards_under_way"), 0);
        QCOMPARE(m_shared->underWay.load(), 0);
    }

private:
    static PeerRequest request() { return {"/api/v1/messages", "Bearer hk_a", {}, "{}"}; }
    static QByteArray refusal(const QByteArray &code)
    {
        const QByteArray body = "{\"type\":\"urn:hudhud:problem:" + code + "\"}";
        return "HTTP/1.1 503 Status\r\nRetry-After: 1\r\nContent-Length: " + QByteArray::number(body.size()) + "\r\n\r\n" + body;
    }
    ProcessingNode targetNode(NodeStatus status = NodeStatus::Healthy) const
    {
        ProcessingNode node = testNode("b", status);
        node.endpoint = "http://127.0.0.1:" + QByteArray::number(m_target->port());
        return node;
    }
    void set(std::vector<ProcessingNode> nodes)
    {
        m_nodes = std::make_shared<const std::vector<ProcessingNode>>(std::move(nodes));
    }
    /// Nothing: it came back.
    std::optional<HttpResponse> forward(PeerRequest peerRequest)
    {
        std::optional<std::optional<HttpResponse>> outcome;
        m_forwarder->forward(std::move(peerRequest),
                             [&outcome](std::optional<HttpResponse> answer) { outcome.emplace(std::move(answer)); });
        if (!QTest::qWaitFor([&outcome] { return outcome.has_value(); }, 60'000))
            qFatal("no completion");
        return *outcome;
    }

    ClusterOptions m_options;
    HeldClock m_clock;
    bool m_isNear = true;
    ChoosingBalancer m_balancer;
    NodeSnapshot m_nodes;
    std::unique_ptr<FakeMetrics> m_metrics;
    std::optional<ClusterMetrics> m_clusterMetrics;
    std::unique_ptr<BreakerRegistry> m_breakers;
    std::unique_ptr<ClusterCapacity> m_capacity;
    std::unique_ptr<RequestForwarder::Shared> m_shared;
    std::unique_ptr<RequestForwarder> m_forwarder;
    std::unique_ptr<HttpTarget> m_target;
};

QTEST_GUILESS_MAIN(RequestForwarderTest)
#include "request_forwarder_test.moc"
