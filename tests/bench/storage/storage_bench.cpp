// SPDX-License-Identifier: GPL-3.0-or-later
// hudhud-bench-storage [messages [plugin settings]]: the sqlite plugin and the executor beside raw SQLite in the same run, in
// one table; then the same with another plugin, whose settings are a JSON object. Files go below the current directory, so
// that the disk is the one you mean.
#include "plain_metrics.h"
#include "sql/sqlite_connection.h"
#include "sql/sqlite_statement.h"
#include "resilience/breaker_registry.h"
#include "storage/storage_executor.h"

#include <QCoreApplication>
#include <QDir>
#include <QJsonDocument>
#include <QJsonObject>
#include <QPluginLoader>
#include <QTemporaryDir>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <functional>

using namespace hudhud;
using namespace std::chrono_literals;

namespace {

constexpr int Recipients = 1'000;
constexpr char Node[] = "bench";
const QByteArray Subject = "Your order";
const QByteArray Content(180, 'c');

template <typename T> T require(Result<T> result, const char *what)
{
    if (!result) {
        std::fprintf(stderr, "%s: %s\n", what, qPrintable(result.error().message()));
        std::exit(1);
    }
    if constexpr (!std::is_void_v<T>)
        return std::move(*result);
}

double g_yardstick = 0;

/// Runs `work`, which does `count` things, and prints a row.
double measure(const char *name, int count, const std::function<void()> &work)
{
    const std::clock_t processorBegin = std::clock();
    const auto begin = std::chrono::steady_clock::now();
    work();
    const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - begin;
    const double processor = static_cast<double>(std::clock() - processorBegin) / CLOCKS_PER_SEC;
    const double rate = count / elapsed.count();
    if (g_yardstick == 0)
        g_yardstick = rate;
    std::printf("%-52s %10.0f %8.2f %10.1f\n", name, rate, rate / g_yardstick, processor * 1e6 / count);
    std::fflush(stdout);
    return rate;
}

Recipient recipientOf(int i)
{
    return *Recipient::fromString(QByteArray::number(967'771'000'000LL + i % Recipients));
}

class Bench
{
public:
    Bench(QByteArray plugin, QJsonObject settings)
        : m_plugin(std::move(plugin))
        , m_settings(std::move(settings))
        , m_folder(QDir::currentPath() + QStringLiteral("/bench-XXXXXX"))
    {
        m_context.name = m_plugin;
        m_context.nodeId = Node;
        m_context.dataDirectory = m_folder.path();
        m_context.clock = &Clock::system();
    }

    void rawSqlite(int messages);
    void openPlugin();
    void closePlugin();
    void insert(int messages, int batch);
    void wholeLives(int messages, int batch);
    void reads(int count);
    void executor(int messages, int inFlight);
    void restart();
    void all(int messages);

private:
    std::vector<MessagePointer> newMessages(int count);
    WriteBatch deliveries(const std::vector<MessagePointer> &messages) const;

    const QByteArray m_plugin;
    const QJsonObject m_settings;
    QTemporaryDir m_folder;
    PluginContext m_context;
    MessageIdGenerator m_ids{Clock::system()};
    int m_number = 0;
    std::unique_ptr<Storage> m_storage;
    std::unique_ptr<StorageWriter> m_writer;
    std::unique_ptr<StorageReader> m_reader;
};

void Bench::rawSqlite(int messages)
{
    constexpr int Batch = 256;
    auto connection
        = require(SqliteConnection::open(m_folder.filePath(QStringLiteral("raw.db")), 1'000), "open");
    require(connection.execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; "
                               "CREATE TABLE message (key INTEGER PRIMARY KEY, subject TEXT, content TEXT)"),
            "set up");
    auto insert
        = require(SqliteStatement::prepare(connection, "INSERT INTO message VALUES (?1, ?2, ?3)"), "prepare");
    measure("raw SQLite, one table, insert, batch 256 (yardstick)", messages, [&] {
        for (int i = 0; i < messages; ++i) {
            if (i % Batch == 0)
                require(connection.execute("BEGIN IMMEDIATE"), "begin");
            insert.bind(1, qint64(i));
            insert.bindText(2, Subject);
            insert.bindText(3, Content);
            require(insert.run(), "insert");
            if (i % Batch == Batch - 1 || i == messages - 1)
                require(connection.execute("COMMIT"), "commit");
        }
    });
}

void Bench::openPlugin()
{
    QPluginLoader loader(QStringLiteral(HUDHUD_PLUGIN_DIR "/hudhud-storage-%1").arg(QString::fromUtf8(m_plugin)));
    auto *factory = qobject_cast<StorageFactory *>(loader.instance());
    if (!factory) {
        std::fprintf(stderr, "%s\n", qPrintable(loader.errorString()));
        std::exit(1);
    }
    m_storage = factory->create();
    require(m_storage->configure(m_settings, m_context), "configure");
    require(m_storage->start(), "start");
    m_writer = require(m_storage->createWriter(), "writer");
    m_reader = require(m_storage->createReader(), "reader");
}

void Bench::closePlugin()
{
    m_writer.reset();
    m_reader.reset();
    m_storage->stop(1s);
    m_storage.reset();
}

std::vector<MessagePointer> Bench::newMessages(int count)
{
    std::vector<MessagePointer> messages;
    messages.reserve(static_cast<std::size_t>(count));
    for (int i = 0; i < count; ++i) {
        auto message = std::make_shared<Message>();
        message->id = m_ids.next();
        message->recipient = recipientOf(m_number++ * 7919);
        message->subject = Subject;
        message->content = Content;
        message->createdAt = Clock::system().now();
        messages.push_back(std::move(message));
    }
    return messages;
}

WriteBatch Bench::deliveries(const std::vector<MessagePointer> &messages) const
{
    const Timestamp now = Clock::system().now();
    WriteBatch batch;
    for (const MessagePointer &message : messages) {
        StatusTransition transition;
        transition.id = message->id;
        transition.recipient = message->recipient;
        transition.pushCount = 1;
        transition.events = {{0, MessageStatus::Processing, now, Node, 0, {}},
                             {0, MessageStatus::Delivered, now, Node, 0, {}}};
        batch.transitions.push_back(std::move(transition));
    }
    return batch;
}

void Bench::insert(int messages, int batch)
{
    measure(qPrintable(QStringLiteral("insert, batch %1").arg(batch)), messages, [&] {
        for (int i = 0; i < messages; i += batch) {
            WriteBatch work;
            work.accepted = newMessages(batch);
            require(m_writer->commit(work), "commit");
        }
    });
}

void Bench::wholeLives(int messages, int batch)
{
    measure(qPrintable(QStringLiteral("whole life (accept, then delivered), batch %1").arg(batch)), messages,
            [&] {
                for (int i = 0; i < messages; i += batch) {
                    WriteBatch work;
                    work.accepted = newMessages(batch);
                    require(m_writer->commit(work), "commit");
                    require(m_writer->commit(deliveries(work.accepted)), "commit");
                }
            });
}

void Bench::reads(int count)
{
    const qint64 queued = require(m_reader->statistics(), "statistics").pending;
    const QByteArray suffix = " with " + QByteArray::number(queued) + " queued";
    measure(("pending, 50 messages," + suffix).constData(), count, [&] {
        for (int i = 0; i < count; ++i)
            require(m_reader->pending(recipientOf(i * 31), 50, Clock::system().now(), {}), "pending");
    });
    measure(("pending, first one only," + suffix).constData(), count, [&] {
        for (int i = 0; i < count; ++i)
            require(m_reader->pending(recipientOf(i * 31), 1, Clock::system().now(), {}), "pending");
    });
    measure(("statistics," + suffix).constData(), 5, [&] {
        for (int i = 0; i < 5; ++i)
            require(m_reader->statistics(), "statistics");
    });
}

/// Whole lives as the server does them: each accepted message is reported as pushed (relaxed) and then as
/// delivered; `inFlight` of them at a time.
void Bench::executor(int messages, int inFlight)
{
    PlainMetrics metrics;
    BreakerRegistry breakers({}, metrics, Clock::system());
    StorageExecutor executor(*m_storage, StorageOptions(), Node, metrics, Clock::system(), breakers);
    require(executor.start(), "executor");
    const auto client = executor.createClient();
    int started = 0;
    int finished = 0;
    std::vector<double> acceptMicroseconds;
    const auto changeTo = [](const MessagePointer &message, MessageStatus status) {
        StatusTransition transition;
        transition.id = message->id;
        transition.recipient = message->recipient;
        transition.pushCount = 1;
        transition.events = {{0, status, Clock::system().now(), Node, 0, {}}};
        std::vector<StatusTransition> transitions;
        transitions.push_back(std::move(transition));
        return transitions;
    };
    std::function<void()> begin = [&] {
        if (started++ >= messages)
            return;
        const auto accepted = newMessages(1);
        const auto time = std::chrono::steady_clock::now();
        client->persist(accepted, [&, accepted, time](auto result) {
            require(std::move(result), "persist");
            acceptMicroseconds.push_back(
                std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - time).count());
            client->transition(changeTo(accepted[0], MessageStatus::Processing), Urgency::Relaxed,
                               [](auto) {});
            client->transition(changeTo(accepted[0], MessageStatus::Delivered), Urgency::Relaxed,
                               [&](auto change) {
                                   require(std::move(change), "transition");
                                   ++finished;
                                   begin();
                               });
        });
    };
    measure(qPrintable(QStringLiteral("whole life through the executor, %1 in flight").arg(inFlight)),
            messages, [&] {
                for (int i = 0; i < inFlight; ++i)
                    begin();
                while (finished < messages)
                    QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents);
            });
    std::ranges::sort(acceptMicroseconds);
    const auto percentile
        = [&](std::size_t percent) { return acceptMicroseconds[acceptMicroseconds.size() * percent / 100]; };
    std::printf("    accept latency p50 %.0f us, p99 %.0f us; mean batch %.1f\n", percentile(50),
                percentile(99),
                static_cast<double>(metrics.count("hudhud_storage_committed_items_total"))
                    / static_cast<double>(metrics.count("hudhud_storage_commits_total")));
    static_cast<void>(executor.stop(10s));
}

void Bench::restart()
{
    closePlugin();
    const auto begin = std::chrono::steady_clock::now();
    openPlugin();
    require(m_storage->highestId(), "highest id");
    require(m_writer->recover(Node, Clock::system().now()), "recover");
    const std::chrono::duration<double, std::milli> elapsed = std::chrono::steady_clock::now() - begin;
    std::printf("%-52s %10.1f ms\n", "restart: open, highest id, recover", elapsed.count());
}

void Bench::all(int messages)
{
    std::printf("%s\n", m_plugin.constData());
    openPlugin();
    wholeLives(messages - messages % 256, 256);
    executor(messages / 2, 256);
    executor(1'000, 1);
    insert(1'000, 1);
    insert(messages, 100);
    insert(messages, 1'000);
    reads(2'000);
    restart();
    closePlugin();
}

} // namespace

int main(int argc, char **argv)
{
    const QCoreApplication application(argc, argv);
    const int messages = argc > 1 ? std::atoi(argv[1]) : 100'000;
    std::printf("%-52s %10s %8s %10s\n", "", "per second", "ratio", "CPU us");
    Bench sqlite("sqlite", {});
    sqlite.rawSqlite(messages);
    sqlite.all(messages);
    if (argc > 2)
        Bench(argv[2], QJsonDocument::fromJson(argc > 3 ? argv[3] : "{}").object()).all(messages);
}
