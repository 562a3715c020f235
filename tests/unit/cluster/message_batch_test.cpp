// SPDX-License-Identifier: GPL-3.0-or-later
#include "cluster/message_batch.h"

#include <QTest>

using namespace hudhud;
using namespace std::chrono_literals;

namespace {

Message fullMessage()
{
    MessageIdGenerator ids(Clock::system());
    Message message;
    message.id = ids.next();
    message.recipient = *Recipient::fromString("967771234567");
    message.subject = "Subject";
    message.content = QByteArray("with a zero \0 inside", 20);
    message.type = MessageType::TwoWay;
    message.priority = Priority::Critical;
    message.retryCount = 2;
    message.pushCount = 3;
    message.createdAt = Timestamp(1ms);
    message.lastRetryAt = Timestamp(2ms);
    message.expiresAt = Timestamp(3ms);
    message.deliverAt = Timestamp(4ms);
    message.failureReason = "no acknowledgement";
    message.failureClass = ErrorClass::System;
    message.replayCount = 5;
    message.replayJob = 6;
    message.editedFrom = ids.next();
    message.sender = "8001234";
    message.metadata = R"({"a":"b"})";
    message.idempotencyKey = "key";
    message.collapseKey = "collapse";
    message.conversation = "conversation";
    message.apiKeyId = 7;
    message.attachments = {{"id", "name.png", "image/png", 8}, {"other", "b", "c", 9}};
    return message;
}

} // namespace

class MessageBatchTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void messagesArriveAsTheyWere()
    {
        const Message full = fullMessage();
        Message plain;
        plain.id = full.editedFrom;
        plain.recipient = full.recipient;
        MessageBatch batch;
        batch.add(full);
        batch.add(plain);
        QCOMPARE(batch.count(), 2);
        const auto read = MessageBatch::decode(batch.take());
        QVERIFY(batch.isEmpty());
        QVERIFY(read && read->size() == 2);
        QVERIFY(*read->at(0) == full);
        QVERIFY(*read->at(1) == plain);
    }

    void whatIsCutOrForeignIsRefused()
    {
        MessageBatch batch;
        batch.add(fullMessage());
        const QByteArray payload = batch.take();
        for (qsizetype length = 2; length < payload.size(); ++length)
            QVERIFY2(!MessageBatch::decode(payload.first(length)), QByteArray::number(length).constData());
        QVERIFY(!MessageBatch::decode({}));
        QByteArray newer = payload;
        newer[0] = 2;
        QVERIFY(!MessageBatch::decode(newer));
    }
};

QTEST_GUILESS_MAIN(MessageBatchTest)
#include "message_batch_test.moc"
