// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/error_signature.h"

#include <QTest>

using namespace hudhud;

class ErrorSignatureTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void replacesWhatDiffers_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArray>("signature");
        const auto row = [](const char *name, const char *text, const char *signature) {
            QTest::newRow(name) << QByteArray(text) << QByteArray(signature);
        };
        row("nothing", "", "");
        row("plain words", "the phone refused it", "the phone refused it");
        row("numbers", "no acknowledgement within 30000 ms, attempt 5 was the last",
            "no acknowledgement within # ms, attempt # was the last");
        row("numbers in words", "http2 after 30s", "http# after #s");
        row("address", "connect 10.0.0.17:5432", "connect #.#.#.#:#");
        row("uuid", "message 0190f3a4-9f2b-7c11-8000-00000000001a is unknown", "message <id> is unknown");
        row("uuid in capitals", "(0190F3A4-9F2B-7C11-8000-00000000001A)", "(<id>)");
        row("no uuid", "0190f3a4-9f2b", "<id>-#f#b");
        row("hexadecimal", "at 0x7ffe12 of deadbeef01", "at <id> of <id>");
        row("long number", "order 4711471147114711", "order #");
        row("short word of hexadecimal letters", "a decade faded", "a decade faded");
        row("token", "key hk_9fQz1LmXpa77Bc is revoked", "key <id> is revoked");
        row("double quotes", "no user \"Amal 17\" here", "no user \"…\" here");
        row("single quotes", "no user 'x y' here", "no user \"…\" here");
        row("apostrophe", "it can't and won't", "it can't and won't");
        row("open quote", "ends with \"half", "ends with \"half");
        row("white space", "  two\t\n lines  ", "two lines");
        row("arabic", "رفض 17 رسالة", "رفض # رسالة");
    }

    void replacesWhatDiffers()
    {
        QFETCH(QByteArray, text);
        QTEST(errorSignature(text), "signature");
    }

    void isAFixedPoint_data() { replacesWhatDiffers_data(); }

    /// What was normalised once stays: a signature can be given where a text is expected.
    void isAFixedPoint()
    {
        QFETCH(QByteArray, text);
        const QByteArray once = errorSignature(text);
        QCOMPARE(errorSignature(once), once);
    }

    void isCutBetweenCharacters()
    {
        const QByteArray cut = errorSignature(QByteArray("x") + QByteArray("ب").repeated(300));
        QCOMPARE(cut, QByteArray("x") + QByteArray("ب").repeated(99));
        QVERIFY(cut.size() <= MaximumSignatureBytes);
    }
};

QTEST_APPLESS_MAIN(ErrorSignatureTest)
#include "error_signature_test.moc"
