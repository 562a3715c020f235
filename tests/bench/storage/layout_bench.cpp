// SPDX-License-Identifier: GPL-3.0-or-later
// Compares physical layouts for the sqlite plugin on raw SQLite: whole lives (insert, then one change to
// Delivered with its history) in group commits. docs/decisions/0003-sqlite-layout.md quotes its output. The
// rate depends on what else the machine does; processor time and bytes written hardly do.
#include <sqlite3.h>

#include <QByteArray>
#include <QDir>
#include <QTemporaryDir>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace {

constexpr int Batch = 256;
constexpr int Recipients = 1'000;

void require(bool isTrue, sqlite3 *db, const char *what)
{
    if (isTrue)
        return;
    std::fprintf(stderr, "%s: %s\n", what, sqlite3_errmsg(db));
    std::exit(1);
}

struct Statement
{
    sqlite3 *db = nullptr;
    sqlite3_stmt *handle = nullptr;

    Statement(sqlite3 *database, const std::string &sql)
        : db(database)
    {
        require(sqlite3_prepare_v3(db, sql.c_str(), -1, SQLITE_PREPARE_PERSISTENT, &handle, nullptr)
                    == SQLITE_OK,
                db, sql.c_str());
    }
    ~Statement() { sqlite3_finalize(handle); }
    Statement(const Statement &) = delete;
    Statement &operator=(const Statement &) = delete;
    void run()
    {
        require(sqlite3_step(handle) == SQLITE_DONE, db, sqlite3_sql(handle));
        sqlite3_reset(handle);
    }
    void bind(int index, qint64 value) { sqlite3_bind_int64(handle, index, value); }
    void bind(int index, const QByteArray &value)
    {
        sqlite3_bind_blob(handle, index, value.constData(), static_cast<int>(value.size()), SQLITE_STATIC);
    }
};

struct Layout
{
    const char *name;
    std::vector<std::string> schema;
    std::vector<std::string> inserts; ///< ?1 key, ?2 id, ?3 recipient, ?4 payload, ?5 history
    std::vector<std::string> updates; ///< ?1 key, ?2 history, ?3 time
    int historyReserve = 0; ///< Bytes kept free for the update.
    std::string leftOver; ///< Counts lives that did not end; must give 0.
};

const std::string PendingIndex = " (recipient, priority DESC) WHERE status IN (0, 1, 3)";
const std::string DueIndex = " (due_at) WHERE due_at IS NOT NULL";

std::vector<Layout> layouts()
{
    const std::string one
        = "CREATE TABLE message (key INTEGER PRIMARY KEY, id BLOB, recipient INTEGER, priority INTEGER, "
          "status INTEGER, pushes INTEGER, due_at INTEGER, delivered_at INTEGER, history BLOB, payload BLOB)";
    const std::vector<std::string> oneInsert{
        "INSERT INTO message VALUES (?1, ?2, ?3, 1, 0, 0, NULL, NULL, ?5, ?4)"};
    const std::vector<std::string> oneUpdate{"UPDATE message SET status = 2, pushes = 1, due_at = NULL, "
                                             "delivered_at = ?3, history = ?2 WHERE key = ?1"};
    const std::string oneLeftOver = "SELECT count(*) FROM message WHERE status <> 2";
    const std::vector<std::string> indexes{"CREATE INDEX pending ON message" + PendingIndex,
                                           "CREATE INDEX due ON message" + DueIndex};
    const std::string state
        = "CREATE TABLE state (key INTEGER PRIMARY KEY, recipient INTEGER, priority INTEGER, status INTEGER, "
          "pushes INTEGER, due_at INTEGER, delivered_at INTEGER, history BLOB)";
    const std::string payload = "CREATE TABLE payload (key INTEGER PRIMARY KEY, id BLOB, payload BLOB)";
    return {
        {"yardstick: one table, insert only", {one}, oneInsert, {}, 0, {}},
        {"insert only with both indexes", {one, indexes[0], indexes[1]}, oneInsert, {}, 0, {}},
        {"one row, no reserve", {one, indexes[0], indexes[1]}, oneInsert, oneUpdate, 0, oneLeftOver},
        {"one row, reserve 32", {one, indexes[0], indexes[1]}, oneInsert, oneUpdate, 32, oneLeftOver},
        {"state and payload apart",
         {state, payload, "CREATE INDEX pending ON state" + PendingIndex,
          "CREATE INDEX due ON state" + DueIndex},
         {"INSERT INTO state VALUES (?1, ?3, 1, 0, 0, NULL, NULL, ?5)",
          "INSERT INTO payload VALUES (?1, ?2, ?4)"},
         {"UPDATE state SET status = 2, pushes = 1, due_at = NULL, delivered_at = ?3, history = ?2 WHERE key "
          "= ?1"},
         32,
         "SELECT count(*) FROM state WHERE status <> 2"},
        {"message, queue and progress (the plugin's)",
         {"CREATE TABLE queue (recipient INTEGER, rank INTEGER, key INTEGER, PRIMARY KEY (recipient, rank, "
          "key)) WITHOUT ROWID",
          payload,
          "CREATE TABLE progress (key INTEGER PRIMARY KEY, status INTEGER, pushes INTEGER, time INTEGER, "
          "due_at INTEGER, history BLOB)",
          "CREATE INDEX due ON progress" + DueIndex},
         {"INSERT INTO queue VALUES (?3, 2, ?1)", "INSERT INTO payload VALUES (?1, ?2, ?4)"},
         {"INSERT INTO progress VALUES (?1, 2, 1, ?3, NULL, ?2)",
          "DELETE FROM queue WHERE recipient = ?4 AND rank = 2 AND key = ?1"},
         0,
         "SELECT (SELECT count(*) FROM queue) + (SELECT count(*) FROM payload) - (SELECT count(*) FROM "
         "progress)"},
    };
}

qint64 pagesWritten(sqlite3 *db)
{
    int written = 0;
    int highest = 0;
    sqlite3_db_status(db, SQLITE_DBSTATUS_CACHE_WRITE, &written, &highest, 1);
    return written;
}

void execute(sqlite3 *db, const std::string &sql)
{
    require(sqlite3_exec(db, sql.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK, db, sql.c_str());
}

void runLayout(const Layout &layout, int pageSize, int payloadSize, int messages)
{
    const QTemporaryDir folder(QDir::currentPath() + QStringLiteral("/layout-XXXXXX"));
    sqlite3 *db = nullptr;
    require(sqlite3_open((folder.path() + QStringLiteral("/bench.db")).toUtf8().constData(), &db)
                == SQLITE_OK,
            db, "open");
    execute(db, "PRAGMA page_size = " + std::to_string(pageSize));
    execute(db,
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -65536; "
            "PRAGMA wal_autocheckpoint = 4000; PRAGMA locking_mode = NORMAL");
    for (const auto &sql : layout.schema)
        execute(db, sql);
    std::vector<std::unique_ptr<Statement>> inserts;
    for (const auto &sql : layout.inserts)
        inserts.push_back(std::make_unique<Statement>(db, sql));
    std::vector<std::unique_ptr<Statement>> updates;
    for (const auto &sql : layout.updates)
        updates.push_back(std::make_unique<Statement>(db, sql));
    const QByteArray id(16, 'i');
    const QByteArray payload(payloadSize, 'p');
    const QByteArray first(14 + layout.historyReserve, 'h');
    const QByteArray last(14 + 32, 'h');

    pagesWritten(db);
    const std::clock_t processorBegin = std::clock();
    const auto begin = std::chrono::steady_clock::now();
    for (int start = 0; start < messages; start += Batch) {
        const auto each = [&](const std::vector<std::unique_ptr<Statement>> &statements,
                              const std::function<void(Statement &, qint64)> &bind) {
            execute(db, "BEGIN IMMEDIATE");
            for (int i = start; i < start + Batch; ++i) {
                for (const auto &statement : statements) {
                    bind(*statement, (1'700'000'000'000LL << 12) + i * 7LL);
                    if (sqlite3_bind_parameter_count(statement->handle) >= 3 && &statements == &inserts)
                        statement->bind(3, 1'967'771'000'000LL + (i * 7919LL) % Recipients);
                    else if (sqlite3_bind_parameter_count(statement->handle) == 4)
                        statement->bind(4, 1'967'771'000'000LL + (i * 7919LL) % Recipients);
                    statement->run();
                }
            }
            execute(db, "COMMIT");
        };
        each(inserts, [&](Statement &statement, qint64 key) {
            statement.bind(1, key);
            statement.bind(2, id);
            statement.bind(4, payload);
            statement.bind(5, first);
        });
        if (!updates.empty()) {
            each(updates, [&](Statement &statement, qint64 key) {
                statement.bind(1, key);
                statement.bind(2, last);
                statement.bind(3, 1'700'000'000'000LL);
            });
        }
    }
    const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - begin;
    const double processor = static_cast<double>(std::clock() - processorBegin) / CLOCKS_PER_SEC;
    std::printf("%-45s %6d %8d %8.0f %10.1f %12.0f\n", layout.name, pageSize, payloadSize,
                messages / elapsed.count(), processor * 1e6 / messages,
                static_cast<double>(pagesWritten(db)) * pageSize / messages);
    std::fflush(stdout);
    if (!layout.leftOver.empty()) {
        const Statement count(db, layout.leftOver);
        require(sqlite3_step(count.handle) == SQLITE_ROW && sqlite3_column_int64(count.handle, 0) == 0, db,
                "left over");
    }
    inserts.clear();
    updates.clear();
    sqlite3_close(db);
}

} // namespace

int main()
{
    std::printf("%-45s %6s %8s %8s %10s %12s\n", "layout", "page", "payload", "lives/s", "CPU us",
                "log bytes");
    for (const int payloadSize : {200, 1'000}) {
        for (const int pageSize : {4096, 8192}) {
            for (const Layout &layout : layouts())
                runLayout(layout, pageSize, payloadSize, 150 * Batch);
        }
    }
}
