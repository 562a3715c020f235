// SPDX-License-Identifier: GPL-3.0-or-later
// The same whole lives through QtSql and through shared/sql on the C API.
// docs/decisions/0002-sqlite-access.md quotes its output.
#include "sql/sqlite_connection.h"
#include "sql/sqlite_statement.h"

#include <QCoreApplication>
#include <QDir>
#include <QSqlDatabase>
#include <QSqlError>
#include <QSqlQuery>
#include <QTemporaryDir>
#include <QVariant>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>

using namespace hudhud;

namespace {

constexpr int Batch = 256;
constexpr int Messages = 200 * Batch;
// Unnumbered, in the order of binding: QtSql assigns numbered ones otherwise.
constexpr char Insert[] = "INSERT INTO message VALUES (?, ?, ?, 0, ?, ?, ?)";
constexpr char Update[] = "UPDATE message SET status = 2, history = ? WHERE key = ?";
constexpr char CountDelivered[] = "SELECT count(*) FROM message WHERE status = 2";
const QByteArrayList Setup{"PRAGMA journal_mode = WAL", "PRAGMA synchronous = FULL",
                           "CREATE TABLE message (key INTEGER PRIMARY KEY, id BLOB, recipient INTEGER, "
                           "status INTEGER, subject TEXT, "
                           "content TEXT, history BLOB)",
                           "CREATE INDEX pending ON message (recipient) WHERE status IN (0, 1, 3)"};
const QByteArray Id(16, 'i');
const QByteArray Subject(20, 's');
const QByteArray Content(180, 'c');
const QByteArray History(24, 'h');

void require(bool isTrue, const char *what)
{
    if (!isTrue) {
        std::fprintf(stderr, "failed: %s\n", what);
        std::exit(1);
    }
}

qint64 recipientOf(int i)
{
    return 1'967'771'000'000LL + i % 1'000;
}

template <typename Begin, typename InsertOne, typename UpdateOne, typename Commit>
void measure(const char *name, Begin begin, InsertOne insertOne, UpdateOne updateOne, Commit commit)
{
    const std::clock_t processorBegin = std::clock();
    const auto start = std::chrono::steady_clock::now();
    for (int first = 0; first < Messages; first += Batch) {
        begin();
        for (int i = first; i < first + Batch; ++i)
            insertOne(i);
        commit();
        begin();
        for (int i = first; i < first + Batch; ++i)
            updateOne(i);
        commit();
    }
    const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - start;
    const double processor = static_cast<double>(std::clock() - processorBegin) / CLOCKS_PER_SEC;
    std::printf("%-20s %10.0f lives/s %8.1f us CPU per life\n", name, Messages / elapsed.count(),
                processor * 1e6 / Messages);
}

void runQtSql(const QString &path)
{
    QSqlDatabase database = QSqlDatabase::addDatabase(QStringLiteral("QSQLITE"));
    database.setDatabaseName(path);
    require(database.open(), "open with QtSql");
    for (const QByteArray &sql : Setup)
        QSqlQuery(database).exec(QString::fromUtf8(sql));
    QSqlQuery insert(database);
    QSqlQuery update(database);
    require(insert.prepare(QLatin1StringView(Insert)) && update.prepare(QLatin1StringView(Update)),
            "prepare");
    measure(
        "QtSql", [&] { database.transaction(); },
        [&](int i) {
            insert.bindValue(0, i);
            insert.bindValue(1, Id);
            insert.bindValue(2, recipientOf(i));
            insert.bindValue(3, QString::fromUtf8(Subject));
            insert.bindValue(4, QString::fromUtf8(Content));
            insert.bindValue(5, History);
            require(insert.exec(), "insert");
        },
        [&](int i) {
            update.bindValue(0, History);
            update.bindValue(1, i);
            require(update.exec(), "update");
        },
        [&] { require(database.commit(), "commit"); });
    QSqlQuery count(QString::fromLatin1(CountDelivered), database);
    require(count.next() && count.value(0).toInt() == Messages, "the updates were done");
}

void runCApi(const QString &path)
{
    auto connection = SqliteConnection::open(path, 1'000);
    require(connection.has_value(), "open");
    for (const QByteArray &sql : Setup)
        require(connection->execute(sql).has_value(), sql.constData());
    auto insert = SqliteStatement::prepare(*connection, Insert);
    auto update = SqliteStatement::prepare(*connection, Update);
    require(insert && update, "prepare");
    measure(
        "shared/sql (C API)", [&] { require(connection->execute("BEGIN IMMEDIATE").has_value(), "begin"); },
        [&](int i) {
            insert->bind(1, qint64(i));
            insert->bindBlob(2, Id);
            insert->bind(3, recipientOf(i));
            insert->bindText(4, Subject);
            insert->bindText(5, Content);
            insert->bindBlob(6, History);
            require(insert->run().has_value(), "insert");
        },
        [&](int i) {
            update->bindBlob(1, History);
            update->bind(2, qint64(i));
            require(update->run().has_value(), "update");
        },
        [&] { require(connection->execute("COMMIT").has_value(), "commit"); });
    require(connection->queryNumber(CountDelivered) == Messages, "the updates were done");
}

} // namespace

int main(int argc, char **argv)
{
    const QCoreApplication application(argc, argv);
    // In turns, as the machine's other work changes.
    for (int round = 0; round < 6; ++round) {
        const QTemporaryDir folder(QDir::currentPath() + QStringLiteral("/access-XXXXXX"));
        if (round % 2 == 0)
            runCApi(folder.filePath(QStringLiteral("capi.db")));
        else
            runQtSql(folder.filePath(QStringLiteral("qtsql.db")));
        QSqlDatabase::removeDatabase(QLatin1StringView(QSqlDatabase::defaultConnection));
    }
}
