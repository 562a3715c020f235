// SPDX-License-Identifier: GPL-3.0-or-later
// Requests and answers of the admin API, and a session that loses its server and finds it again. No widgets.
#include "connection/session.h"
#include "fake_admin.h"
#include "models/dead_letters.h"
#include "models/metrics_history.h"

#include <QJsonArray>
#include <QSignalSpy>
#include <QTest>

#include <cmath>
#include <memory>
#include <optional>

namespace hudhud::console {

using namespace Qt::StringLiterals;
using Kind = AdminError::Kind;

namespace {

constexpr int Limit = 60'000; // ms

/// Waits for the answer.
Result<QJsonObject> ask(AdminClient &client, const AdminRequest &request)
{
    QObject context;
    std::optional<Result<QJsonObject>> result;
    client.send(request, &context, [&result](const Result<QJsonObject> &answer) { result = answer; });
    if (!QTest::qWaitFor([&result] { return result.has_value(); }, Limit))
        return std::unexpected(AdminError{});
    return *result;
}

ConnectionProfile profileOf(const test::FakeAdmin &fake, bool readOnly = false)
{
    return {.id = u"test"_s, .name = u"Test"_s, .url = fake.url(), .readOnly = readOnly};
}

} // namespace

class AdminClientTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void sendsTheToken();
    void readsProblems();
    void readOnlyProfilesChangeNothing();
    void refusesMoreThanItsLimit();
    void forgetsWhoIsGone();
    void showsRequestsAsCommands();
    void makesBodiesOfSelections();
    void comesBack();
    void keepsAnHourOfHistory();
};

void AdminClientTest::sendsTheToken()
{
    test::FakeAdmin fake;
    fake.answer("GET", u"/queues"_s, {{u"pending"_s, 7}});
    AdminClient client(profileOf(fake));
    client.setToken(u"abc"_s);
    const auto answer = ask(client, AdminRequest::get(u"/queues"_s));
    QVERIFY(answer);
    QCOMPARE((*answer)["pending"_L1].toInt(), 7);
    QCOMPARE(fake.lastRequest(u"/queues"_s).authorization, "Bearer abc");
}

void AdminClientTest::readsProblems()
{
    test::FakeAdmin fake;
    AdminClient client(profileOf(fake));
    fake.on("POST", u"/dlq/replay"_s, [](const test::FakeAdmin::Request &) {
        auto answer = test::FakeAdmin::problem(400, u"The request is wrong."_s);
        answer.json.insert(u"errors"_s,
                           QJsonArray{QJsonObject{{u"field"_s, u"rate"_s}, {u"message"_s, u"too high"_s}}});
        return answer;
    });
    auto answer = ask(client, AdminRequest::change("POST", u"/dlq/replay"_s, {{u"rate"_s, -1}}));
    QVERIFY(!answer);
    QCOMPARE(answer.error().kind, Kind::Refused);
    QCOMPARE(answer.error().fields.size(), 1);
    QVERIFY(answer.error().text().contains("rate: too high"_L1));
    for (const auto &[status, kind] :
         {std::pair{401, Kind::Unauthorized}, {403, Kind::Forbidden}, {404, Kind::NotFound}}) {
        fake.answer("GET", u"/queues"_s, {}, status);
        answer = ask(client, AdminRequest::get(u"/queues"_s));
        QVERIFY(!answer);
        QCOMPARE(answer.error().kind, kind);
        QCOMPARE(answer.error().status, status);
    }
    fake.setDown(true);
    answer = ask(client, AdminRequest::get(u"/queues"_s));
    QVERIFY(!answer);
    QCOMPARE(answer.error().kind, Kind::Unreachable);
}

void AdminClientTest::readOnlyProfilesChangeNothing()
{
    test::FakeAdmin fake;
    test::fillFakeAdmin(fake, 10);
    AdminClient client(profileOf(fake, true));
    const auto changed
        = ask(client, AdminRequest::change("POST", u"/dlq/replay"_s, {{u"filter"_s, QJsonObject{}}}));
    QVERIFY(!changed);
    QCOMPARE(changed.error().kind, Kind::ReadOnly);
    QCOMPARE(fake.countRequests(u"/dlq/replay"_s), 0);
    QVERIFY(ask(client, AdminRequest::ask(u"/dlq/replay/dry-run"_s, {{u"filter"_s, QJsonObject{}}})));
}

void AdminClientTest::refusesMoreThanItsLimit()
{
    test::FakeAdmin fake;
    fake.answer("GET", u"/queues"_s, {});
    AdminClient client(profileOf(fake));
    int answered = 0;
    int busy = 0;
    const int sent = AdminClient::MaximumUnderWay + AdminClient::MaximumWaiting + 5;
    for (int i = 0; i < sent; ++i) {
        client.send(AdminRequest::get(u"/queues"_s), this, [&](const Result<QJsonObject> &answer) {
            ++answered;
            busy += !answer && answer.error().kind == Kind::Busy ? 1 : 0;
        });
    }
    QCOMPARE(answered, 0); // Never from within send.
    QTRY_COMPARE_WITH_TIMEOUT(answered, sent, Limit);
    QCOMPARE(busy, 5);
}

void AdminClientTest::forgetsWhoIsGone()
{
    test::FakeAdmin fake;
    fake.answer("GET", u"/queues"_s, {});
    AdminClient client(profileOf(fake));
    bool called = false;
    auto context = std::make_unique<QObject>();
    client.send(AdminRequest::get(u"/queues"_s), context.get(),
                [&called](const Result<QJsonObject> &) { called = true; });
    context.reset();
    QVERIFY(ask(client, AdminRequest::get(u"/queues"_s)));
    QVERIFY(!called);
}

void AdminClientTest::showsRequestsAsCommands()
{
    const QUrl server(u"https://push.example.org:8081/"_s);
    const AdminRequest list = AdminRequest::get(u"/dlq"_s, {{u"reason"_s, u"rejected"_s}});
    QCOMPARE(
        list.asCurl(server),
        u"curl -H \"Authorization: Bearer $HUDHUD_TOKEN\" 'https://push.example.org:8081/api/v1/admin/dlq?reason=rejected'"_s);
    const AdminRequest change = AdminRequest::change("POST", u"/drain"_s, {{u"reason"_s, u"it's late"_s}});
    QVERIFY(change.asCurl(server).contains("-X POST"_L1));
    QVERIFY(change.asCurl(server).contains(u"-d '{\"reason\":\"it'\\''s late\"}'"_s));
}

void AdminClientTest::makesBodiesOfSelections()
{
    DeadLetterSelection some{.ids = {u"a"_s, u"b"_s}, .filter = {{u"reason"_s, u"rejected"_s}}};
    QCOMPARE(some.json(), (QJsonObject{{u"ids"_s, QJsonArray{u"a"_s, u"b"_s}}}));
    some.ids.clear();
    some.filter.addQueryItem(u"minimumAttempts"_s, u"3"_s);
    some.filter.addQueryItem(u"signature"_s, QString::fromLatin1(QUrl::toPercentEncoding(u"a + b # 100%"_s)));
    const QJsonObject filter = some.json()["filter"_L1].toObject();
    QCOMPARE(filter["reason"_L1], u"rejected"_s);
    QCOMPARE(filter["minimumAttempts"_L1], 3);
    QCOMPARE(filter["signature"_L1], u"a + b # 100%"_s);
    ReplayOptions options;
    options.rate = 20;
    options.canaryCount = 0;
    const QJsonObject replay = options.json(some);
    QCOMPARE(replay["rate"_L1], 20);
    QVERIFY(!replay.contains("canary"_L1));
}

void AdminClientTest::comesBack()
{
    test::FakeAdmin fake;
    test::fillFakeAdmin(fake, 1);
    Session session(profileOf(fake), u"token"_s);
    const QSignalSpy restored(&session, &Session::restored);
    session.start();
    QTRY_COMPARE_WITH_TIMEOUT(session.operatorName(), u"amal"_s, Limit);
    QCOMPARE(session.state(), Session::State::Connected);
    QCOMPARE(session.role(), Session::Role::Admin);
    QVERIFY(session.mayChange());
    QVERIFY(session.dataAge());
    fake.setDown(true);
    QVERIFY(!ask(session.client(), AdminRequest::get(u"/queues"_s)));
    QCOMPARE(session.state(), Session::State::Lost);
    fake.setDown(false);
    QTRY_COMPARE_WITH_TIMEOUT(restored.count(), 1, Limit);
    QCOMPARE(session.state(), Session::State::Connected);
}

void AdminClientTest::keepsAnHourOfHistory()
{
    const auto sample = [](int second) {
        return QJsonObject{
            {u"time"_s, QDateTime::fromSecsSinceEpoch(second, Qt::UTC).toString(Qt::ISODateWithMs)},
            {u"acceptedPerSecond"_s, second}};
    };
    MetricsHistory history;
    QJsonArray samples;
    for (int second = 10; second <= 4'000; second += 10)
        samples.append(sample(second));
    history.merge({{u"samples"_s, samples}});
    history.merge({{u"samples"_s, QJsonArray{sample(3'995), sample(4'000)}}});
    QCOMPARE(history.samples().last().time, 4'000'000);
    QCOMPARE(history.samples().first().time, 400'000);
    QCOMPARE(history.samples().size(), 362);
    history.append({.time = 3'000'000}); // Late.
    history.append({.time = 4'001'000});
    QCOMPARE(history.samples().last().time, 4'001'000);
    QVERIFY(std::isnan(history.samples().first().p99Seconds));
}

} // namespace hudhud::console

QTEST_GUILESS_MAIN(hudhud::console::AdminClientTest)
#include "admin_client_test.moc"
