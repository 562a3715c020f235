// SPDX-License-Identifier: GPL-3.0-or-later
#include "ingest/recipient_queues.h"

#include <QTest>

using namespace hudhud;
using namespace std::chrono_literals;

class RecipientQueuesTest : public QObject
{
    Q_OBJECT

private:
    const Recipient m_ali = *Recipient::fromString("967771234567");
    const Recipient m_sara = *Recipient::fromString("967771234568");
    SteadyTime m_now{1'000s};

private Q_SLOTS:
    void theStoreIsAskedOnceInAStride()
    {
        RecipientQueues queues(1'000);
        int asked = 0;
        for (int i = 0; i < 1'000; ++i)
            asked += queues.note(m_ali, m_now) ? 1 : 0;
        QCOMPARE(asked, 10);
        QVERIFY(!queues.isFull(m_ali));
    }

    void aQueueNearItsLimitIsCountedMessageByMessage()
    {
        RecipientQueues queues(1'000);
        queues.learn(m_ali, 950, m_now);
        for (int i = 0; i < 50; ++i) {
            QVERIFY(!queues.isFull(m_ali));
            QVERIFY(!queues.note(m_ali, m_now));
        }
        QVERIFY(queues.isFull(m_ali));
        QVERIFY(!queues.isFull(m_sara));
    }

    void aFullQueueIsLookedAtAgainAfterASecond()
    {
        RecipientQueues queues(1'000);
        queues.learn(m_ali, 1'000, m_now);
        QVERIFY(queues.isFull(m_ali));
        QVERIFY(!queues.note(m_ali, m_now + 999ms));
        QVERIFY(queues.note(m_ali, m_now + 1s));
        QVERIFY(!queues.note(m_ali, m_now + 1s));
        queues.learn(m_ali, 10, m_now + 1s);
        QVERIFY(!queues.isFull(m_ali));
    }

    void smallLimitsAreExactOnceTheStoreHasAnswered()
    {
        RecipientQueues queues(3);
        for (qint64 pending = 1; pending <= 3; ++pending) {
            QVERIFY(!queues.isFull(m_ali));
            queues.note(m_ali, m_now);
            queues.learn(m_ali, pending, m_now);
        }
        QVERIFY(queues.isFull(m_ali));
    }

    void withoutALimitNothingIsCounted()
    {
        RecipientQueues queues(0);
        QVERIFY(!queues.isLimited());
        QVERIFY(!queues.note(m_ali, m_now));
        QVERIFY(!queues.isFull(m_ali));
    }

    void quietRecipientsMakeRoomForOthers()
    {
        RecipientQueues queues(10);
        const auto recipient = [](int number) {
            return *Recipient::fromString(QByteArray::number(967770000000 + number));
        };
        for (int i = 0; i < 10'000; ++i)
            queues.learn(recipient(i), 10, m_now);
        queues.learn(m_ali, 10, m_now);
        QVERIFY(!queues.isFull(m_ali)); // No room: not watched.
        queues.learn(m_ali, 10, m_now + 61s);
        QVERIFY(queues.isFull(m_ali));
        QVERIFY(!queues.isFull(recipient(0)));
    }
};

QTEST_APPLESS_MAIN(RecipientQueuesTest)
#include "recipient_queues_test.moc"
