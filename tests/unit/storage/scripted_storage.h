// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "plugin-api/storage.h"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <set>

namespace hudhud {

/// A store that holds nothing but keeps a record of its commits; a test can stop it at the gate, or make
/// commits fail.
class ScriptedStorage final : public Storage
{
public:
    struct Commit
    {
        std::vector<MessagePointer> accepted;
        std::vector<StatusTransition> transitions;
        std::vector<MessageId> withdrawals;
        std::vector<IdempotencyClaim> claims;
        std::vector<MessageReplacement> replacements;
    };

    Result<void> configure(const QJsonObject &, const PluginContext &) override { return {}; }
    Result<void> start() override { return {}; }
    void stop(std::chrono::milliseconds) override {}
    StorageConcurrency concurrency() const override { return m_concurrency; }
    Result<std::unique_ptr<StorageWriter>> createWriter() override
    {
        if (m_refusesWriters)
            return std::unexpected(Error(ErrorCode::StorageCorrupt, QStringLiteral("damaged")));
        return std::make_unique<Writer>(*this);
    }
    Result<std::unique_ptr<StorageReader>> createReader() override { return std::make_unique<Reader>(*this); }
    Result<MessageId> highestId() override { return MessageId(); }

    void setConcurrency(StorageConcurrency concurrency) { m_concurrency = concurrency; }
    void refuseWriters() { m_refusesWriters = true; }
    /// The commits of these numbers, counted from 1, fail.
    void failCommits(std::set<std::size_t> numbers)
    {
        const std::scoped_lock lock(m_mutex);
        m_failing = std::move(numbers);
    }
    /// What a consistency check finds, step by step.
    void find(std::vector<std::vector<Inconsistency>> findings) { m_findings = std::move(findings); }
    /// Every commit fails so; nothing: no more.
    void failWith(std::optional<ErrorCode> code)
    {
        const std::scoped_lock lock(m_mutex);
        m_failure = code;
    }
    void closeGate()
    {
        const std::scoped_lock lock(m_mutex);
        m_isGateClosed = true;
    }
    void openGate()
    {
        const std::scoped_lock lock(m_mutex);
        m_isGateClosed = false;
        m_changed.notify_all();
    }
    /// How many writers and readers have come to the gate so far.
    std::size_t arrivals() const
    {
        const std::scoped_lock lock(m_mutex);
        return m_arrivals;
    }
    std::vector<Commit> commits() const
    {
        const std::scoped_lock lock(m_mutex);
        return m_commits;
    }
    std::vector<QByteArray> journal() const
    {
        const std::scoped_lock lock(m_mutex);
        return m_journal;
    }

private:
    [[noreturn]] static void unexpected() { qFatal("not a role that this store has"); }
    void passGate()
    {
        std::unique_lock lock(m_mutex);
        ++m_arrivals;
        m_changed.wait(lock, [this] { return !m_isGateClosed; });
    }
    void note(const QByteArray &what)
    {
        const std::scoped_lock lock(m_mutex);
        m_journal.push_back(what);
    }

    class Writer final : public StorageWriter, private ReceiptWriter
    {
    public:
        explicit Writer(ScriptedStorage &storage)
            : m_storage(storage)
        {
        }
        Result<CommitOutcome> commit(const WriteBatch &batch) override
        {
            m_storage.passGate();
            const std::scoped_lock lock(m_storage.m_mutex);
            m_storage.m_journal.push_back("commit");
            m_storage.m_commits.push_back({batch.accepted, batch.transitions, batch.withdrawals, batch.claims, batch.replacements});
            if (m_storage.m_failing.contains(m_storage.m_commits.size()))
                return std::unexpected(
                    Error(ErrorCode::StorageUnavailable, QStringLiteral("scripted failure")));
            if (m_storage.m_failure)
                return std::unexpected(Error(*m_storage.m_failure, QStringLiteral("scripted failure")));
            CommitOutcome outcome;
            outcome.accepted.resize(batch.accepted.size());
            outcome.transitions.resize(batch.transitions.size());
            outcome.withdrawals.resize(batch.withdrawals.size());
            outcome.replacements.resize(batch.replacements.size());
            for (const IdempotencyClaim &claim : batch.claims)
                outcome.claims.push_back(answer(claim));
            for (std::size_t i = 0; i < batch.accepted.size(); ++i) {
                if (batch.accepted[i]->subject == "refused")
                    outcome.accepted[i]
                        = std::unexpected(Error(ErrorCode::Conflict, QStringLiteral("refused")));
                if (!batch.accepted[i]->collapseKey.isEmpty())
                    outcome.superseded.push_back({i, batch.accepted[i]});
            }
            return outcome;
        }
        Result<std::vector<MessagePointer>> claimDue(Timestamp, int, const QByteArray &node) override
        {
            m_storage.note("claimDue " + node);
            return std::vector<MessagePointer>();
        }
        Result<qint64> recover(const QByteArray &, Timestamp) override { return 3; }
        Result<int> purge(Timestamp, Timestamp, int) override { return 4; }
        Result<qint64> saveApiKey(const ApiKeyRecord &) override { return 5; }
        ConsistencyCheck &consistency() override { return m_consistency; }
        ReceiptWriter &receipts() override { return *this; }
        DeadLetterWriter &deadLetters() override { unexpected(); }
        JobWriter &jobs() override { unexpected(); }
        AuditWriter &audit() override { unexpected(); }
        GroupWriter &groups() override { unexpected(); }
        BroadcastWriter &broadcasts() override { unexpected(); }
        AttachmentWriter &attachments() override { unexpected(); }

    private:
        /// Finds what is scripted, one step for each vector.
        class Consistency final : public ConsistencyCheck
        {
        public:
            explicit Consistency(ScriptedStorage &storage)
                : m_storage(storage)
            {
            }
            Result<ConsistencyStep> check(ConsistencyScope, const QByteArray &from, int, Timestamp) override
            {
                m_storage.note("check " + from);
                const auto index = static_cast<std::size_t>(from.toInt());
                ConsistencyStep step;
                step.examined = 10;
                if (index < m_storage.m_findings.size())
                    step.findings = m_storage.m_findings[index];
                if (index + 1 < m_storage.m_findings.size())
                    step.next = QByteArray::number(index + 1);
                return step;
            }
            Result<bool> repair(const Inconsistency &finding, Timestamp) override
            {
                m_storage.note("repair " + finding.place);
                return true;
            }
            Result<ConsistencyStep> rebuild(const QByteArray &, int) override { return {}; }

        private:
            ScriptedStorage &m_storage;
        };
        static Result<ClaimOutcome> answer(const IdempotencyClaim &claim)
        {
            if (claim.key == "mismatch")
                return std::unexpected(Error(ErrorCode::IdempotencyMismatch, QStringLiteral("mismatch")));
            return ClaimOutcome{claim.key == "known", std::vector<MessageId>(claim.count), claim.now};
        }
        Result<std::vector<MessagePointer>> markRead(const Recipient &, std::span<const MessageId>, Timestamp,
                                                     const QByteArray &) override
        {
            return std::vector<MessagePointer>();
        }

        ScriptedStorage &m_storage;
        Consistency m_consistency{m_storage};
    };

    class Reader final : public StorageReader
    {
    public:
        explicit Reader(ScriptedStorage &storage)
            : m_storage(storage)
        {
        }
        Result<std::vector<MessagePointer>> find(std::span<const MessageId> ids) override
        {
            m_storage.passGate();
            return std::vector<MessagePointer>(ids.size());
        }
        Result<std::vector<MessageEvent>> events(const MessageId &) override
        {
            return std::unexpected(Error(ErrorCode::NotFound, QStringLiteral("none")));
        }
        Result<std::vector<MessagePointer>> list(const MessageFilter &) override
        {
            return std::vector<MessagePointer>();
        }
        Result<std::vector<MessagePointer>> pending(const Recipient &, int, Timestamp,
                                                    std::span<const MessageId> excluded) override
        {
            if (!std::ranges::is_sorted(excluded))
                return std::unexpected(Error(ErrorCode::Internal, QStringLiteral("not sorted")));
            return std::vector<MessagePointer>();
        }
        Result<std::vector<MessagePointer>> pendingUpTo(Priority, const Recipient &recipient, int limit, Timestamp now,
                                                        std::span<const MessageId> excluded) override
        {
            return pending(recipient, limit, now, excluded);
        }
        Result<qint64> pendingCount(const Recipient &) override { return 6; }
        Result<std::vector<Recipient>> waiting(std::span<const Recipient>, Timestamp) override
        {
            return std::vector<Recipient>();
        }
        Result<StorageStatistics> statistics() override { return StorageStatistics{7, 8, 9}; }
        Result<PriorityStatistics> queueStatistics(Timestamp) override { return PriorityStatistics(); }
        Result<std::optional<ApiKeyRecord>> findApiKey(QByteArrayView) override { return std::nullopt; }
        Result<std::vector<ApiKeyRecord>> apiKeys() override { return std::vector<ApiKeyRecord>(); }
        DeadLetterReader &deadLetters() override { unexpected(); }
        JobReader &jobs() override { unexpected(); }
        AuditReader &audit() override { unexpected(); }
        GroupReader &groups() override { unexpected(); }
        BroadcastReader &broadcasts() override { unexpected(); }
        AttachmentReader &attachments() override { unexpected(); }

    private:
        ScriptedStorage &m_storage;
    };

    StorageConcurrency m_concurrency;
    bool m_refusesWriters = false;
    mutable std::mutex m_mutex; ///< Guards the rest.
    std::condition_variable m_changed;
    bool m_isGateClosed = false;
    std::size_t m_arrivals = 0;
    std::set<std::size_t> m_failing;
    std::optional<ErrorCode> m_failure;
    std::vector<Commit> m_commits;
    std::vector<QByteArray> m_journal;
    std::vector<std::vector<Inconsistency>> m_findings;
};

} // namespace hudhud
