// SPDX-License-Identifier: GPL-3.0-or-later
#include "webhook_settings.h"

#include <QJsonArray>
#include <QTest>

using namespace hudhud;

class WebhookSettingsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readsEveryKey()
    {
        const auto settings = WebhookSettings::fromJson(good());
        QVERIFY(settings);
        QCOMPARE(settings->url, QUrl(QStringLiteral("https://shop.example.com/hudhud?tenant=7")));
        QCOMPARE(settings->secret, QByteArray(32, 's'));
        QVERIFY(settings->timeout == std::chrono::seconds(5));
        QCOMPARE(settings->maximumQueued, std::size_t(10));
        QCOMPARE(settings->batchSize, std::size_t(4));
        QVERIFY(settings->batchDelay == std::chrono::milliseconds(20));
    }

    void onlyWhatIsNamedIsWanted()
    {
        const auto settings = WebhookSettings::fromJson(good());
        QVERIFY(settings);
        StatusChange change;
        change.status = MessageStatus::Delivered;
        QVERIFY(settings->wants(change));
        change.readAt = Timestamp();
        QVERIFY(!settings->wants(change)); // A receipt, which is not among the statuses.
        change.readAt.reset();
        for (const auto status : {MessageStatus::Queued, MessageStatus::Processing, MessageStatus::Failed}) {
            change.status = status;
            QVERIFY(!settings->wants(change));
        }
        QJsonObject json = good();
        json.insert(QStringLiteral("statuses"), QJsonArray{QStringLiteral("Read")});
        const auto receipts = WebhookSettings::fromJson(json);
        change.status = MessageStatus::Delivered;
        QVERIFY(!receipts->wants(change));
        change.readAt = Timestamp();
        QVERIFY(receipts->wants(change));
    }

    void refusesABadAddress_data()
    {
        QTest::addColumn<QString>("url");
        for (const char *url : {"", "shop.example.com", "/hudhud", "ftp://shop.example.com/", "file:///etc/passwd",
                                "https://", "https://user:password@shop.example.com/", "https://shop.example.com/#part",
                                "https://shop example.com/"})
            QTest::newRow(url) << QString::fromLatin1(url);
    }
    void refusesABadAddress()
    {
        QFETCH(QString, url);
        QJsonObject json = good();
        json.insert(QStringLiteral("url"), url);
        const auto settings = WebhookSettings::fromJson(json);
        QVERIFY(!settings);
        QCOMPARE(settings.error().field(), QStringLiteral("url"));
        QVERIFY(!settings.error().message().contains(QStringLiteral("password@")));
    }

    void refusesAShortSecret()
    {
        QJsonObject json = good();
        json.insert(QStringLiteral("secret"), QString(31, u's'));
        const auto settings = WebhookSettings::fromJson(json);
        QVERIFY(!settings);
        QCOMPARE(settings.error().field(), QStringLiteral("secret"));
        QVERIFY(!settings.error().message().contains(QString(31, u's')));
    }

private:
    static QJsonObject good()
    {
        return {{QStringLiteral("url"), QStringLiteral("https://shop.example.com/hudhud?tenant=7")},
                {QStringLiteral("secret"), QString(32, u's')},
                {QStringLiteral("statuses"), QJsonArray{QStringLiteral("Delivered"), QStringLiteral("DeadLetter")}},
                {QStringLiteral("timeout"), 5'000},
                {QStringLiteral("maximum_queued"), 10},
                {QStringLiteral("batch_size"), 4},
                {QStringLiteral("batch_delay"), 20}};
    }
};

QTEST_GUILESS_MAIN(WebhookSettingsTest)
#include "webhook_settings_test.moc"
