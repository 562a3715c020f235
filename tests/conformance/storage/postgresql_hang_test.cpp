// SPDX-License-Identifier: GPL-3.0-or-later
// A node that hangs in the middle of a transaction, and the others that want the same rows.
#include "postgresql_connection.h"
#include "postgresql_server.h"

#include <QTest>

using namespace hudhud;

class PostgresqlHangTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void freesTheRowsOfAHungNode();
};

void PostgresqlHangTest::freesTheRowsOfAHungNode()
{
    PostgresqlServer *server = PostgresqlServer::instance();
    QVERIFY2(server, "PostgreSQL is not there");
    const QJsonObject settings = server->newDatabase();
    const auto options = PostgresqlOptions::fromSettings(settings);
    QVERIFY(options);
    PostgresqlConnection hung(*options);
    PostgresqlConnection other(*options);
    QVERIFY(hung.open() && other.open());
    QVERIFY(other.execute(QStringLiteral("CREATE TABLE tried (one integer); INSERT INTO tried VALUES (1)")));
    QVERIFY(hung.execute(QStringLiteral("BEGIN; UPDATE tried SET one = 2")));

    // Within lock_timeout, so that the other node needs no second try.
    QVERIFY(other.execute(QStringLiteral("UPDATE tried SET one = 3")));

    // The hung one is told, and goes on over a new connection.
    if (!hung.execute(QStringLiteral("SELECT 1"))) {
        QCOMPARE(hung.lastFailure(), FailureKind::Broken);
        QTRY_VERIFY(hung.open() && hung.execute(QStringLiteral("SELECT 1")));
    }
    const QString database = settings.value(QStringLiteral("database")).toString();
    QCOMPARE(server->query(database, QStringLiteral("SELECT one FROM tried")).trimmed(), QByteArray("3"));
}

QTEST_GUILESS_MAIN(PostgresqlHangTest)
#include "postgresql_hang_test.moc"
