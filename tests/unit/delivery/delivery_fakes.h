// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/clock.h"
#include "plugin-api/delivery.h"
#include "plugin-api/metrics.h"
#include "plugin-api/retry.h"
#include "plugin-api/transition_rules.h"
#include "storage/storage_client.h"

#include <QCoreApplication>
#include <QObject>

#include <deque>
#include <map>
#include <mutex>

namespace hudhud {

/// A clock that moves only when told. Thread: any.
class HeldClock final : public Clock
{
public:
    Timestamp now() const override
    {
        return Timestamp(std::chrono::milliseconds(1'700'000'000'000) + m_passed.load());
    }
    SteadyTime steadyNow() const override { return SteadyTime(std::chrono::hours(1) + m_passed.load()); }
    void advance(std::chrono::milliseconds by) { m_passed = m_passed.load() + by; }

private:
    std::atomic<std::chrono::milliseconds> m_passed{std::chrono::milliseconds(0)};
};

class FakeMetrics final : public MetricsRegistry
{
public:
    Counter &counter(const QByteArray &name, const QByteArray &, const MetricLabels &labels) override
    {
        return m_counters[key(name, labels)];
    }
    Gauge &gauge(const QByteArray &name, const QByteArray &, const MetricLabels &labels) override
    {
        return m_gauges[key(name, labels)];
    }
    DurationHistogram &histogram(const QByteArray &name, const QByteArray &,
                                 const MetricLabels &labels) override
    {
        return m_histograms[key(name, labels)];
    }
    QByteArray prometheusText() const override { return {}; }
    qint64 count(const QByteArray &key) { return m_counters[key].value(); }
    qint64 level(const QByteArray &key) { return m_gauges[key].value(); }

private:
    static QByteArray key(const QByteArray &name, const MetricLabels &labels)
    {
        return labels.empty() ? name : name + '/' + labels.front().second;
    }
    std::map<QByteArray, Counter> m_counters;
    std::map<QByteArray, Gauge> m_gauges;
    std::map<QByteArray, DurationHistogram> m_histograms;
};

/// Doubles from one second; gives up after `attempts`.
class FakeRetryPolicy final : public RetryPolicy
{
public:
    explicit FakeRetryPolicy(int attempts)
        : m_attempts(attempts)
    {
    }
    Result<void> configure(const QJsonObject &, const PluginContext &) override { return {}; }
    Result<void> start() override { return {}; }
    void stop(std::chrono::milliseconds) override {}
    std::optional<std::chrono::milliseconds> nextDelay(int attempt, ErrorClass) const override
    {
        if (attempt >= m_attempts)
            return std::nullopt;
        return std::chrono::milliseconds(1000) * (1 << (attempt - 1));
    }

private:
    int m_attempts;
};

/// The rows that all fake clients share. Thread: any.
class FakeStore
{
public:
    struct Row
    {
        Message message;
        MessageState state;
        std::vector<MessageEvent> events;
    };

    void insert(const Message &message);
    std::optional<Row> row(const MessageId &id) const;
    MessageStatus status(const MessageId &id) const { return row(id)->state.status; }
    std::vector<Result<void>> apply(const std::vector<StatusTransition> &transitions);
    Result<void> withdraw(const MessageId &id);
    Result<void> replace(const MessageReplacement &replacement);
    std::vector<MessagePointer> claimDue(Timestamp now, int limit);
    qint64 recover(const QByteArray &node, Timestamp now);
    std::vector<MessagePointer> find(const std::vector<MessageId> &ids) const;
    std::vector<MessagePointer> pending(const Recipient &recipient, int limit, Timestamp now,
                                        const std::vector<MessageId> &excluded,
                                        Priority highest = Priority::Critical) const;
    std::vector<Recipient> waiting(std::span<const Recipient> recipients, Timestamp now) const;

private:
    static MessagePointer snapshot(const Row &row);
    void putBack(Row &row, Timestamp now, const QByteArray &reason);

    mutable std::mutex m_mutex; ///< Guards the rows.
    std::map<MessageId, Row> m_rows;
};

/// What reads pages in the fake store. Thread: any.
class FakeStorageReader final : public StorageReader
{
public:
    explicit FakeStorageReader(const FakeStore &store)
        : m_store(store)
    {
    }
    Result<std::vector<MessagePointer>> find(std::span<const MessageId>) override { Q_UNREACHABLE(); }
    Result<std::vector<MessageEvent>> events(const MessageId &) override { Q_UNREACHABLE(); }
    Result<std::vector<MessagePointer>> list(const MessageFilter &) override { Q_UNREACHABLE(); }
    Result<std::vector<MessagePointer>> pending(const Recipient &recipient, int limit, Timestamp now,
                                                std::span<const MessageId> excluded) override
    {
        return m_store.pending(recipient, limit, now, {excluded.begin(), excluded.end()});
    }
    Result<std::vector<MessagePointer>> pendingUpTo(Priority highest, const Recipient &recipient, int limit,
                                                    Timestamp now, std::span<const MessageId> excluded) override
    {
        return m_store.pending(recipient, limit, now, {excluded.begin(), excluded.end()}, highest);
    }
    Result<qint64> pendingCount(const Recipient &) override { Q_UNREACHABLE(); }
    Result<std::vector<Recipient>> waiting(std::span<const Recipient> recipients, Timestamp now) override
    {
        return m_store.waiting(recipients, now);
    }
    Result<StorageStatistics> statistics() override { Q_UNREACHABLE(); }
    Result<PriorityStatistics> queueStatistics(Timestamp) override { Q_UNREACHABLE(); }
    Result<std::optional<ApiKeyRecord>> findApiKey(QByteArrayView) override { Q_UNREACHABLE(); }
    Result<std::vector<ApiKeyRecord>> apiKeys() override { Q_UNREACHABLE(); }
    DeadLetterReader &deadLetters() override { Q_UNREACHABLE(); }
    JobReader &jobs() override { Q_UNREACHABLE(); }
    AuditReader &audit() override { Q_UNREACHABLE(); }
    GroupReader &groups() override { Q_UNREACHABLE(); }
    BroadcastReader &broadcasts() override { Q_UNREACHABLE(); }
    AttachmentReader &attachments() override { Q_UNREACHABLE(); }

private:
    const FakeStore &m_store;
};

/// A door to the fake store whose answers can be held back or made to fail. Reads look when they are called,
/// writes change the rows when they are released. Thread: the one that made it.
class FakeStorageClient : public StorageClient
{
public:
    explicit FakeStorageClient(FakeStore &store)
        : m_store(store)
    {
    }

    bool holdReads = false;
    bool holdWrites = false;
    std::optional<Error> failReads;
    std::optional<Error> failWrites;
    int pendingReads = 0;
    int claims = 0;
    std::vector<int> purgeAnswers; ///< Taken from the front; then 0.
    int purges = 0;

    void releaseReads();
    /// Later reads are answered, those held so far stay held.
    void letReadsThrough();
    void releaseWrites();
    std::size_t heldReads() const { return m_reads.size(); }
    std::size_t heldWrites() const { return m_writes.size(); }

    void persist(std::vector<MessagePointer>, Completion<std::vector<Result<void>>>) override
    {
        Q_UNREACHABLE();
    }
    void persistOnce(std::vector<MessagePointer>, std::optional<IdempotencyClaim>, Completion<PersistOutcome>) override
    {
        Q_UNREACHABLE();
    }
    void transition(std::vector<StatusTransition> transitions, Urgency urgency,
                    Completion<std::vector<Result<void>>> completion) override;
    void withdraw(const MessageId &id, Completion<void> completion) override;
    void replace(MessageReplacement replacement, Completion<void> completion) override;
    void claimDue(Timestamp now, int limit, Completion<std::vector<MessagePointer>> completion) override;
    void recover(Timestamp now, Completion<qint64> completion) override;
    void purge(Timestamp deliveredBefore, Timestamp deadBefore, int limit,
               Completion<int> completion) override;
    void saveApiKey(ApiKeyRecord, Completion<qint64>) override { Q_UNREACHABLE(); }
    void find(std::vector<MessageId> ids, Completion<std::vector<MessagePointer>> completion) override;
    void events(const MessageId &, Completion<std::vector<MessageEvent>>) override { Q_UNREACHABLE(); }
    void list(const MessageFilter &, Completion<std::vector<MessagePointer>>) override { Q_UNREACHABLE(); }
    void pending(const Recipient &recipient, int limit, Timestamp now, std::vector<MessageId> excluded,
                 Completion<std::vector<MessagePointer>> completion) override;
    void pendingCount(const Recipient &, Completion<qint64>) override { Q_UNREACHABLE(); }
    void statistics(Completion<StorageStatistics>) override { Q_UNREACHABLE(); }
    void findApiKey(const QByteArray &, Completion<std::optional<ApiKeyRecord>>) override { Q_UNREACHABLE(); }
    void apiKeys(Completion<std::vector<ApiKeyRecord>>) override { Q_UNREACHABLE(); }
    void runOnWriter(DeviceTask<StorageWriter>) override { Q_UNREACHABLE(); }
    void runOnReader(DeviceTask<StorageReader> task) override;

private:
    using Task = std::move_only_function<void()>;
    void later(std::deque<Task> &queue, bool isHeld, Task task);
    static void run(std::deque<Task> &queue);

    FakeStore &m_store;
    FakeStorageReader m_reader{m_store};
    std::deque<Task> m_reads;
    std::deque<Task> m_keptReads;
    std::deque<Task> m_writes;
    QObject m_context; ///< Posted answers end with it.
};

/// A phone that notes what it gets. Thread: its worker's; the notes from any.
class FakeReceiver final : public Receiver
{
public:
    void push(std::span<const MessagePointer> messages) override;
    void pushPending(std::span<const MessagePointer> messages) override;
    void withdrawn(std::span<const MessageId> ids) override;
    void close(CloseReason reason) override;

    std::vector<MessageId> all() const;
    std::vector<MessageId> withdrawals() const;
    std::vector<std::size_t> pageSizes() const;
    std::size_t count() const { return all().size(); }
    int closes() const;
    std::function<void(std::span<const MessagePointer>)> onPush;

private:
    mutable std::mutex m_mutex; ///< Guards the notes.
    std::vector<MessageId> m_ids;
    std::vector<MessageId> m_withdrawn;
    std::vector<std::size_t> m_pages;
    int m_closes = 0;
};

} // namespace hudhud
