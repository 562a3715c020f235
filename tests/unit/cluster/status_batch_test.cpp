// SPDX-License-Identifier: GPL-3.0-or-later
#include "cluster/status_batch.h"

#include "core/clock.h"

#include <QTest>

#include <array>

using namespace hudhud;
using namespace std::chrono_literals;

namespace {

StatusChange plainChange()
{
    StatusChange change;
    change.id = MessageIdGenerator(Clock::system()).next();
    change.recipient = *Recipient::fromString("967771234567");
    change.status = MessageStatus::Processing;
    change.time = Timestamp(1ms);
    return change;
}

StatusChange fullChange()
{
    StatusChange change = plainChange();
    change.sender = "8001234";
    change.apiKeyId = 7;
    change.status = MessageStatus::DeadLetter;
    change.attempt = 3;
    change.channel = DeliveryChannel::Retry;
    change.reason = "no acknowledgement";
    change.deadLetterReason = DeadLetterReason::PermanentError;
    change.readAt = Timestamp(2ms);
    change.latency = 4ms;
    return change;
}

} // namespace

class StatusBatchTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void changesArriveAsTheyWere()
    {
        const std::vector<StatusChange> sent{plainChange(), fullChange()};
        const auto batch = StatusBatch::decode(StatusBatch::encode("node-1", sent));
        QVERIFY(batch);
        QCOMPARE(batch->node, QByteArray("node-1"));
        QCOMPARE(batch->changes.size(), sent.size());
        for (std::size_t i = 0; i < sent.size(); ++i) {
            const StatusChange &change = batch->changes[i];
            QCOMPARE(change.id, sent[i].id);
            QCOMPARE(change.recipient, sent[i].recipient);
            QCOMPARE(change.sender, sent[i].sender);
            QCOMPARE(change.apiKeyId, sent[i].apiKeyId);
            QCOMPARE(change.status, sent[i].status);
            QCOMPARE(change.time, sent[i].time);
            QCOMPARE(change.attempt, sent[i].attempt);
            QCOMPARE(change.channel, sent[i].channel);
            QCOMPARE(change.reason, sent[i].reason);
            QVERIFY(change.deadLetterReason == sent[i].deadLetterReason);
            QVERIFY(change.readAt == sent[i].readAt);
            QCOMPARE(change.latency, sent[i].latency);
        }
    }

    void whatIsCutOrForeignIsRefused()
    {
        const QByteArray none = StatusBatch::encode("node-1", {});
        const QByteArray payload = StatusBatch::encode("node-1", std::array{fullChange()});
        for (qsizetype length = 0; length < payload.size(); ++length)
            QVERIFY2(length == none.size() || !StatusBatch::decode(payload.first(length)), QByteArray::number(length).constData());
        QByteArray newer = payload;
        newer[0] = 2;
        QVERIFY(!StatusBatch::decode(newer));
    }
};

QTEST_GUILESS_MAIN(StatusBatchTest)
#include "status_batch_test.moc"
