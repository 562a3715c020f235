// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/route_table.h"

#include <QTest>

using namespace hudhud;

class RouteTableTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void findsExactPathsBeforePatterns();
    void patternsMatchOneSegment();
    void refusesSecondRouteOfTheSameMethod();
    void refusesBadPatterns();
    void listsAllowedMethods();
};

static const HttpHandler Handler = [](const HttpRequest &, HttpResponder) {};

void RouteTableTest::findsExactPathsBeforePatterns()
{
    HttpRouteTable table;
    QVERIFY(table.addRoute(HttpMethod::Get, "/m/{id}", Handler));
    QVERIFY(table.addRoute(HttpMethod::Get, "/m/batch", Handler));
    QVERIFY(table.find("/m/batch").parameter.isEmpty());
    QCOMPARE(table.find("/m/7").parameter.toByteArray(), QByteArray("7"));
    QVERIFY(!table.find("/m").route);
}

void RouteTableTest::patternsMatchOneSegment()
{
    HttpRouteTable table;
    QVERIFY(table.addRoute(HttpMethod::Get, "/m/{id}/events", Handler));
    QCOMPARE(table.find("/m/a/events").parameter.toByteArray(), QByteArray("a"));
    QVERIFY(!table.find("/m//events").route);
    QVERIFY(!table.find("/m/a/b/events").route);
    QVERIFY(!table.find("/m/events").route);
    QVERIFY(!table.find("/m/a/events/").route);
}

void RouteTableTest::refusesSecondRouteOfTheSameMethod()
{
    HttpRouteTable table;
    QVERIFY(table.addRoute(HttpMethod::Get, "/m/{id}", Handler));
    QVERIFY(table.addRoute(HttpMethod::Delete, "/m/{other}", Handler));
    const auto second = table.addRoute(HttpMethod::Get, "/m/{name}", Handler);
    QVERIFY(!second);
    QCOMPARE(second.error().code(), ErrorCode::Conflict);
    const UpgradeHandler upgrade = [](const HttpRequest &) { return HttpResponse(); };
    QVERIFY(table.addWebSocket("/ws", upgrade));
    QVERIFY(table.addRoute(HttpMethod::Get, "/ws", Handler));
    QVERIFY(!table.addWebSocket("/ws", upgrade));
}

void RouteTableTest::refusesBadPatterns()
{
    HttpRouteTable table;
    for (const char *pattern :
         {"", "m", "/m/{}", "/m/{a", "/m/x{a}", "/m/{a}x", "/{a}/{b}/{c}", "/m/{a/b}", "/m?x"})
        QVERIFY2(!table.addRoute(HttpMethod::Get, pattern, Handler), pattern);
}

void RouteTableTest::listsAllowedMethods()
{
    HttpRouteTable table;
    QVERIFY(table.addRoute(HttpMethod::Post, "/m", Handler));
    QVERIFY(table.addRoute(HttpMethod::Get, "/m", Handler));
    QCOMPARE(table.find("/m").route->allowedMethods(), QByteArray("OPTIONS, GET, HEAD, POST"));
}

QTEST_APPLESS_MAIN(RouteTableTest)
#include "route_table_test.moc"
