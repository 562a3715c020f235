// SPDX-License-Identifier: GPL-3.0-or-later
#include "ingest/storage_queries.h"

#include "ingest/fakes.h"

#include <QTest>

using namespace hudhud;

class StorageQueriesTest : public QObject
{
    Q_OBJECT

private:
    fakes::MemoryStorageClient m_storage;
    MessageId m_id;

private Q_SLOTS:
    void init()
    {
        MessageIdGenerator ids(Clock::system());
        Message message;
        message.id = m_id = ids.next();
        message.recipient = *Recipient::fromString("967771234567");
        m_storage.stored = {{m_id, std::make_shared<const Message>(message)}};
        m_storage.failure.reset();
    }

    void findGivesTheMessageOrNull()
    {
        StorageQueries queries(m_storage);
        std::vector<MessagePointer> found;
        const auto keep = [&](Result<MessagePointer> result) { found.push_back(result.value()); };
        queries.find(m_id, keep);
        queries.find(MessageId(), keep);
        QVERIFY(found.empty());
        m_storage.completeAll();
        QCOMPARE(found.at(0)->id, m_id);
        QVERIFY(!found.at(1));
    }

    void findPassesErrorsOn()
    {
        StorageQueries queries(m_storage);
        m_storage.failure = Error(ErrorCode::StorageUnavailable, QStringLiteral("disk"));
        std::optional<ErrorCode> code;
        queries.find(m_id, [&](const Result<MessagePointer> &result) { code = result.error().code(); });
        m_storage.completeAll();
        QVERIFY(code == ErrorCode::StorageUnavailable);
    }

    void theRestIsPassedThrough()
    {
        StorageQueries queries(m_storage);
        std::size_t events = 0;
        std::size_t listed = 99;
        qint64 pending = 0;
        queries.events(m_id,
                       [&](const Result<std::vector<MessageEvent>> &result) { events = result->size(); });
        MessageFilter filter;
        filter.recipient = Recipient::fromString("967770000000");
        queries.list(filter,
                     [&](const Result<std::vector<MessagePointer>> &result) { listed = result->size(); });
        queries.pendingCount(*Recipient::fromString("967771234567"),
                             [&](const Result<qint64> &result) { pending = *result; });
        m_storage.completeAll();
        QCOMPARE(events, 1U);
        QCOMPARE(listed, 0U);
        QCOMPARE(pending, 1);
    }

    /// A read may outlive the queries object: it holds nothing of it.
    void readsOutliveTheObject()
    {
        MessagePointer found;
        {
            StorageQueries queries(m_storage);
            queries.find(m_id, [&](Result<MessagePointer> result) { found = result.value(); });
        }
        m_storage.completeAll();
        QVERIFY(found);
    }
};

QTEST_APPLESS_MAIN(StorageQueriesTest)
#include "storage_queries_test.moc"
