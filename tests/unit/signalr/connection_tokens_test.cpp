// SPDX-License-Identifier: GPL-3.0-or-later
#include "connection_tokens.h"

#include "fakes.h"

#include <QRegularExpression>
#include <QTest>

namespace hudhud {

using namespace std::chrono_literals;
using Outcome = ConnectionTokens::Attachment;

class ConnectionTokensTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void textForm();
    void livesFromIssueToRelease();
    void belongsToItsUser();
    void expiresUnused();
    void isBounded();

private:
    FakeClock m_clock;
};

void ConnectionTokensTest::textForm()
{
    static const QRegularExpression unreserved(QStringLiteral("^[A-Za-z0-9_-]{22}$"));
    for (int i = 0; i < 100; ++i) {
        const ConnectionToken token = ConnectionToken::random();
        const QByteArray text = token.toString();
        QVERIFY(unreserved.match(QString::fromLatin1(text)).hasMatch());
        QVERIFY(ConnectionToken::fromString(text) == token);
    }
    for (const char *text : {"", "abc", "!!!!!!!!!!!!!!!!!!!!!!", "AAAAAAAAAAAAAAAAAAAAAAAAA"})
        QVERIFY(!ConnectionToken::fromString(text));
}

void ConnectionTokensTest::livesFromIssueToRelease()
{
    ConnectionTokens tokens(m_clock, 10, 15s);
    const ConnectionToken token = tokens.issue("ann").value();
    QCOMPARE(tokens.attach(token, "ann"), Outcome::Attached);
    QCOMPARE(tokens.attach(token, "ann"), Outcome::InUse);
    m_clock.advance(1h);
    QVERIFY(tokens.contains(token, "ann"));
    tokens.release(token);
    QCOMPARE(tokens.attach(token, "ann"), Outcome::Unknown);
    QCOMPARE(tokens.attach(ConnectionToken::random(), "ann"), Outcome::Unknown);
}

void ConnectionTokensTest::belongsToItsUser()
{
    ConnectionTokens tokens(m_clock, 10, 15s);
    const ConnectionToken token = tokens.issue("ann").value();
    QCOMPARE(tokens.attach(token, "bob"), Outcome::Unknown);
    QVERIFY(!tokens.contains(token, "bob"));
    QCOMPARE(tokens.attach(token, "ann"), Outcome::Attached);
    QCOMPARE(tokens.attach(token, "bob"), Outcome::Unknown);
}

void ConnectionTokensTest::expiresUnused()
{
    ConnectionTokens tokens(m_clock, 10, 15s);
    const ConnectionToken token = tokens.issue("ann").value();
    m_clock.advance(14'999ms);
    QVERIFY(tokens.contains(token, "ann"));
    m_clock.advance(1ms);
    QCOMPARE(tokens.attach(token, "ann"), Outcome::Unknown);
}

void ConnectionTokensTest::isBounded()
{
    ConnectionTokens tokens(m_clock, 2, 15s);
    const ConnectionToken first = tokens.issue("ann").value();
    const ConnectionToken second = tokens.issue("ann").value();
    QVERIFY(!tokens.issue("ann"));
    QCOMPARE(tokens.attach(first, "ann"), Outcome::Attached); // Waits no longer.
    QVERIFY(tokens.issue("ann"));
    QVERIFY(!tokens.issue("ann"));
    tokens.release(second);
    QVERIFY(tokens.issue("ann"));
    m_clock.advance(15s);
    QVERIFY(tokens.issue("ann"));
    QVERIFY(tokens.issue("ann"));
    QVERIFY(!tokens.issue("ann"));
}

} // namespace hudhud

QTEST_GUILESS_MAIN(hudhud::ConnectionTokensTest)
#include "connection_tokens_test.moc"
