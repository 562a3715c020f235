// SPDX-License-Identifier: GPL-3.0-or-later
#include "security/token_verifier.h"

#include "manual_clock.h"
#include "security/secrets.h"
#include "security/token_creation.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <memory>

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

using namespace hudhud;
using namespace std::chrono_literals;

namespace {

const QByteArray Secret = "an example secret of 32 bytes or more";
const QByteArray OtherSecret = "another example secret, also long enough";
constexpr qint64 Now = 1'800'000'000; // What ManualClock starts with.

JwtOptions hs256()
{
    JwtOptions options;
    options.secret = Secret;
    return options;
}

QByteArray token(const QByteArray &header, const QByteArray &claims, const QByteArray &secret = Secret)
{
    const QByteArray input = toBase64Url(header) + '.' + toBase64Url(claims);
    return input + '.' + toBase64Url(hmacSha256(secret, input));
}

const QByteArray Header = "{\"alg\":\"HS256\",\"typ\":\"JWT\"}";

QByteArray claims(const QByteArray &more = {})
{
    return "{\"mobile_number\":\"967771234567\",\"exp\":" + QByteArray::number(Now + 60) + more + '}';
}

/// RSA keys in PEM files.
class RsaKeyPair
{
public:
    explicit RsaKeyPair(unsigned int bits = 2048)
        : m_key(EVP_RSA_gen(bits), EVP_PKEY_free)
    {
    }

    QByteArray publicPem() const
    {
        return written([this](BIO *bio) { PEM_write_bio_PUBKEY(bio, m_key.get()); });
    }
    QByteArray privatePem() const
    {
        return written([this](BIO *bio) {
            PEM_write_bio_PrivateKey(bio, m_key.get(), nullptr, nullptr, 0, nullptr, nullptr);
        });
    }

private:
    QByteArray written(const std::function<void(BIO *)> &write) const
    {
        const std::unique_ptr<BIO, decltype(&BIO_free)> bio(BIO_new(BIO_s_mem()), BIO_free);
        write(bio.get());
        char *data = nullptr;
        const long size = BIO_get_mem_data(bio.get(), &data);
        return QByteArray(data, size);
    }

    std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> m_key;
};

} // namespace

class TokenVerifierTest : public QObject
{
    Q_OBJECT

private:
    QString write(const char *name, const QByteArray &content)
    {
        QFile file(m_directory.filePath(QString::fromLatin1(name)));
        if (!file.open(QIODevice::WriteOnly) || file.write(content) != content.size())
            qFatal("cannot write %s", name);
        return file.fileName();
    }
    Result<TokenIdentity> verify(const QByteArray &text, const JwtOptions &options = hs256())
    {
        const Result<TokenKeys> keys = TokenKeys::load(options);
        if (!keys)
            return std::unexpected(keys.error());
        return TokenVerifier(*keys, options, m_clock).verify(text);
    }
    QString reason(const QByteArray &text, const JwtOptions &options = hs256())
    {
        const Result<TokenIdentity> identity = verify(text, options);
        if (identity)
            return QStringLiteral("accepted");
        return identity.error().code() == ErrorCode::Unauthorized ? identity.error().message()
                                                                  : QStringLiteral("wrong code");
    }

    QTemporaryDir m_directory;
    ManualClock m_clock;

private Q_SLOTS:
    void goodToken()
    {
        const auto identity = verify(token(Header, claims(",\"role\":\"operator\",\"roles\":[\"viewer\"]")));
        QVERIFY2(identity, identity ? "" : qPrintable(identity.error().message()));
        QCOMPARE(identity->subject, QByteArray("967771234567"));
        QCOMPARE(identity->roles, (std::vector<QByteArray>{"operator", "viewer"}));
        QVERIFY(identity->expiresAt == Timestamp(std::chrono::seconds(Now + 60)));
    }

    void publishedExample()
    {
        // RFC 7515, appendix A.1: signed by somebody else's library.
        JwtOptions options;
        options.secret = *fromBase64Url(
            "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow");
        options.recipientClaim = "iss";
        options.leeway = 1'000'000'000s;
        const auto identity
            = verify("eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9."
                     "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19y"
                     "b290Ijp0cnVlfQ.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk",
                     options);
        QVERIFY2(identity, identity ? "" : qPrintable(identity.error().message()));
        QCOMPARE(identity->subject, QByteArray("joe"));
    }

    void refusals_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QString>("expected");
        const auto row = [](const char *name, const QByteArray &text, const char *expected) {
            QTest::newRow(name) << text << QString::fromLatin1(expected);
        };
        const char *form = "the token is no JSON Web Token";
        const char *algorithm = "the token is signed by another algorithm than the server's";
        const char *signature = "the token's signature is wrong";
        const QByteArray good = token(Header, claims());
        row("empty", "", form);
        row("one part", "abc", form);
        row("two parts", "a.b", form);
        row("four parts", good + ".a", form);
        row("no header", '.' + good, form);
        row("bad base64", "e30.e3!0.e30", "the token is not in base64url");
        row("padding", "e30=.e30.e30", "the token is not in base64url");
        row("huge", QByteArray(8 * 1024 + 1, 'a'), "the token is longer than 8 KiB");
        row("none", toBase64Url("{\"alg\":\"none\"}") + '.' + toBase64Url(claims()) + '.', algorithm);
        row("none, signed", token("{\"alg\":\"none\"}", claims()), algorithm);
        row("HS512", token("{\"alg\":\"HS512\"}", claims()), algorithm);
        row("lower case", token("{\"alg\":\"hs256\"}", claims()), algorithm);
        row("no algorithm", token("{}", claims()), algorithm);
        row("algorithm is a list", token("{\"alg\":[\"HS256\"]}", claims()), algorithm);
        row("header is a list", token("[]", claims()), "the token's header is no JSON object");
        row("header is no JSON", token("x", claims()), "the token's header is no JSON object");
        row("two algorithms", token("{\"alg\":\"HS256\",\"alg\":\"none\"}", claims()),
            "the token's header is no JSON object");
        row("crit", token("{\"alg\":\"HS256\",\"crit\":[\"exp\"]}", claims()),
            "the token needs extensions that the server does not have");
        row("other secret", token(Header, claims(), OtherSecret), signature);
        row("no signature", good.first(good.lastIndexOf('.') + 1), signature);
        row("half a signature", good.chopped(20), signature);
        row("other claims",
            toBase64Url(Header) + '.' + toBase64Url("{}") + good.sliced(good.lastIndexOf('.')), signature);
        row("claims are no object", token(Header, "[]"), "the token's claims are no JSON object");
        row("claims twice", token(Header, claims(",\"exp\":9999999999")),
            "the token's claims are no JSON object");
        row("no exp", token(Header, "{\"mobile_number\":\"967771234567\"}"), "the token has no exp");
        row("exp is text", token(Header, "{\"mobile_number\":\"967771234567\",\"exp\":\"x\"}"),
            "the token's exp is no time");
        row("exp is absurd", token(Header, "{\"mobile_number\":\"967771234567\",\"exp\":1e300}"),
            "the token's exp is no time");
        row("nbf is text", token(Header, claims(",\"nbf\":\"x\"")), "the token's nbf is no time");
        row("no recipient", token(Header, "{\"exp\":1800000060}"),
            "the token lacks the claim that names the recipient");
        row("empty recipient", token(Header, "{\"exp\":1800000060,\"mobile_number\":\"\"}"),
            "the token lacks the claim that names the recipient");
        row("recipient is a list", token(Header, "{\"exp\":1800000060,\"mobile_number\":[\"9\"]}"),
            "the token lacks the claim that names the recipient");
        row("long recipient",
            token(Header, "{\"exp\":1800000060,\"mobile_number\":\"" + QByteArray(300, '9') + "\"}"),
            "the token lacks the claim that names the recipient");
        row("roles are numbers", token(Header, claims(",\"roles\":[1]")),
            "the token's roles are no list of strings, or too many");
    }

    void refusals()
    {
        QFETCH(QByteArray, text);
        QFETCH(QString, expected);
        QCOMPARE(reason(text), expected);
    }

    void everyChangedBitIsSeen()
    {
        const QByteArray good = token(Header, claims());
        QCOMPARE(reason(good), QStringLiteral("accepted"));
        for (qsizetype i = 0; i < good.size() - 1; ++i) { // The last character has bits that do not count.
            QByteArray changed = good;
            changed[i] = changed[i] == 'A' ? 'B' : 'A';
            if (changed != good)
                QVERIFY2(reason(changed) != QStringLiteral("accepted"), QByteArray::number(i).constData());
        }
    }

    void times()
    {
        JwtOptions options = hs256();
        options.leeway = 30s;
        const QByteArray text = token(Header, claims(",\"nbf\":" + QByteArray::number(Now - 5)));
        m_clock = ManualClock();
        QCOMPARE(reason(text, options), QStringLiteral("accepted"));
        m_clock.advance(89s); // exp + 29 s
        QCOMPARE(reason(text, options), QStringLiteral("accepted"));
        m_clock.advance(1s);
        QCOMPARE(reason(text, options), QStringLiteral("the token has expired"));
        m_clock = ManualClock();
        m_clock.advance(-35s);
        QCOMPARE(reason(text, options), QStringLiteral("accepted"));
        m_clock.advance(-1s);
        QCOMPARE(reason(text, options), QStringLiteral("the token is not valid yet"));
        m_clock = ManualClock();
    }

    void expiryCanBeOptional()
    {
        JwtOptions options = hs256();
        options.requireExpiry = false;
        const auto identity = verify(token(Header, "{\"mobile_number\":967771234567}"), options);
        QVERIFY(identity);
        QCOMPARE(identity->subject, QByteArray("967771234567")); // Written as a number.
        QVERIFY(!identity->expiresAt);
    }

    void parties()
    {
        JwtOptions options = hs256();
        options.issuer = "bank";
        options.audience = "hudhud";
        const auto with = [](const char *more) { return token(Header, claims(more)); };
        QCOMPARE(reason(with(",\"iss\":\"bank\",\"aud\":\"hudhud\""), options), QStringLiteral("accepted"));
        QCOMPARE(reason(with(",\"iss\":\"bank\",\"aud\":[\"a\",\"hudhud\"]"), options),
                 QStringLiteral("accepted"));
        const QString issuer = QStringLiteral("the token is of another issuer");
        const QString audience = QStringLiteral("the token is for another audience");
        QCOMPARE(reason(with(",\"aud\":\"hudhud\""), options), issuer);
        QCOMPARE(reason(with(",\"iss\":\"shop\",\"aud\":\"hudhud\""), options), issuer);
        QCOMPARE(reason(with(",\"iss\":[\"bank\"],\"aud\":\"hudhud\""), options), issuer);
        QCOMPARE(reason(with(",\"iss\":\"bank\""), options), audience);
        QCOMPARE(reason(with(",\"iss\":\"bank\",\"aud\":\"other\""), options), audience);
        QCOMPARE(reason(with(",\"iss\":\"bank\",\"aud\":[]"), options), audience);
        QCOMPARE(reason(with(",\"iss\":\"bank\",\"aud\":[\"hudhud\",1]"), options), audience);
    }

    void rs256()
    {
        const RsaKeyPair keys;
        JwtOptions options;
        options.algorithm = "RS256";
        options.keyFile = write("public.pem", keys.publicPem());
        const TokenRequest request{.claims = {{"mobile_number", "967771234567"}},
                                   .roles = {},
                                   .timeToLive = 60s,
                                   .privateKeyFile = write("private.pem", keys.privatePem())};
        const auto text = createToken(options, request, m_clock);
        QVERIFY2(text, text ? "" : qPrintable(text.error().message()));
        QCOMPARE(reason(*text, options), QStringLiteral("accepted"));
        QByteArray changed = *text;
        changed[changed.size() - 10] = changed[changed.size() - 10] == 'A' ? 'B' : 'A';
        QCOMPARE(reason(changed, options), QStringLiteral("the token's signature is wrong"));
        // The public key is known to everybody: as an HMAC secret it must not open anything.
        const QByteArray confused = token(Header, claims(), keys.publicPem());
        QCOMPARE(reason(confused, options),
                 QStringLiteral("the token is signed by another algorithm than the server's"));
        const QByteArray pretending = token("{\"alg\":\"RS256\"}", claims(), keys.publicPem());
        QCOMPARE(reason(pretending, options), QStringLiteral("the token's signature is wrong"));
        // And an RS256 token means nothing to an HS256 server.
        QCOMPARE(reason(*text), QStringLiteral("the token is signed by another algorithm than the server's"));
    }

    void keysCanBeExchanged()
    {
        JwtOptions options;
        options.keyFile = write("secrets", OtherSecret + '\n' + Secret + "\n\n");
        QCOMPARE(reason(token(Header, claims(), Secret), options), QStringLiteral("accepted"));
        QCOMPARE(reason(token(Header, claims(), OtherSecret), options), QStringLiteral("accepted"));
        const auto text = createToken(
            options, {.claims = {{"mobile_number", "1234567"}}, .roles = {}, .privateKeyFile = {}}, m_clock);
        JwtOptions onlyNew;
        onlyNew.secret = OtherSecret; // New tokens are signed by the first line.
        QVERIFY(text);
        QCOMPARE(reason(*text, onlyNew), QStringLiteral("accepted"));

        const RsaKeyPair first;
        const RsaKeyPair second;
        JwtOptions rsa;
        rsa.algorithm = "RS256";
        rsa.keyFile = write("both.pem", first.publicPem() + second.publicPem());
        for (const RsaKeyPair *keys : {&first, &second}) {
            const auto signedText = createToken(rsa,
                                                {.claims = {{"mobile_number", "1234567"}},
                                                 .roles = {},
                                                 .privateKeyFile = write("one.pem", keys->privatePem())},
                                                m_clock);
            QVERIFY(signedText);
            QCOMPARE(reason(*signedText, rsa), QStringLiteral("accepted"));
        }
    }

    void unusableKeys()
    {
        const auto problem = [](const JwtOptions &options) {
            const auto keys = TokenKeys::load(options);
            return keys ? QString() : keys.error().message();
        };
        JwtOptions none;
        QVERIFY(problem(none).startsWith(QStringLiteral("security.jwt.secret: must be set for HS256")));
        JwtOptions shortSecret;
        shortSecret.secret = "hunter2";
        QVERIFY(problem(shortSecret).contains(QStringLiteral("at least 32 bytes")));
        QVERIFY(!problem(shortSecret).contains(QStringLiteral("hunter2")));
        JwtOptions missing;
        missing.keyFile = QStringLiteral("/nowhere/key");
        QVERIFY(problem(missing).contains(QStringLiteral("/nowhere/key cannot be read")));
        JwtOptions rsa;
        rsa.algorithm = "RS256";
        QVERIFY(problem(rsa).startsWith(QStringLiteral("security.jwt.key_file: must be set for RS256")));
        rsa.keyFile = write("empty.pem", "no key");
        QVERIFY(problem(rsa).contains(QStringLiteral("must hold 1 to 8 PEM public keys")));
        rsa.keyFile = write("weak.pem", RsaKeyPair(1024).publicPem());
        QVERIFY(problem(rsa).contains(QStringLiteral("at least 2048 bits")));
        JwtOptions many;
        many.keyFile = write("many", (Secret + '\n').repeated(9));
        QVERIFY(problem(many).contains(QStringLiteral("1 to 8 secrets")));
    }

    void creation()
    {
        JwtOptions options = hs256();
        options.issuer = "hudhud";
        options.audience = "phones";
        const TokenRequest request{.claims = {{"mobile_number", "967771234567"}, {"name", "Aziz"}},
                                   .roles = {"viewer"},
                                   .timeToLive = 120s,
                                   .privateKeyFile = {}};
        const auto text = createToken(options, request, m_clock);
        QVERIFY(text);
        const auto identity = verify(*text, options);
        QVERIFY(identity);
        QCOMPARE(identity->roles, std::vector<QByteArray>{"viewer"});
        QVERIFY(identity->expiresAt == Timestamp(std::chrono::seconds(Now + 120)));

        const auto problem = [&](const TokenRequest &bad) {
            const auto result = createToken(options, bad, m_clock);
            return result ? QString() : result.error().message();
        };
        QVERIFY(problem({.claims = {}, .roles = {}, .privateKeyFile = {}})
                    .contains(QStringLiteral("the claim mobile_number is needed")));
        QVERIFY(problem({.claims = {{"mobile_number", "1"}, {"exp", "1"}}, .roles = {}, .privateKeyFile = {}})
                    .contains(QStringLiteral("the claim exp is set by the server")));
        QVERIFY(
            problem({.claims = {{"mobile_number", "1"}}, .roles = {}, .timeToLive = 0s, .privateKeyFile = {}})
                .contains(QStringLiteral("above zero")));
    }

    void benchmarkVerification()
    {
        // 10,000 phones connect in under 3 s: the token may take only a small part of their share.
        const QByteArray text = token(Header, claims());
        const auto keys = TokenKeys::load(hs256());
        QVERIFY(keys);
        TokenVerifier verifier(*keys, hs256(), m_clock);
        QBENCHMARK
        {
            QVERIFY(verifier.verify(text));
        }
    }
};

QTEST_APPLESS_MAIN(TokenVerifierTest)
#include "token_verifier_test.moc"
