// SPDX-License-Identifier: GPL-3.0-or-later
#include "attachments/media_type.h"

#include <QTest>

using namespace hudhud;

class MediaTypeTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void allows_data()
    {
        QTest::addColumn<QByteArray>("contentType");
        QTest::addColumn<QStringList>("allowed");
        QTest::addColumn<bool>("isAllowed");
        const QStringList some{QStringLiteral("image/*"), QStringLiteral("application/pdf")};
        const QStringList all{QStringLiteral("*/*")};
        QTest::newRow("family") << QByteArray("image/png") << some << true;
        QTest::newRow("exact") << QByteArray("application/pdf") << some << true;
        QTest::newRow("letter case") << QByteArray("Image/PNG") << some << true;
        QTest::newRow("parameter") << QByteArray("application/pdf; version=1") << some << true;
        QTest::newRow("other") << QByteArray("application/zip") << some << false;
        QTest::newRow("prefix only") << QByteArray("images/png") << some << false;
        QTest::newRow("longer") << QByteArray("application/pdfx") << some << false;
        QTest::newRow("anything") << QByteArray("x-a/y.b+c") << all << true;
        QTest::newRow("missing") << QByteArray() << all << false;
        QTest::newRow("no subtype") << QByteArray("image/") << all << false;
        QTest::newRow("no slash") << QByteArray("image") << all << false;
        QTest::newRow("two slashes") << QByteArray("image/png/x") << all << false;
        QTest::newRow("wildcard") << QByteArray("image/*") << some << false;
        QTest::newRow("line end") << QByteArray("image/png; a=\r\nSet-Cookie: x") << all << false;
        QTest::newRow("not ascii") << QByteArray("image/png; a=\xc3\xa4") << all << false;
        QTest::newRow("too long") << "image/png; a=" + QByteArray(300, 'x') << all << false;
        QTest::newRow("nothing allowed") << QByteArray("image/png") << QStringList() << false;
    }
    void allows()
    {
        QFETCH(QByteArray, contentType);
        QFETCH(QStringList, allowed);
        QTEST(isAllowedMediaType(contentType, allowed), "isAllowed");
    }
};

QTEST_GUILESS_MAIN(MediaTypeTest)
#include "media_type_test.moc"
