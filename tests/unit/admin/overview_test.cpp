// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin_bench.h"

#include "admin/overview_lights.h"

using namespace hudhud;
using namespace hudhud::fakes;
using namespace std::chrono_literals;

class AdminOverviewTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void estimatesQuantiles()
    {
        OverviewReading::Buckets buckets{};
        QVERIFY(!quantileSeconds(buckets, 0.99));
        buckets[0] = 50; // Up to 0.1 ms.
        buckets[12] = 50; // 0.5 s to 1 s.
        QCOMPARE(*quantileSeconds(buckets, 0.5), 0.0001);
        QCOMPARE(*quantileSeconds(buckets, 0.75), 0.75);
        buckets[17] = 100; // Beyond the last bound.
        QCOMPARE(*quantileSeconds(buckets, 0.99), 60.0);
    }

    void keepsABoundedHistory()
    {
        OverviewHistory history;
        OverviewReading reading;
        for (int second = 0; second <= 5'000; ++second) {
            reading.at = SteadyTime(std::chrono::seconds(second));
            reading.time = Timestamp(std::chrono::seconds(second));
            reading.accepted = 3LL * second;
            history.add(reading, 7, 8);
        }
        QCOMPARE(history.seconds().size(), OverviewHistory::SecondsKept);
        QCOMPARE(history.tens().size(), OverviewHistory::TensKept);
        QCOMPARE(history.tens().back().acceptedPerSecond, 3.0);
        QCOMPARE(history.seconds().front().time.toSecsSinceEpoch(), 4'701);
        QCOMPARE(history.tens().front().time.toSecsSinceEpoch(), 5'000 - 3'590);
        QCOMPARE(history.latest(60s).accepted, 180);
        QCOMPARE(history.seconds().back().undelivered, 7);
    }

    void judgesByTheThresholds()
    {
        const OverviewThresholds thresholds;
        admin::DeliveryTime delivery;
        judge(delivery, thresholds);
        QCOMPARE(delivery.health, admin::Health::Green);
        delivery.p99Seconds = 1.5;
        judge(delivery, thresholds);
        QCOMPARE(delivery.health, admin::Health::Amber);
        QVERIFY(!delivery.reason.isEmpty());
        delivery.p99Seconds = 5;
        judge(delivery, thresholds);
        QCOMPARE(delivery.health, admin::Health::Red);
        admin::Rates rates;
        judge(rates, 4, 5, thresholds); // Too few to say.
        QCOMPARE(rates.health, admin::Health::Green);
        judge(rates, 90, 10, thresholds);
        QCOMPARE(rates.health, admin::Health::Amber);
        judge(rates, 10, 90, thresholds);
        QCOMPARE(rates.health, admin::Health::Red);
        admin::Overview overview;
        overview.rates = rates;
        overview.acceptToDelivered.health = admin::Health::Amber;
        judgeWhole(overview);
        QCOMPARE(overview.health, admin::Health::Red);
        QCOMPARE(overview.reason, rates.reason);
    }

    void showsTheFirstPage()
    {
        AdminBench bench;
        bench.store.accept();
        bench.store.dead();
        const QJsonObject first = jsonOf(bench.get("/overview"));
        QCOMPARE(first[QLatin1StringView("health")].toString(), QStringLiteral("green"));
        bench.store.clock.steady += 1min;
        bench.store.dead();
        bench.store.dead();
        bench.breakers.of("storage-write").trip("the disk is gone");
        const QJsonObject page = jsonOf(bench.get("/overview"));
        QCOMPARE(page[QLatin1StringView("undelivered")][QLatin1StringView("total")].toInt(), 1);
        QCOMPARE(page[QLatin1StringView("queues")][0][QLatin1StringView("priority")].toString(), QStringLiteral("Critical"));
        QCOMPARE(page[QLatin1StringView("deadLetters")][QLatin1StringView("total")].toInt(), 3);
        QCOMPARE(page[QLatin1StringView("deadLetters")][QLatin1StringView("growthPerMinute")].toDouble(), 3.0);
        QCOMPARE(page[QLatin1StringView("deadLetters")][QLatin1StringView("health")].toString(), QStringLiteral("amber"));
        QCOMPARE(page[QLatin1StringView("health")].toString(), QStringLiteral("red"));
        QVERIFY(page[QLatin1StringView("reason")].toString().contains(QLatin1StringView("the disk is gone")));
        QCOMPARE(page[QLatin1StringView("nodes")][0][QLatin1StringView("id")].toString(), QStringLiteral("node-1"));
        QCOMPARE(bench.violations, QStringList());
        const auto read = admin::fromJson<admin::Overview>(page);
        QVERIFY(read && admin::toObject(*read) == page); // What the console reads is what the server wrote.
    }

    void showsTheHistory()
    {
        AdminBench bench;
        for (int i = 0; i < 25; ++i) {
            bench.store.clock.steady += 1s;
            bench.process.sampler().sample();
        }
        const QJsonObject history = jsonOf(bench.get("/overview/history"));
        QCOMPARE(history[QLatin1StringView("samples")].toArray().size(), 25);
        QCOMPARE(jsonOf(bench.get("/overview/history?resolution=10"))[QLatin1StringView("samples")].toArray().size(), 2);
        QCOMPARE(fieldsOf(bench.get("/overview/history?resolution=3")), QStringList{QStringLiteral("resolution")});
        QCOMPARE(bench.violations, QStringList());
    }

    void showsWhoAsks()
    {
        AdminBench bench;
        const HttpResponse me = bench.get("/me");
        QCOMPARE(textOf(me, "subject"), QStringLiteral("amal"));
        QCOMPARE(textOf(me, "role"), QStringLiteral("viewer"));
        QCOMPARE(textOf(me, "version"), QStringLiteral("1.2.3"));
        QVERIFY(!textOf(me, "expiresAt").isEmpty());
        QCOMPARE(bench.violations, QStringList());
    }

    void slowsDownWhoGuesses()
    {
        AdminBench bench;
        for (int i = 0; i < SignInThrottle::AllowedFailures; ++i)
            QCOMPARE(bench.sendWith(HttpMethod::Get, "/me", {}, {{"Authorization", "Bearer a.b.c"}}).status, 401);
        const HttpResponse refused = bench.sendWith(HttpMethod::Get, "/me", {}, {{"Authorization", "Bearer a.b.c"}});
        QCOMPARE(refused.status, 429);
        QCOMPARE(bench.get("/me").status, 200); // A good token is never locked out.
        bench.store.clock.steady += SignInThrottle::Window;
        QCOMPARE(bench.sendWith(HttpMethod::Get, "/me", {}, {{"Authorization", "Bearer a.b.c"}}).status, 401);
        QCOMPARE(bench.violations, QStringList()); // 429 comes with Retry-After.
    }

    void forgetsAddressesBeforeThereAreTooMany()
    {
        HeldClock clock;
        SignInThrottle throttle(clock);
        for (quint32 address = 1; address <= SignInThrottle::MaximumAddresses + 10; ++address)
            QVERIFY(!throttle.failed(QHostAddress(address)));
    }
};

QTEST_GUILESS_MAIN(AdminOverviewTest)
#include "overview_test.moc"
