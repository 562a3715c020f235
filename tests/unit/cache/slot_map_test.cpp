// SPDX-License-Identifier: GPL-3.0-or-later
#include "redis_redirect.h"
#include "slot_map.h"

#include <QTest>

#include <memory>

#include <hiredis/hiredis.h>

using namespace hudhud;

namespace {

std::optional<SlotMap> readMap(const QByteArray &bytes)
{
    const std::unique_ptr<redisReader, decltype(&redisReaderFree)> reader(redisReaderCreate(), redisReaderFree);
    redisReaderFeed(reader.get(), bytes.constData(), static_cast<std::size_t>(bytes.size()));
    void *reply = nullptr;
    if (redisReaderGetReply(reader.get(), &reply) != REDIS_OK || !reply)
        qFatal("not a reply");
    const std::unique_ptr<void, decltype(&freeReplyObject)> owner(reply, freeReplyObject);
    return SlotMap::fromReply(*static_cast<const redisReply *>(reply), QStringLiteral("asked"));
}

} // namespace

class SlotMapTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    /// The check value is of the specification, appendix A; the others are answers of CLUSTER KEYSLOT.
    void knowsTheSlotOfAKey_data()
    {
        QTest::addColumn<QByteArray>("key");
        QTest::addColumn<int>("slot");
        QTest::newRow("check value of CRC16/XMODEM") << QByteArray("123456789") << (0x31C3 & 16'383);
        QTest::newRow("foo") << QByteArray("foo") << 12'182;
        QTest::newRow("bar") << QByteArray("bar") << 5'061;
        QTest::newRow("hello") << QByteArray("hello") << 866;
        QTest::newRow("empty") << QByteArray() << 0;
        QTest::newRow("hash tag") << QByteArray("{foo}.following") << 12'182;
        QTest::newRow("hash tag inside") << QByteArray("a{foo}b") << 12'182;
        QTest::newRow("the first hash tag") << QByteArray("{foo}{bar}") << 12'182;
        QTest::newRow("from the first brace") << QByteArray("a{{bar}}b") << SlotMap::slotOf("{bar");
    }
    void knowsTheSlotOfAKey()
    {
        QFETCH(QByteArray, key);
        QFETCH(int, slot);
        QCOMPARE(SlotMap::slotOf(key), slot);
    }

    void anEmptyHashTagIsNone()
    {
        QVERIFY(SlotMap::slotOf("foo{}{bar}") != SlotMap::slotOf("bar"));
        QVERIFY(SlotMap::slotOf("{}a") != SlotMap::slotOf("{}b"));
        QVERIFY(SlotMap::slotOf("{open") != SlotMap::slotOf("open"));
    }

    void readsTheAnswerOfCluster()
    {
        // Two masters, one of them with a replica and one that does not know its address; a gap between them.
        auto map = readMap("*2\r\n*4\r\n:0\r\n:100\r\n*3\r\n$8\r\n10.0.0.1\r\n:7000\r\n$1\r\na\r\n"
                           "*3\r\n$8\r\n10.0.0.2\r\n:7001\r\n$1\r\nb\r\n"
                           "*3\r\n:102\r\n:16383\r\n*3\r\n$-1\r\n:7002\r\n$1\r\nc\r\n");
        QVERIFY(map);
        const RedisEndpoint first{QStringLiteral("10.0.0.1"), 7000};
        const RedisEndpoint second{QStringLiteral("asked"), 7002};
        QCOMPARE(map->masters(), (std::vector<RedisEndpoint>{first, second}));
        QCOMPARE(map->master(0), first);
        QCOMPARE(map->master(100), first);
        QVERIFY(!map->master(101));
        QCOMPARE(map->master(102), second);
        QCOMPARE(map->master(16'383), second);
        const RedisEndpoint third{QStringLiteral("10.0.0.3"), 7003};
        map->move(100, third);
        map->move(101, first);
        QCOMPARE(map->master(100), third);
        QCOMPARE(map->master(101), first);
        QCOMPARE(map->masters().size(), std::size_t(3));
    }

    void refusesOtherAnswers_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::newRow("error") << QByteArray("-ERR This instance has cluster support disabled\r\n");
        QTest::newRow("row is no array") << QByteArray("*1\r\n:1\r\n");
        QTest::newRow("slot too high") << QByteArray("*1\r\n*3\r\n:0\r\n:16384\r\n*2\r\n$1\r\na\r\n:1\r\n");
        QTest::newRow("slot too low") << QByteArray("*1\r\n*3\r\n:-1\r\n:5\r\n*2\r\n$1\r\na\r\n:1\r\n");
        QTest::newRow("slots backwards") << QByteArray("*1\r\n*3\r\n:6\r\n:5\r\n*2\r\n$1\r\na\r\n:1\r\n");
        QTest::newRow("no master") << QByteArray("*1\r\n*2\r\n:0\r\n:5\r\n");
        QTest::newRow("no port") << QByteArray("*1\r\n*3\r\n:0\r\n:5\r\n*1\r\n$1\r\na\r\n");
        QTest::newRow("port 0") << QByteArray("*1\r\n*3\r\n:0\r\n:5\r\n*2\r\n$1\r\na\r\n:0\r\n");
    }
    void refusesOtherAnswers()
    {
        QFETCH(QByteArray, bytes);
        QVERIFY(!readMap(bytes));
    }

    void oneServerHoldsEverything()
    {
        const RedisEndpoint server{QStringLiteral("redis"), 6379};
        const SlotMap map = SlotMap::ofOneServer(server);
        QCOMPARE(map.master(0), server);
        QCOMPARE(map.master(16'383), server);
        QVERIFY(!SlotMap().master(0));
    }

    void understandsRedirects_data()
    {
        using Kind = RedisRedirect::Kind;
        QTest::addColumn<QByteArray>("error");
        QTest::addColumn<int>("kind");
        QTest::addColumn<int>("slot");
        QTest::addColumn<QString>("host");
        QTest::addColumn<int>("port");
        const auto row = [](const char *error, Kind kind, int slot = 0, const char *host = "", int port = 0) {
            QTest::newRow(error) << QByteArray(error) << int(kind) << slot << QString::fromLatin1(host) << port;
        };
        row("MOVED 3999 127.0.0.1:6381", Kind::Moved, 3'999, "127.0.0.1", 6'381);
        row("ASK 3999 redis-2.example.com:6381", Kind::Ask, 3'999, "redis-2.example.com", 6'381);
        row("MOVED 1 :6381", Kind::Moved, 1, "asked", 6'381);
        row("MOVED 1 2001:db8::1:6381", Kind::Moved, 1, "2001:db8::1", 6'381);
        row("MOVED 1 [2001:db8::1]:6381", Kind::Moved, 1, "2001:db8::1", 6'381);
        row("TRYAGAIN Multiple keys request during rehashing of slot", Kind::Later);
        row("CLUSTERDOWN Hash slot not served", Kind::Later);
        row("CLUSTERDOWN The cluster is down", Kind::Later);
        row("LOADING Redis is loading the dataset in memory", Kind::Later);
        row("MASTERDOWN Link with MASTER is down", Kind::Later);
        row("NOSCRIPT No matching script. Please use EVAL.", Kind::NoScript);
        row("ERR value is not an integer or out of range", Kind::None);
        row("MOVED 16384 127.0.0.1:6381", Kind::None);
        row("MOVED x 127.0.0.1:6381", Kind::None);
        row("MOVED 1 127.0.0.1", Kind::None);
        row("MOVED 1 127.0.0.1:0", Kind::None);
        row("ASK 1 127.0.0.1:65536", Kind::None);
        row("MOVED", Kind::None);
        row("", Kind::None);
    }
    void understandsRedirects()
    {
        QFETCH(QByteArray, error);
        QFETCH(int, kind);
        QFETCH(int, slot);
        QFETCH(QString, host);
        QFETCH(int, port);
        const RedisRedirect redirect = parseRedirect(error, QStringLiteral("asked"));
        QCOMPARE(int(redirect.kind), kind);
        QCOMPARE(redirect.slot, slot);
        QCOMPARE(redirect.endpoint.host, host);
        QCOMPARE(int(redirect.endpoint.port), port);
    }
};

QTEST_APPLESS_MAIN(SlotMapTest)
#include "slot_map_test.moc"
