// SPDX-License-Identifier: GPL-3.0-or-later
// hudhud-bench-replay [messages]: replays dead letters on the sqlite plugin, without a limit and at one, beside accepting
// as many messages in the same run. Files go below the current directory, so that the disk is the one you mean.
#include "deadletters/job_runner.h"
#include "plain_metrics.h"
#include "resilience/breaker_registry.h"
#include "storage/storage_executor.h"

#include <QCoreApplication>
#include <QDir>
#include <QEventLoop>
#include <QPluginLoader>
#include <QTemporaryDir>

#include <chrono>
#include <cstdio>
#include <cstdlib>

using namespace hudhud;
using namespace std::chrono_literals;

namespace {

constexpr int Batch = 500; ///< As a job's slice.
constexpr int Recipients = 1'000;
constexpr int LimitedRate = 2'000;
constexpr std::chrono::seconds LimitedTime = 10s;

template <typename T> T require(Result<T> result, const char *what)
{
    if (!result) {
        std::fprintf(stderr, "%s: %s\n", what, qPrintable(result.error().message()));
        std::exit(1);
    }
    if constexpr (!std::is_void_v<T>)
        return std::move(*result);
}

double secondsOf(const std::function<void()> &work)
{
    const auto begin = std::chrono::steady_clock::now();
    work();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

class Bench
{
public:
    explicit Bench(int messages)
        : m_count(messages)
        , m_folder(QDir::currentPath() + QStringLiteral("/bench-XXXXXX"))
    {
        PluginContext context;
        context.name = "sqlite";
        context.nodeId = "bench";
        context.dataDirectory = m_folder.path();
        context.clock = &Clock::system();
        QPluginLoader loader(QStringLiteral(HUDHUD_PLUGIN_DIR "/hudhud-storage-sqlite"));
        m_storage = qobject_cast<StorageFactory *>(loader.instance())->create();
        require(m_storage->configure({}, context), "configure");
        require(m_storage->start(), "start");
        m_executor = std::make_unique<StorageExecutor>(*m_storage, m_storageOptions, "bench", m_metrics, Clock::system(),
                                                       m_breakers);
        require(m_executor->start(), "executor");
        m_client = m_executor->createClient();
        m_runner = std::make_unique<JobRunner>(JobRunner::Parts{
            .options = m_options, .clock = Clock::system(), .metrics = m_metrics,
            .route = [this](std::span<const MessagePointer> moved) { m_routed += std::ssize(moved); }});
        m_runner->start(*m_client);
    }
    ~Bench()
    {
        m_runner->stop();
        m_client.reset();
        if (!m_executor->stop(1s))
            std::abort();
        m_executor.reset();
        m_storage->stop(1s);
    }

    void accept()
    {
        for (int first = 0; first < m_count; first += Batch) {
            std::vector<MessagePointer> batch;
            for (int i = first; i < std::min(m_count, first + Batch); ++i) {
                auto message = std::make_shared<Message>();
                message->id = m_ids.next();
                message->recipient = *Recipient::fromString(QByteArray::number(967'771'000'000LL + i % Recipients));
                message->subject = "Your order";
                message->content = QByteArray(180, 'c');
                message->createdAt = Clock::system().now();
                batch.push_back(std::move(message));
            }
            m_messages.insert(m_messages.end(), batch.begin(), batch.end());
            wait<std::vector<Result<void>>>([&](auto done) { m_client->persist(std::move(batch), std::move(done)); });
        }
    }

    void die()
    {
        for (int first = 0; first < m_count; first += Batch) {
            std::vector<StatusTransition> batch;
            for (int i = first; i < std::min(m_count, first + Batch); ++i) {
                StatusTransition &transition = batch.emplace_back();
                transition.id = m_messages[static_cast<std::size_t>(i)]->id;
                transition.recipient = m_messages[static_cast<std::size_t>(i)]->recipient;
                const Timestamp now = Clock::system().now();
                transition.events = {{0, MessageStatus::Processing, now, "bench", 0, {}},
                                     {0, MessageStatus::DeadLetter, now, "bench", 5, "no acknowledgement"}};
                transition.retryCount = transition.pushCount = 5;
                transition.failureReason = "no acknowledgement within 30000 ms";
                transition.deadLetterReason = DeadLetterReason::AttemptsUsedUp;
            }
            wait<std::vector<Result<void>>>(
                [&](auto done) { m_client->transition(std::move(batch), Urgency::Now, std::move(done)); });
        }
    }

    qint64 createJob(int rate)
    {
        JobRequest request;
        request.rate = rate;
        request.createdAt = Clock::system().now();
        return wait<Job>([&](auto done) {
                   m_client->write<Job>(
                       [request](StorageWriter &writer) { return writer.jobs().create(request, AuditRecord()); },
                       std::move(done));
               }).id;
    }
    void runJob(qint64 id)
    {
        m_runner->refresh();
        while (stateOf(id) == JobState::Running)
            turnFor(20ms);
    }
    void cancel(qint64 id)
    {
        wait<Job>([&](auto done) {
            m_client->write<Job>(
                [id](StorageWriter &writer) {
                    return writer.jobs().change(
                        id, {.state = JobState::Cancelled, .rate = {}, .passesCanary = false, .error = {}}, AuditRecord());
                },
                std::move(done));
        });
    }
    void turnFor(std::chrono::milliseconds time)
    {
        QEventLoop loop;
        QTimer::singleShot(time, Qt::PreciseTimer, &loop, &QEventLoop::quit);
        loop.exec();
    }
    void refresh() { m_runner->refresh(); }
    qint64 takeRouted() { return std::exchange(m_routed, 0); }

private:
    JobState stateOf(qint64 id)
    {
        return wait<std::optional<Job>>([&](auto done) {
                   m_client->read<std::optional<Job>>([id](StorageReader &reader) { return reader.jobs().find(id); },
                                                      std::move(done));
               })->state;
    }
    template <typename T> T wait(const std::function<void(Completion<T>)> &call)
    {
        QEventLoop loop;
        std::optional<Result<T>> answer;
        call([&](Result<T> result) {
            answer.emplace(std::move(result));
            loop.quit();
        });
        if (!answer)
            loop.exec();
        return require(std::move(*answer), "store");
    }

    const int m_count;
    QTemporaryDir m_folder;
    PlainMetrics m_metrics;
    StorageOptions m_storageOptions;
    DeadLetterOptions m_options;
    MessageIdGenerator m_ids{Clock::system()};
    std::unique_ptr<Storage> m_storage;
    BreakerRegistry m_breakers{{}, m_metrics, Clock::system()};
    std::unique_ptr<StorageExecutor> m_executor;
    std::unique_ptr<StorageClient> m_client;
    std::unique_ptr<JobRunner> m_runner;
    std::vector<MessagePointer> m_messages;
    qint64 m_routed = 0;
};

void print(const char *name, double rate, double yardstick)
{
    std::printf("%-52s %10.0f %8.2f\n", name, rate, rate / yardstick);
    std::fflush(stdout);
}

} // namespace

int main(int argc, char *argv[])
{
    const QCoreApplication application(argc, argv);
    const int count = argc > 1 ? std::atoi(argv[1]) : 100'000;
    Bench bench(count);
    std::printf("%-52s %10s %8s\n", "", "per second", "ratio");
    const double accepted = count / secondsOf([&] { bench.accept(); });
    print("accept, 500 in a commit", accepted, accepted);
    print("die", count / secondsOf([&] { bench.die(); }), accepted);
    qint64 job = 0;
    const double freezing = secondsOf([&] { job = bench.createJob(0); });
    print("freeze the selection", count / freezing, accepted);
    print("replay without a limit", count / secondsOf([&] { bench.runJob(job); }), accepted);
    std::printf("routed: %lld\n", static_cast<long long>(bench.takeRouted()));

    bench.die();
    job = bench.createJob(LimitedRate);
    const double limited = secondsOf([&] {
        bench.refresh();
        bench.turnFor(LimitedTime);
    });
    const double moved = static_cast<double>(bench.takeRouted());
    bench.cancel(job);
    std::printf("replay at %d/s: %.0f/s, off by %+.1f %%\n", LimitedRate, moved / limited,
                (moved / limited / LimitedRate - 1) * 100);
    return 0;
}
