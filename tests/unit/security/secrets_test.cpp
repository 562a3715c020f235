// SPDX-License-Identifier: GPL-3.0-or-later
#include "security/secrets.h"

#include <QTest>

using namespace hudhud;

class SecretsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void knownDigests()
    {
        // FIPS 180-4 example and RFC 4231, test case 2.
        QCOMPARE(sha256("abc").toHex(),
                 QByteArray("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"));
        QCOMPARE(hmacSha256("Jefe", "what do ya want for nothing?").toHex(),
                 QByteArray("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"));
    }

    void comparison()
    {
        QVERIFY(equalInConstantTime("abc", "abc"));
        QVERIFY(equalInConstantTime("", ""));
        QVERIFY(!equalInConstantTime("abc", "abd"));
        QVERIFY(!equalInConstantTime("abc", "ab"));
    }

    void randomness()
    {
        QCOMPARE(randomBytes(32).size(), 32);
        QVERIFY(randomBytes(32) != randomBytes(32));
    }

    void base64Url()
    {
        const QByteArray bytes = QByteArray::fromHex("fbfff0");
        QCOMPARE(toBase64Url(bytes), QByteArray("-__w"));
        QCOMPARE(fromBase64Url("-__w"), std::optional(bytes));
        QCOMPARE(fromBase64Url("YQ"), std::optional(QByteArray("a")));
        for (const char *text : {"YQ==", "+//w", "a b", "a\n", "ä"})
            QVERIFY2(!fromBase64Url(text), text);
    }
};

QTEST_APPLESS_MAIN(SecretsTest)
#include "secrets_test.moc"
