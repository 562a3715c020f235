// SPDX-License-Identifier: GPL-3.0-or-later
// The MessagePack bytes are those that the official client writes, but for the empty list of streams that we
// always add.
#include "signalr/client/client_protocol.h"
#include "signalr/client/json_values.h"

#include <QJsonObject>
#include <QTest>

namespace hudhud::client {

class ClientProtocolTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void writesJson();
    void writesMessagePack();
    void writesValues_data();
    void writesValues();
    void framesLongMessages();
    void readsWhatItWrites_data();
    void readsWhatItWrites();
    void turnsBytesIntoBase64();
    void writesTheHandshake();

private:
    std::unique_ptr<ClientProtocol> m_json = ClientProtocol::create(ProtocolKind::Json);
    std::unique_ptr<ClientProtocol> m_messagePack = ClientProtocol::create(ProtocolKind::MessagePack);
};

namespace {

OutgoingCall acknowledge(const QByteArray &id)
{
    return {.type = HubMessageType::Invocation,
            .id = id,
            .target = QStringLiteral("Ack"),
            .arguments = {QStringLiteral("m1"), 7},
            .streamIds = {}};
}

OutgoingCall sum()
{
    return {.type = HubMessageType::Invocation,
            .id = "1",
            .target = QStringLiteral("Sum"),
            .arguments = {},
            .streamIds = {"0"}};
}

OutgoingCall count()
{
    return {.type = HubMessageType::StreamInvocation,
            .id = "2",
            .target = QStringLiteral("Cnt"),
            .arguments = {3},
            .streamIds = {}};
}

} // namespace

void ClientProtocolTest::writesJson()
{
    const QByteArray end(1, '\x1e');
    QCOMPARE(m_json->call(acknowledge("0")),
             R"({"arguments":["m1",7],"invocationId":"0","target":"Ack","type":1})" + end);
    QCOMPARE(m_json->call(acknowledge({})), R"({"arguments":["m1",7],"target":"Ack","type":1})" + end);
    QCOMPARE(m_json->call(sum()),
             R"({"arguments":[],"invocationId":"1","streamIds":["0"],"target":"Sum","type":1})" + end);
    QCOMPARE(m_json->call(count()), R"({"arguments":[3],"invocationId":"2","target":"Cnt","type":4})" + end);
    QCOMPARE(m_json->streamItem("0", 5), R"({"invocationId":"0","item":5,"type":2})" + end);
    QCOMPARE(m_json->streamItem("0", QJsonValue::Undefined),
             R"({"invocationId":"0","item":null,"type":2})" + end);
    QCOMPARE(m_json->completion("0"), R"({"type":3,"invocationId":"0"})" + end);
    QCOMPARE(m_json->result("s-1", QStringLiteral("yes")),
             R"({"type":3,"invocationId":"s-1","result":"yes"})" + end);
    QCOMPARE(m_json->failure("s-1", QStringLiteral("no")),
             R"({"type":3,"invocationId":"s-1","error":"no"})" + end);
    QCOMPARE(m_json->cancel("2"), R"({"invocationId":"2","type":5})" + end);
    QCOMPARE(m_json->ping(), R"({"type":6})" + end);
    QCOMPARE(m_json->close(), R"({"type":7})" + end);
    QCOMPARE(m_json->ack(300), R"({"sequenceId":300,"type":8})" + end);
    QCOMPARE(m_json->sequence(1), R"({"sequenceId":1,"type":9})" + end);
}

void ClientProtocolTest::writesMessagePack()
{
    QCOMPARE(m_messagePack->call(acknowledge("0")).toHex(), "0f960180a130a341636b92a26d310790");
    QCOMPARE(m_messagePack->call(acknowledge({})).toHex(), "0e960180c0a341636b92a26d310790");
    QCOMPARE(m_messagePack->call(sum()).toHex(), "0d960180a131a353756d9091a130");
    QCOMPARE(m_messagePack->call(count()).toHex(), "0c960480a132a3436e74910390");
    QCOMPARE(m_messagePack->streamItem("0", 5).toHex(), "06940280a13005");
    QCOMPARE(m_messagePack->completion("0").toHex(), "06940380a13002");
    QCOMPARE(m_messagePack->result("s-1", QStringLiteral("yes")).toHex(), "0c950380a3732d3103a3796573");
    QCOMPARE(m_messagePack->failure("s-1", QStringLiteral("no")).toHex(), "0b950380a3732d3101a26e6f");
    QCOMPARE(m_messagePack->cancel("2").toHex(), "05930580a132");
    QCOMPARE(m_messagePack->ping().toHex(), "029106");
    QCOMPARE(m_messagePack->close().toHex(), "049307c0c2");
    QCOMPARE(m_messagePack->ack(300).toHex(), "059208cd012c");
    QCOMPARE(m_messagePack->sequence(1).toHex(), "03920901");
}

void ClientProtocolTest::writesValues_data()
{
    QTest::addColumn<QJsonValue>("value");
    QTest::addColumn<QByteArray>("text");
    QTest::newRow("null") << QJsonValue() << QByteArray("null");
    QTest::newRow("undefined") << QJsonValue(QJsonValue::Undefined) << QByteArray("null");
    QTest::newRow("boolean") << QJsonValue(true) << QByteArray("true");
    QTest::newRow("large integer") << QJsonValue(Q_INT64_C(9007199254740993))
                                   << QByteArray("9007199254740993");
    QTest::newRow("real") << QJsonValue(1.5) << QByteArray("1.5");
    QTest::newRow("text") << QJsonValue(QStringLiteral("\u0647\u062f\u0647\u062f"))
                          << QByteArray("\"\u0647\u062f\u0647\u062f\"");
    QTest::newRow("object") << QJsonValue(QJsonObject{{QStringLiteral("a"), QJsonArray{1}}})
                            << QByteArray(R"({"a":[1]})");
}

void ClientProtocolTest::writesValues()
{
    QFETCH(QJsonValue, value);
    QFETCH(QByteArray, text);
    QCOMPARE(toText(value), text);
}

void ClientProtocolTest::framesLongMessages()
{
    const OutgoingCall call{.type = HubMessageType::Invocation,
                            .id = {},
                            .target = QStringLiteral("T"),
                            .arguments = {QString(300, QLatin1Char('x'))},
                            .streamIds = {}};
    const QByteArray message = m_messagePack->call(call);
    QCOMPARE(message.first(2).toHex(), "b702"); // 311 bytes.
    QCOMPARE(message.size(), 2 + 311);
    QCOMPARE(m_messagePack->hub().messageLength(message), message.size());
}

void ClientProtocolTest::readsWhatItWrites_data()
{
    QTest::addColumn<bool>("isJson");
    QTest::newRow("json") << true;
    QTest::newRow("messagepack") << false;
}

void ClientProtocolTest::readsWhatItWrites()
{
    QFETCH(bool, isJson);
    const ClientProtocol &protocol = isJson ? *m_json : *m_messagePack;
    const QJsonArray arguments{QJsonValue(),
                               true,
                               -1,
                               1.5,
                               Q_INT64_C(5000000000),
                               QStringLiteral("x"),
                               QJsonObject{{QStringLiteral("a"), QJsonArray{QStringLiteral("b")}}}};
    const QByteArray bytes = protocol.call({.type = HubMessageType::Invocation,
                                            .id = "9",
                                            .target = QStringLiteral("Echo"),
                                            .arguments = arguments,
                                            .streamIds = {}});
    HubMessage message;
    QCOMPARE(protocol.hub().parse(bytes, message), HubProtocol::Outcome::Parsed);
    QCOMPARE(message.type, HubMessageType::Invocation);
    QCOMPARE(message.invocationId, "9");
    QCOMPARE(message.target, "Echo");
    QCOMPARE(toJson(message.arguments), arguments);
}

void ClientProtocolTest::turnsBytesIntoBase64()
{
    const QByteArray item = QByteArray::fromHex("08940280a132c4020102"); // An item of two bytes.
    HubMessage message;
    QCOMPARE(m_messagePack->hub().parse(item, message), HubProtocol::Outcome::Parsed);
    QCOMPARE(toJson(message.value), QJsonValue(QStringLiteral("AQI=")));
}

void ClientProtocolTest::writesTheHandshake()
{
    QCOMPARE(m_json->handshake(1), QByteArray("{\"protocol\":\"json\",\"version\":1}\x1e"));
    QCOMPARE(m_messagePack->handshake(2), QByteArray("{\"protocol\":\"messagepack\",\"version\":2}\x1e"));
}

} // namespace hudhud::client

QTEST_GUILESS_MAIN(hudhud::client::ClientProtocolTest)
#include "client_protocol_test.moc"
