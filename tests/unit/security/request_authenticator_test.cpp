// SPDX-License-Identifier: GPL-3.0-or-later
#include "security/request_authenticator.h"

#include "manual_clock.h"
#include "scripted_storage_client.h"
#include "security/api_key.h"

#include <QTest>

#include <memory>

using namespace hudhud;
using namespace std::chrono_literals;

namespace {

JwtOptions jwtOptions()
{
    JwtOptions options;
    options.secret = "an example secret of 32 bytes or more";
    return options;
}

} // namespace

class RequestAuthenticatorTest : public QObject
{
    Q_OBJECT

private:
    using Answers = std::vector<Result<ApiKeyIdentity>>;

    ManualClock m_clock;
    std::unique_ptr<ScriptedStorageClient> m_storage;
    std::unique_ptr<RequestAuthenticator> m_authenticator;
    Answers m_answers;

    void make(AuthenticatorLimits limits = {})
    {
        const auto keys = TokenKeys::load(jwtOptions());
        if (!keys)
            qFatal("no keys");
        m_authenticator
            = std::make_unique<RequestAuthenticator>(*keys, jwtOptions(), *m_storage, m_clock, limits);
    }
    void ask(const QByteArray &key)
    {
        m_authenticator->authenticateApiKey("Bearer " + key, [this](Result<ApiKeyIdentity> identity) {
            m_answers.push_back(std::move(identity));
        });
    }
    NewApiKey newKey(std::optional<Timestamp> expiresAt = std::nullopt)
    {
        NewApiKey key = createApiKey("shop", {"send"}, expiresAt, m_clock).value();
        key.record.id = 5;
        return key;
    }
    ErrorCode lastError() const
    {
        return m_answers.back() ? ErrorCode::Internal : m_answers.back().error().code();
    }

private Q_SLOTS:
    void init()
    {
        m_clock = ManualClock();
        m_answers.clear();
        m_storage = std::make_unique<ScriptedStorageClient>();
        make();
    }
    void cleanup() { m_authenticator.reset(); }

    void tellsAccountAndLimitsOfTheKey()
    {
        NewApiKey key = newKey();
        key.record.account = *Recipient::fromString("9671234567");
        key.record.messagesPerSecond = 50;
        key.record.messagesPerDay = 1'000;
        ask(key.text);
        m_storage->answer(key.record);
        const ApiKeyIdentity identity = m_answers.at(0).value();
        QVERIFY(identity.account == key.record.account);
        QCOMPARE(identity.messagesPerSecond, 50);
        QCOMPARE(identity.messagesPerDay, 1'000);
    }

    void knownKeyIsAskedOnceAndThenRemembered()
    {
        const NewApiKey key = newKey();
        ask(key.text);
        QCOMPARE(m_storage->lookups.size(), 1U);
        QCOMPARE(m_storage->lookups.front().hash, key.record.hash);
        QVERIFY(m_answers.empty());
        m_storage->answer(key.record);
        QCOMPARE(m_answers.size(), 1U);
        QVERIFY(m_answers.back());
        QCOMPARE(m_answers.back()->id, 5);
        QVERIFY(m_answers.back()->hasScope("send"));
        QVERIFY(!m_answers.back()->hasScope("read"));
        ask(key.text);
        QCOMPARE(m_answers.size(), 2U); // At once.
        m_clock.advance(30s);
        ask(key.text);
        QCOMPARE(m_storage->lookups.size(), 1U); // A revocation is seen after 30 s.
    }

    void tellsTheAccountAndTheLimitsOfAKey()
    {
        NewApiKey key = newKey();
        key.record.account = *Recipient::fromString("967771234567");
        key.record.messagesPerSecond = 20;
        key.record.messagesPerDay = 3'000'000'000;
        ask(key.text);
        m_storage->answer(key.record);
        QVERIFY(m_answers.back());
        QVERIFY(m_answers.back()->account == key.record.account);
        QCOMPARE(m_answers.back()->messagesPerSecond, 20);
        QCOMPARE(m_answers.back()->messagesPerDay, 3'000'000'000);
    }

    void unknownKeysAreRememberedToo()
    {
        const NewApiKey key = newKey();
        ask(key.text);
        m_storage->answer(std::nullopt);
        QVERIFY(lastError() == ErrorCode::Unauthorized);
        ask(key.text);
        QCOMPARE(m_answers.size(), 2U);
        QVERIFY(lastError() == ErrorCode::Unauthorized);
        QVERIFY(m_storage->lookups.empty());
    }

    void requestsOfOneKeyShareOneLookup()
    {
        const NewApiKey key = newKey();
        for (int i = 0; i < 100; ++i)
            ask(key.text);
        QCOMPARE(m_storage->lookups.size(), 1U);
        m_storage->answer(key.record);
        QCOMPARE(m_answers.size(), 100U);
    }

    void textsThatAreNoKeysAreNotLookedUp()
    {
        for (const QByteArray &header : {QByteArray(), QByteArray("Bearer x"), QByteArray("Basic aGs="),
                                         QByteArray("Bearer hk_") + QByteArray(100'000, 'a')}) {
            m_authenticator->authenticateApiKey(header, [this](Result<ApiKeyIdentity> identity) {
                m_answers.push_back(std::move(identity));
            });
            QVERIFY(lastError() == ErrorCode::Unauthorized);
        }
        QCOMPARE(m_answers.size(), 4U);
        QVERIFY(m_storage->lookups.empty());
    }

    void expiryAndRevocationHoldForRememberedKeys()
    {
        const NewApiKey expiring = newKey(m_clock.now() + 10s);
        ask(expiring.text);
        m_storage->answer(expiring.record);
        QVERIFY(m_answers.back());
        m_clock.advance(10s);
        ask(expiring.text);
        QVERIFY(lastError() == ErrorCode::Unauthorized);

        NewApiKey revoked = newKey();
        revoked.record.revokedAt = m_clock.now();
        ask(revoked.text);
        m_storage->answer(revoked.record);
        QVERIFY(lastError() == ErrorCode::Unauthorized);
    }

    void aBrokenStoreIsNotTheCallersFault()
    {
        const NewApiKey key = newKey();
        ask(key.text);
        m_storage->answer(std::unexpected(Error(ErrorCode::StorageUnavailable, QStringLiteral("down"))));
        QVERIFY(lastError() == ErrorCode::StorageUnavailable);
        ask(key.text); // Not remembered.
        QCOMPARE(m_storage->lookups.size(), 1U);
    }

    void lookupsAndWaitersAreBounded()
    {
        make({.lookups = 2, .waiters = 4});
        const NewApiKey first = newKey();
        const NewApiKey second = newKey();
        const NewApiKey third = newKey();
        ask(first.text);
        ask(second.text);
        ask(third.text);
        QVERIFY(lastError() == ErrorCode::BufferFull);
        ask(first.text);
        ask(first.text);
        QCOMPARE(m_answers.size(), 1U);
        ask(first.text);
        QCOMPARE(m_answers.size(), 2U);
        QVERIFY(lastError() == ErrorCode::BufferFull);
        m_storage->answer(first.record);
        QCOMPARE(m_answers.size(), 5U);
        ask(third.text);
        QCOMPARE(m_storage->lookups.size(), 2U);
    }

    void destructionEndsWhatWaits()
    {
        const NewApiKey key = newKey();
        ask(key.text);
        m_authenticator.reset();
        QCOMPARE(m_answers.size(), 1U);
        QVERIFY(lastError() == ErrorCode::ShuttingDown);
        m_storage->answer(key.record); // Too late, and harmless.
        QCOMPARE(m_answers.size(), 1U);
    }

    void completionsMayAskAgain()
    {
        const NewApiKey key = newKey();
        m_authenticator->authenticateApiKey("Bearer " + key.text,
                                            [this, key](const Result<ApiKeyIdentity> &) { ask(key.text); });
        m_storage->answer(key.record);
        QCOMPARE(m_answers.size(), 1U);
    }

    void tokens() { QVERIFY(!m_authenticator->verifyToken("x")); }
};

QTEST_APPLESS_MAIN(RequestAuthenticatorTest)
#include "request_authenticator_test.moc"
