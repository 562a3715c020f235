// SPDX-License-Identifier: GPL-3.0-or-later
#include "attachments/link_secret.h"
#include "attachments/link_signer.h"
#include "ingest/held_clock.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>
#include <QUrl>
#include <QUrlQuery>

using namespace hudhud;
using namespace hudhud::fakes;
using namespace std::chrono_literals;

/// Links to attachments, and the secret behind them.
class LinkSignerTest : public QObject
{
    Q_OBJECT

private:
    static constexpr char Id[] = "018f5d3c-7c1a-7b2e-9d43-5a1c2b3d4e5f";

    struct Parts
    {
        QByteArray path;
        QByteArray expires;
        QByteArray signature;
    };
    static Parts partsOf(const QByteArray &url)
    {
        const QUrl parsed(QString::fromLatin1(url));
        const QUrlQuery query(parsed);
        return {parsed.path().toLatin1(), query.queryItemValue(QStringLiteral("expires")).toLatin1(),
                query.queryItemValue(QStringLiteral("signature")).toLatin1()};
    }
    static bool isForbidden(const Result<void> &result)
    {
        return !result && result.error().code() == ErrorCode::Forbidden;
    }

    HeldClock m_clock;
    Counter m_refused;
    const QByteArray m_secret = QByteArray(32, 's');

private Q_SLOTS:
    void aLinkIsValidUntilItExpires()
    {
        AttachmentOptions options;
        options.linkLifetime = 60s;
        const LinkSigner signer(options, m_secret, m_clock, m_refused);
        const Parts link = partsOf(signer.urlOf(Id));
        QCOMPARE(link.path, QByteArray("/api/v1/attachments/") + Id);
        QVERIFY(signer.check(Id, link.expires, link.signature));
        m_clock.wall += 59s;
        QVERIFY(signer.check(Id, link.expires, link.signature));
        m_clock.wall += 2s;
        QVERIFY(isForbidden(signer.check(Id, link.expires, link.signature)));
        QCOMPARE(m_refused.value(), 1);
        const Parts fresh = partsOf(signer.urlOf(Id));
        QVERIFY(signer.check(Id, fresh.expires, fresh.signature));
    }

    void nothingOfALinkCanBeChanged()
    {
        const LinkSigner signer({}, m_secret, m_clock, m_refused);
        const Parts link = partsOf(signer.urlOf(Id));
        QByteArray other(Id);
        other.back() = '0';
        QVERIFY(isForbidden(signer.check(other, link.expires, link.signature)));
        const QByteArray later = QByteArray::number(link.expires.toLongLong() + 1);
        QVERIFY(isForbidden(signer.check(Id, later, link.signature)));
        QVERIFY(isForbidden(signer.check(Id, '0' + link.expires, link.signature)));
        QVERIFY(isForbidden(signer.check(Id, link.expires, {})));
        QVERIFY(isForbidden(signer.check(Id, {}, {})));
        QVERIFY(isForbidden(signer.check(Id, QByteArray(100, '9'), link.signature)));
        for (qsizetype i = 0; i < link.signature.size(); ++i) {
            QByteArray forged = link.signature;
            forged[i] = forged[i] == 'A' ? 'B' : 'A';
            QVERIFY(isForbidden(signer.check(Id, link.expires, forged)));
        }
        const LinkSigner stranger({}, QByteArray(32, 't'), m_clock, m_refused);
        QVERIFY(isForbidden(stranger.check(Id, link.expires, link.signature)));
    }

    void aPublicUrlStandsInFront()
    {
        AttachmentOptions options;
        options.publicUrl = QStringLiteral("https://push.example.com");
        const LinkSigner signer(options, m_secret, m_clock, m_refused);
        QVERIFY(signer.urlOf(Id).startsWith(QByteArray("https://push.example.com/api/v1/attachments/") + Id + '?'));
    }

    void theSecretIsMadeOnceAndForNobodyElse()
    {
        const QTemporaryDir folder;
        const QString path = folder.filePath(QStringLiteral("attachments.key"));
        const auto first = loadLinkSecret(path);
        QVERIFY(first);
        QCOMPARE(first->size(), 32);
        constexpr auto Others = QFile::ReadGroup | QFile::WriteGroup | QFile::ReadOther | QFile::WriteOther;
        QVERIFY(!(QFile::permissions(path) & Others));
        QVERIFY(QFile::setPermissions(path, QFile::permissions(path) | QFile::ReadOther));
        const auto second = loadLinkSecret(path);
        QVERIFY(second && *second == *first);
        QVERIFY(!(QFile::permissions(path) & Others));
        QVERIFY(*loadLinkSecret(folder.filePath(QStringLiteral("other.key"))) != *first);
    }

    void aDamagedSecretIsRefused()
    {
        const QTemporaryDir folder;
        const QString path = folder.filePath(QStringLiteral("attachments.key"));
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly) && file.write("short") == 5);
        file.close();
        const auto loaded = loadLinkSecret(path);
        QVERIFY(!loaded && loaded.error().field() == u"node.data_dir");
        QVERIFY(!loadLinkSecret(folder.filePath(QStringLiteral("nowhere/attachments.key"))));
    }
};

QTEST_GUILESS_MAIN(LinkSignerTest)
#include "link_signer_test.moc"
