// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/message.h"

#include <QTest>

#include <set>

using namespace hudhud;

class MessageTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void recipientTakesSevenToFifteenDigits_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<bool>("isValid");
        QTest::newRow("six digits") << QByteArray("123456") << false;
        QTest::newRow("seven digits") << QByteArray("1234567") << true;
        QTest::newRow("fifteen digits") << QByteArray("123456789012345") << true;
        QTest::newRow("sixteen digits") << QByteArray("1234567890123456") << false;
        QTest::newRow("plus sign") << QByteArray("+96777123456") << false;
        QTest::newRow("space") << QByteArray("96777 123456") << false;
        QTest::newRow("leading zero") << QByteArray("0012345678") << true;
    }
    void recipientTakesSevenToFifteenDigits()
    {
        QFETCH(QByteArray, text);
        QFETCH(bool, isValid);
        const auto recipient = Recipient::fromString(text);
        QCOMPARE(recipient.has_value(), isValid);
        if (recipient)
            QCOMPARE(recipient->toByteArray(), text);
    }

    void equalRecipientsHashEqually()
    {
        const auto one = Recipient::fromString("967771234567");
        const auto same = Recipient::fromString("967771234567");
        const auto other = Recipient::fromString("0967771234567");
        QCOMPARE(std::hash<Recipient>{}(*one), std::hash<Recipient>{}(*same));
        QVERIFY(*one == *same);
        QVERIFY(*one != *other);
    }

    void namesRoundTrip()
    {
        for (int i = 0; i < 5; ++i) {
            const auto status = static_cast<MessageStatus>(i);
            QVERIFY(messageStatusFromName(messageStatusName(status)) == status);
        }
        for (int i = 0; i < PriorityCount; ++i) {
            const auto priority = static_cast<Priority>(i);
            QVERIFY(priorityFromName(priorityName(priority)) == priority);
        }
        for (std::size_t i = 0; i < DeadLetterReasonCount; ++i) {
            const auto reason = static_cast<DeadLetterReason>(i);
            QVERIFY(deadLetterReasonFromName(deadLetterReasonName(reason)) == reason);
        }
        QVERIFY(!deadLetterReasonFromName("Expired"));
        QVERIFY(messageTypeFromName("TwoWay") == MessageType::TwoWay);
        QVERIFY(!priorityFromName("critical"));
        QVERIFY(!priorityFromName("Urgent"));
    }

    void onlyTheDesignedTransitionsAreAllowed()
    {
        using enum MessageStatus;
        const std::set<std::pair<MessageStatus, MessageStatus>> allowed{
            {Queued, Processing},   {Queued, Delivered},     {Queued, DeadLetter}, {Processing, Queued},
            {Processing, Delivered}, {Processing, Failed},    {Processing, DeadLetter}, {Failed, Queued},
            {Failed, Processing},   {Failed, Delivered},     {Failed, DeadLetter}, {DeadLetter, Queued}};
        for (int from = 0; from < 5; ++from) {
            for (int to = 0; to < 5; ++to) {
                const auto pair = std::pair(static_cast<MessageStatus>(from), static_cast<MessageStatus>(to));
                QCOMPARE(isTransitionAllowed(pair.first, pair.second), allowed.contains(pair));
            }
        }
    }

    void timesAreRfc3339()
    {
        QCOMPARE(toRfc3339(Timestamp(std::chrono::milliseconds(1'700'000'000'007))),
                 QByteArray("2023-11-14T22:13:20.007Z"));
        QCOMPARE(toRfc3339(Timestamp{}), QByteArray("1970-01-01T00:00:00.000Z"));
    }
};

QTEST_APPLESS_MAIN(MessageTest)
#include "message_test.moc"
