// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/message_id.h"
#include "webhook_payload.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

#include <array>

using namespace hudhud;
using namespace std::chrono_literals;

class WebhookPayloadTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aFullChangeHasEveryMember()
    {
        StatusChange change;
        change.id = m_ids.next();
        change.recipient = *Recipient::fromString("967771234567");
        change.sender = "967770000001";
        change.apiKeyId = 12;
        change.status = MessageStatus::DeadLetter;
        change.time = Timestamp(1'790'000'000'123ms);
        change.attempt = 3;
        change.channel = DeliveryChannel::Retry;
        change.reason = "phone said \"no\" \x01 هدهد";
        change.deadLetterReason = DeadLetterReason::AttemptsUsedUp;
        change.readAt = Timestamp(1'790'000'001'000ms);
        change.latency = 250ms;
        const QJsonObject expected{
            {QStringLiteral("id"), QString::fromLatin1(change.id.toString())},
            {QStringLiteral("recipient"), QStringLiteral("967771234567")},
            {QStringLiteral("sender"), QStringLiteral("967770000001")},
            {QStringLiteral("status"), QStringLiteral("DeadLetter")},
            {QStringLiteral("time"), QStringLiteral("2026-09-21T14:13:20.123Z")},
            {QStringLiteral("attempt"), 3},
            {QStringLiteral("channel"), QStringLiteral("Retry")},
            {QStringLiteral("reason"), QString::fromUtf8(change.reason)},
            {QStringLiteral("deadLetterReason"), QStringLiteral("attempts-used-up")},
            {QStringLiteral("readAt"), QStringLiteral("2026-09-21T14:13:21.000Z")},
            {QStringLiteral("latencyMs"), 250}};
        QCOMPARE(parse(webhookBody(std::array{change})), QJsonArray{expected});
    }

    void membersWithoutValueAreLeftOut()
    {
        StatusChange change;
        change.id = m_ids.next();
        change.recipient = *Recipient::fromString("967771234567");
        change.status = MessageStatus::Delivered;
        const QJsonArray changes = parse(webhookBody(std::array{change, change}));
        QCOMPARE(changes.size(), 2);
        QStringList keys = changes.at(0).toObject().keys();
        keys.sort();
        QCOMPARE(keys, QStringList({QStringLiteral("attempt"), QStringLiteral("channel"), QStringLiteral("id"), QStringLiteral("recipient"),
                                    QStringLiteral("status"), QStringLiteral("time")}));
    }

    /// The expected value was made with: printf '1790000000.{"changes":[]}' | openssl dgst -sha256 -hmac SECRET
    void theSignatureIsThatOfOpenSsl()
    {
        const QByteArray secret = QByteArray(31, 's') + 'x';
        QCOMPARE(webhookSignature(secret, Timestamp(1'790'000'000'999ms), "{\"changes\":[]}"),
                 QByteArray("t=1790000000,v1=0e6b7db6f3dbc908c550582007d83879079fcb5f44da303d9c1a9794af5db2fd"));
    }

private:
    static QJsonArray parse(const QByteArray &body)
    {
        return QJsonDocument::fromJson(body).object().value(QLatin1StringView("changes")).toArray();
    }

    MessageIdGenerator m_ids{Clock::system()};
};

QTEST_GUILESS_MAIN(WebhookPayloadTest)
#include "webhook_payload_test.moc"
