// SPDX-License-Identifier: GPL-3.0-or-later
#include "connection_tokens.h"

#include "fakes.h"

#include <QRegularExpression>
#include <QTest>

#include <atomic>
#include <thread>
#include <vector>

namespace hudhud {

using namespace std::chrono_literals;
using Standing = ConnectionTokens::Standing;

namespace {

Standing attach(ConnectionTokens &tokens, const ConnectionToken &token, const QByteArray &user)
{
    return tokens.attach(token, user, TransportKind::WebSockets, 0).standing;
}

} // namespace

class ConnectionTokensTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void textForm();
    void publicIdTellsNothing();
    void livesFromIssueToRelease();
    void belongsToItsUser();
    void namesTheOwner();
    void attachesOnceAmongThreads();
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

void ConnectionTokensTest::publicIdTellsNothing()
{
    const ConnectionToken token = ConnectionToken::random();
    QVERIFY(token.publicId() == token.publicId());
    QVERIFY(!(token.publicId() == token));
    QVERIFY(!(token.publicId() == ConnectionToken::random().publicId()));
    // Whoever knows the id cannot use the connection.
    ConnectionTokens tokens(m_clock, 10, 15s);
    const ConnectionToken issued = tokens.issue("ann").value();
    QCOMPARE(attach(tokens, issued.publicId(), "ann"), Standing::Unknown);
    QCOMPARE(attach(tokens, issued, "ann"), Standing::Attached);
}

void ConnectionTokensTest::livesFromIssueToRelease()
{
    ConnectionTokens tokens(m_clock, 10, 15s);
    const ConnectionToken token = tokens.issue("ann").value();
    QCOMPARE(attach(tokens, token, "ann"), Standing::Attached);
    QCOMPARE(attach(tokens, token, "ann"), Standing::InUse);
    m_clock.advance(1h);
    QCOMPARE(tokens.find(token, "ann").standing, Standing::InUse);
    tokens.release(token);
    QCOMPARE(attach(tokens, token, "ann"), Standing::Unknown);
    QCOMPARE(attach(tokens, ConnectionToken::random(), "ann"), Standing::Unknown);
}

void ConnectionTokensTest::belongsToItsUser()
{
    ConnectionTokens tokens(m_clock, 10, 15s);
    const ConnectionToken token = tokens.issue("ann").value();
    QCOMPARE(attach(tokens, token, "bob"), Standing::Foreign);
    QCOMPARE(tokens.find(token, "bob").standing, Standing::Foreign);
    QCOMPARE(attach(tokens, token, "ann"), Standing::Attached);
    QCOMPARE(attach(tokens, token, "bob"), Standing::Foreign);
}

void ConnectionTokensTest::namesTheOwner()
{
    ConnectionTokens tokens(m_clock, 10, 15s);
    const ConnectionToken token = tokens.issue("ann").value();
    QCOMPARE(tokens.find(token, "ann").ioThread, -1);
    for (const ConnectionTokens::Place &place :
         {tokens.attach(token, "ann", TransportKind::LongPolling, 3), tokens.find(token, "ann"),
          tokens.attach(token, "ann", TransportKind::WebSockets, 1)}) {
        QCOMPARE(place.kind, TransportKind::LongPolling);
        QCOMPARE(place.ioThread, 3);
    }
    QCOMPARE(tokens.find(token, "bob").ioThread, -1);
}

void ConnectionTokensTest::attachesOnceAmongThreads()
{
    ConnectionTokens tokens(m_clock, 1'000'000, 15s);
    std::vector<ConnectionToken> issued;
    for (int i = 0; i < 2'000; ++i)
        issued.push_back(tokens.issue("ann").value());
    std::atomic<int> attached = 0;
    {
        std::vector<std::jthread> threads;
        for (int thread = 0; thread < 4; ++thread) {
            threads.emplace_back([&, thread] {
                for (const ConnectionToken &token : issued) {
                    if (tokens.attach(token, "ann", TransportKind::LongPolling, thread).standing
                        == Standing::Attached)
                        ++attached;
                }
            });
        }
    }
    QCOMPARE(attached.load(), 2'000);
}

void ConnectionTokensTest::expiresUnused()
{
    ConnectionTokens tokens(m_clock, 10, 15s);
    const ConnectionToken token = tokens.issue("ann").value();
    m_clock.advance(14'999ms);
    QCOMPARE(tokens.find(token, "ann").standing, Standing::Waiting);
    m_clock.advance(1ms);
    QCOMPARE(attach(tokens, token, "ann"), Standing::Unknown);
}

void ConnectionTokensTest::isBounded()
{
    ConnectionTokens tokens(m_clock, 2, 15s);
    const ConnectionToken first = tokens.issue("ann").value();
    const ConnectionToken second = tokens.issue("ann").value();
    QVERIFY(!tokens.issue("ann"));
    QCOMPARE(attach(tokens, first, "ann"), Standing::Attached); // Waits no longer.
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
