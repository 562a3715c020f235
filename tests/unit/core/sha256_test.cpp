// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/sha256.h"

#include <QTest>

using namespace hudhud;

/// The examples of FIPS 180-4 as NIST publishes them.
class Sha256Test : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void hashesTheExamples_data()
    {
        QTest::addColumn<QByteArrayList>("parts");
        QTest::addColumn<QByteArray>("digest");
        QTest::newRow("nothing") << QByteArrayList{}
                                 << QByteArray("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
        QTest::newRow("one block") << QByteArrayList{"abc"}
                                   << QByteArray("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        QTest::newRow("in parts") << QByteArrayList{"a", "", "bc"}
                                  << QByteArray("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        QTest::newRow("two blocks") << QByteArrayList{"abcdbcdecdefdefgefghfghighij", "hijkijkljklmklmnlmnomnopnopq"}
                                    << QByteArray("248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
        QTest::newRow("a million") << QByteArrayList{QByteArray(1'000'000, 'a')}
                                   << QByteArray("cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
    }
    void hashesTheExamples()
    {
        QFETCH(const QByteArrayList, parts);
        QFETCH(const QByteArray, digest);
        Sha256 hash;
        for (const QByteArray &part : parts)
            hash.add(part);
        QCOMPARE(hash.result().toHex(), digest);
    }
};

QTEST_GUILESS_MAIN(Sha256Test)
#include "sha256_test.moc"
