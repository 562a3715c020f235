// SPDX-License-Identifier: GPL-3.0-or-later
// The table model over the fake admin API: pages, filters, sorting, refreshing, failing. No widgets.
#include "fake_admin.h"
#include "models/dead_letters.h"
#include "models/record_lists.h"
#include "models/record_model.h"

#include <QAbstractItemModelTester>
#include <QJsonArray>
#include <QSignalSpy>
#include <QTest>

namespace hudhud::console {

using namespace Qt::StringLiterals;
using State = RecordModel::State;

namespace {

constexpr int Limit = 60'000; // ms

Record job(int id, int done)
{
    return {{u"id"_s, id}, {u"kind"_s, u"replay"_s}, {u"state"_s, u"running"_s}, {u"done"_s, done}};
}

} // namespace

class RecordModelTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void fetchesPageByPage();
    void filtersOnTheServer();
    void sortsOnTheServer();
    void keepsRowsOverARefresh();
    void tellsOfFailures();
    void ignoresLateAnswers();
    void speaksOfLevels();
};

void RecordModelTest::fetchesPageByPage()
{
    test::FakeAdmin fake;
    test::fillFakeAdmin(fake, 450);
    AdminClient client({.id = {}, .name = {}, .url = fake.url()});
    RecordModel model(client, deadLetterList());
    const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    QVERIFY(!model.canFetchMore({}));
    model.reload();
    QCOMPARE(model.state(), State::Loading);
    QTRY_COMPARE_WITH_TIMEOUT(model.rowCount(), RecordModel::PageSize, Limit);
    // The tester fetches more too, as views do; never two pages at once.
    while (!model.isComplete()) {
        const int before = model.rowCount();
        model.fetchMore({});
        QVERIFY(!model.canFetchMore({}));
        QTRY_VERIFY_WITH_TIMEOUT(model.rowCount() > before, Limit);
    }
    QCOMPARE(model.rowCount(), 450);
    QVERIFY(model.isComplete());
    QCOMPARE(fake.countRequests(u"/dlq"_s), 3);
    const QString key = model.key(449);
    QCOMPARE(model.rowOf(key), 449);
    // Beyond the first page a refresh would move what the user looks at.
    model.refresh();
    QTest::qWait(20);
    QCOMPARE(fake.countRequests(u"/dlq"_s), 3);
}

void RecordModelTest::filtersOnTheServer()
{
    test::FakeAdmin fake;
    test::fillFakeAdmin(fake, 90);
    AdminClient client({.id = {}, .name = {}, .url = fake.url()});
    RecordModel model(client, deadLetterList());
    const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    model.setFilter({{u"reason"_s, u"rejected"_s}});
    QTRY_COMPARE_WITH_TIMEOUT(model.rowCount(), 30, Limit);
    QCOMPARE(fake.lastRequest(u"/dlq"_s).query.queryItemValue(u"reason"_s), u"rejected"_s);
    model.setFilter({{u"signature"_s,
                      QString::fromLatin1(QUrl::toPercentEncoding(u"no acknowledgement within # ms"_s))}});
    QCOMPARE(model.rowCount(), 0); // What no longer matches goes at once.
    QTRY_COMPARE_WITH_TIMEOUT(model.rowCount(), 60, Limit);
}

void RecordModelTest::sortsOnTheServer()
{
    test::FakeAdmin fake;
    test::fillFakeAdmin(fake);
    AdminClient client({.id = {}, .name = {}, .url = fake.url()});
    RecordModel model(client, connectionList());
    model.reload();
    QTRY_VERIFY_WITH_TIMEOUT(model.rowCount() > 0, Limit);
    const int before = fake.countRequests(u"/connections"_s);
    model.sort(1, Qt::AscendingOrder); // The status: the server cannot.
    QTest::qWait(20);
    QCOMPARE(fake.countRequests(u"/connections"_s), before);
    model.sort(3, Qt::DescendingOrder);
    QTRY_COMPARE_WITH_TIMEOUT(fake.countRequests(u"/connections"_s), before + 1, Limit);
    const QUrlQuery query = fake.lastRequest(u"/connections"_s).query;
    QCOMPARE(query.queryItemValue(u"sort"_s), u"inFlight"_s);
    QCOMPARE(query.queryItemValue(u"order"_s), u"desc"_s);
}

void RecordModelTest::keepsRowsOverARefresh()
{
    test::FakeAdmin fake;
    AdminClient client({.id = {}, .name = {}, .url = fake.url()});
    RecordModel model(client, jobList());
    const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    fake.answer("GET", u"/jobs"_s, {{u"jobs"_s, QJsonArray{job(3, 0), job(2, 10), job(1, 20)}}});
    model.reload();
    QTRY_COMPARE_WITH_TIMEOUT(model.rowCount(), 3, Limit);
    const QPersistentModelIndex two(model.index(1, 0));
    const QPersistentModelIndex one(model.index(2, 0));
    const QSignalSpy resets(&model, &RecordModel::modelReset);
    const QSignalSpy changes(&model, &RecordModel::dataChanged);
    fake.answer("GET", u"/jobs"_s, {{u"jobs"_s, QJsonArray{job(4, 0), job(1, 20), job(2, 11)}}});
    model.refresh();
    QTRY_COMPARE_WITH_TIMEOUT(model.key(0), u"4"_s, Limit);
    QCOMPARE(model.rowCount(), 3);
    QCOMPARE(model.key(1), u"1"_s);
    QCOMPARE(model.record(2)["done"_L1].toInt(), 11);
    QCOMPARE(two.row(), 2);
    QCOMPARE(one.row(), 1);
    QCOMPARE(resets.count(), 0);
    QCOMPARE(changes.count(), 1);
}

void RecordModelTest::tellsOfFailures()
{
    test::FakeAdmin fake;
    AdminClient client({.id = {}, .name = {}, .url = fake.url()});
    RecordModel model(client, jobList());
    fake.on("GET", u"/jobs"_s, [](const test::FakeAdmin::Request &) {
        return test::FakeAdmin::problem(503, u"The store is away."_s);
    });
    model.reload();
    QTRY_COMPARE_WITH_TIMEOUT(model.state(), State::Failed, Limit);
    QCOMPARE(model.error().kind, AdminError::Kind::Server);
    QVERIFY(model.error().text().contains("The store is away."_L1));
    fake.answer("GET", u"/jobs"_s, {{u"jobs"_s, QJsonArray{job(1, 0)}}});
    model.refresh();
    QTRY_COMPARE_WITH_TIMEOUT(model.state(), State::Ready, Limit);
}

void RecordModelTest::ignoresLateAnswers()
{
    test::FakeAdmin fake;
    AdminClient client({.id = {}, .name = {}, .url = fake.url()});
    RecordModel model(client, jobList());
    fake.answer("GET", u"/jobs"_s, {{u"jobs"_s, QJsonArray{job(1, 0)}}});
    model.reload();
    model.display({{u"jobs"_s, QJsonArray{job(9, 0)}}}); // The hub was faster.
    QCOMPARE(model.key(0), u"9"_s);
    QTRY_COMPARE_WITH_TIMEOUT(fake.countRequests(u"/jobs"_s), 1, Limit);
    QTest::qWait(50);
    QCOMPARE(model.key(0), u"9"_s);
}

void RecordModelTest::speaksOfLevels()
{
    test::FakeAdmin fake;
    AdminClient client({.id = {}, .name = {}, .url = fake.url()});
    RecordModel model(client, jobList());
    model.display({{u"jobs"_s, QJsonArray{job(1, 0)}}});
    const QModelIndex state = model.index(0, 2);
    QCOMPARE(state.data(RecordModel::LevelRole).value<Level>(), Level::Good);
    QCOMPARE(state.data().toString(), u"running"_s);
    QCOMPARE(state.data(Qt::AccessibleTextRole).toString(), u"running, Good"_s);
}

} // namespace hudhud::console

QTEST_GUILESS_MAIN(hudhud::console::RecordModelTest)
#include "record_model_test.moc"
