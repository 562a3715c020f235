// SPDX-License-Identifier: GPL-3.0-or-later
#include "signalr/json_hub_protocol.h"

#include "core/json_text.h"
#include "fakes.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QTest>

namespace hudhud {

class JsonHubProtocolTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readsWhatTheOfficialClientWrites();
    void readsEachKindOfArgument();
    void ignoresUnknownTypesAndProperties();
    void refusesMalformed_data();
    void refusesMalformed();
    void findsTheEndOfAMessage();
    void writesEachMessageByteForByte();
    void writesCallsStreamsAndNumbers();
    void writesBackWhatItRead();
    void escapesStrings_data();
    void escapesStrings();
    void escapesAtEachPlace();

private:
    HubProtocol::Outcome parse(QByteArrayView text)
    {
        return m_protocol.parse(m_bytes = record(text), m_message);
    }

    JsonHubProtocol m_protocol;
    HubMessage m_message;
    QByteArray m_bytes;
};

void JsonHubProtocolTest::readsWhatTheOfficialClientWrites()
{
    QCOMPARE(parse(R"({"target":"Ack","arguments":["m1",7],"invocationId":"0","type":1})"),
             HubProtocol::Outcome::Parsed);
    QCOMPARE(m_message.type, HubMessageType::Invocation);
    QCOMPARE(m_message.target, QByteArrayView("Ack"));
    QCOMPARE(m_message.invocationId, QByteArrayView("0"));
    QCOMPARE(m_message.arguments.size(), std::size_t(2));
    QCOMPARE(m_message.arguments[0].text, QByteArrayView("m1"));
    QCOMPARE(m_message.arguments[1].integer, 7);

    QCOMPARE(parse(R"({"target":"Ack","arguments":["m1"],"type":1})"), HubProtocol::Outcome::Parsed);
    QVERIFY(m_message.invocationId.isEmpty());
    QCOMPARE(parse(R"({"target":"Sum","arguments":[],"invocationId":"1","streamIds":["0"],"type":1})"),
             HubProtocol::Outcome::Parsed);
    QVERIFY(m_message.streamIds == std::vector<QByteArrayView>{"0"});
    QVERIFY(m_message.arguments.empty());
    QCOMPARE(parse(R"({"target":"Cnt","arguments":[3],"invocationId":"2","type":4})"),
             HubProtocol::Outcome::Parsed);
    QCOMPARE(m_message.type, HubMessageType::StreamInvocation);
    QCOMPARE(parse(R"({"invocationId":"0","item":5,"type":2})"), HubProtocol::Outcome::Parsed);
    QCOMPARE(m_message.value.integer, 5);
    QCOMPARE(parse(R"({"invocationId":"0","type":3})"), HubProtocol::Outcome::Parsed);
    QCOMPARE(m_message.type, HubMessageType::Completion);
    QCOMPARE(parse(R"({"invocationId":"s-1","result":"yes","type":3})"), HubProtocol::Outcome::Parsed);
    QCOMPARE(m_message.value.text, QByteArrayView("yes"));
    QCOMPARE(parse(R"({"error":"no","invocationId":"s-1","type":3})"), HubProtocol::Outcome::Parsed);
    QCOMPARE(m_message.error, QByteArrayView("no"));
    QCOMPARE(parse(R"({"invocationId":"2","type":5})"), HubProtocol::Outcome::Parsed);
    QCOMPARE(m_message.type, HubMessageType::CancelInvocation);
    QCOMPARE(parse(R"({"type":6})"), HubProtocol::Outcome::Parsed);
    QCOMPARE(m_message.type, HubMessageType::Ping);
    QCOMPARE(parse(R"({"type":7,"error":"bye","allowReconnect":true})"), HubProtocol::Outcome::Parsed);
    QCOMPARE(m_message.error, QByteArrayView("bye"));
    QVERIFY(m_message.allowReconnect);
    QCOMPARE(parse(R"({"type":8,"sequenceId":300})"), HubProtocol::Outcome::Parsed);
    QCOMPARE(m_message.sequenceId, 300);
    QCOMPARE(parse(R"({"type":9,"sequenceId":1})"), HubProtocol::Outcome::Parsed);
    QCOMPARE(m_message.type, HubMessageType::Sequence);
}

void JsonHubProtocolTest::readsEachKindOfArgument()
{
    QCOMPARE(parse(R"({"type":1,"target":"T","arguments":["é\n",-5,1.5,true,null,["a",["b"]],{"k":{"l":1}},
                      18446744073709551615]})"),
             HubProtocol::Outcome::Parsed);
    const std::vector<HubValue> &values = m_message.arguments;
    QCOMPARE(values.size(), std::size_t(8));
    QCOMPARE(values[0].text, QByteArrayView("é\n"));
    QCOMPARE(values[1].integer, -5);
    QCOMPARE(values[2].real, 1.5);
    QCOMPARE(values[3].kind, HubValue::Kind::Boolean);
    QVERIFY(values[3].boolean);
    QCOMPARE(values[4].kind, HubValue::Kind::Null);
    QCOMPARE(values[5].elements[1].elements[0].text, QByteArrayView("b"));
    QCOMPARE(values[6].elements[0].name, QByteArrayView("k"));
    QCOMPARE(values[6].elements[0].elements[0].integer, 1);
    QCOMPARE(values[7].kind, HubValue::Kind::Real);
}

void JsonHubProtocolTest::ignoresUnknownTypesAndProperties()
{
    QCOMPARE(parse(R"({"type":99,"anything":[]})"), HubProtocol::Outcome::Ignored);
    QCOMPARE(parse(R"({"type":0})"), HubProtocol::Outcome::Ignored);
    QCOMPARE(parse(R"({"type":6,"extra":{"a":[1]}})"), HubProtocol::Outcome::Parsed);
    QCOMPARE(parse(R"({"type":1,"headers":{"k":"v"},"target":"T","arguments":[],"invocationId":null})"),
             HubProtocol::Outcome::Parsed);
    QVERIFY(m_message.invocationId.isEmpty());
}

void JsonHubProtocolTest::refusesMalformed_data()
{
    QTest::addColumn<QByteArray>("text");
    const char *texts[] = {
        "",
        "null",
        "[]",
        "{",
        "{\"type\":6",
        "{\"type\":6}x",
        "{}",
        R"({"type":"6"})",
        R"({"type":null})",
        R"({"type":1.5})",
        R"({"type":1,"arguments":[]})",
        R"({"type":1,"target":"","arguments":[]})",
        R"({"type":1,"target":5,"arguments":[]})",
        R"({"type":1,"target":"T"})",
        R"({"type":1,"target":"T","arguments":{}})",
        R"({"type":1,"target":"T","arguments":[],"invocationId":5})",
        R"({"type":1,"target":"T","arguments":[],"streamIds":"0"})",
        R"({"type":2,"invocationId":"0"})",
        R"({"type":2,"item":1})",
        R"({"type":3})",
        R"({"type":3,"invocationId":"0","result":1,"error":"no"})",
        R"({"type":4,"target":"T","arguments":[]})",
        R"({"type":5})",
        R"({"type":7,"error":1})",
        R"({"type":7,"allowReconnect":"yes"})",
        R"({"type":8})",
        R"({"type":9,"sequenceId":"1"})",
        "{\"type\":1,\"target\":\"\xff\xfe\",\"arguments\":[]}",
        "{\"type\":1,\"target\":\"a\nb\",\"arguments\":[]}",
    };
    for (const char *text : texts)
        QTest::newRow(text) << QByteArray(text);
    QTest::newRow("too deep") << "{\"type\":1,\"target\":\"T\",\"arguments\":" + QByteArray(40, '[')
            + QByteArray(40, ']') + "}";
}

void JsonHubProtocolTest::refusesMalformed()
{
    QFETCH(const QByteArray, text);
    QCOMPARE(parse(text), HubProtocol::Outcome::Malformed);
    QCOMPARE(parse(R"({"type":6})"), HubProtocol::Outcome::Parsed); // The parser recovers.
}

void JsonHubProtocolTest::findsTheEndOfAMessage()
{
    QCOMPARE(m_protocol.messageLength("{\"type\":6}"), 0);
    QCOMPARE(m_protocol.messageLength(record("{\"type\":6}") + "{"), 11);
    QCOMPARE(m_protocol.messageLength(record("")), 1);
}

void JsonHubProtocolTest::writesEachMessageByteForByte()
{
    const auto written = [](auto &&write) {
        QByteArray out;
        write(out);
        return out;
    };
    QCOMPARE(
        written([this](QByteArray &out) {
            m_protocol.writeInvocation(out, "ReceiveMessage", 2, [](HubValueWriter &writer) {
                writer.beginObject(3);
                writer.name("id");
                writer.string("m1");
                writer.name("tags");
                writer.beginArray(3);
                writer.integer(-1);
                writer.boolean(true);
                writer.json("{\"a\":\"b\"}");
                writer.endArray();
                writer.name("empty");
                writer.beginObject(0);
                writer.endObject();
                writer.endObject();
                writer.boolean(false);
            });
        }),
        record(R"({"type":1,"target":"ReceiveMessage","arguments":[{"id":"m1","tags":[-1,true,{"a":"b"}],)"
               R"("empty":{}},false]})"));
    QCOMPARE(written([this](QByteArray &out) { m_protocol.writeCompletion(out, "42", {}); }),
             record(R"({"type":3,"invocationId":"42"})"));
    QCOMPARE(written([this](QByteArray &out) {
                 m_protocol.writeCompletion(out, "42", [](HubValueWriter &writer) { writer.integer(42); });
             }),
             record(R"({"type":3,"invocationId":"42","result":42})"));
    QCOMPARE(written([this](QByteArray &out) { m_protocol.writeFailure(out, "4\"2", "no"); }),
             record(R"({"type":3,"invocationId":"4\"2","error":"no"})"));
    QCOMPARE(written([this](QByteArray &out) { m_protocol.writePing(out); }), record(R"({"type":6})"));
    QCOMPARE(written([this](QByteArray &out) { m_protocol.writeClose(out, {}, false); }),
             record(R"({"type":7})"));
    QCOMPARE(written([this](QByteArray &out) { m_protocol.writeClose(out, {}, true); }),
             record(R"({"type":7,"allowReconnect":true})"));
    QCOMPARE(written([this](QByteArray &out) { m_protocol.writeClose(out, "why", false); }),
             record(R"({"type":7,"error":"why"})"));
}

void JsonHubProtocolTest::writesCallsStreamsAndNumbers()
{
    const auto written = [](auto &&write) {
        QByteArray out;
        write(out);
        return out;
    };
    const auto seven = [](HubValueWriter &writer) { writer.integer(7); };
    QCOMPARE(written([&](QByteArray &out) { m_protocol.writeCall(out, {false, "s1", "Ask", {}}, 1, seven); }),
             record(R"({"type":1,"invocationId":"s1","target":"Ask","arguments":[7]})"));
    QCOMPARE(written([&](QByteArray &out) { m_protocol.writeCall(out, {true, "2", "Cnt", {"0", "1"}}, 1, seven); }),
             record(R"({"type":4,"invocationId":"2","target":"Cnt","arguments":[7],"streamIds":["0","1"]})"));
    QCOMPARE(written([&](QByteArray &out) { m_protocol.writeStreamItem(out, "2", seven); }),
             record(R"({"type":2,"invocationId":"2","item":7})"));
    QCOMPARE(written([&](QByteArray &out) { m_protocol.writeCancellation(out, "2"); }),
             record(R"({"type":5,"invocationId":"2"})"));
    QCOMPARE(written([&](QByteArray &out) { m_protocol.writeAck(out, 300); }),
             record(R"({"type":8,"sequenceId":300})"));
    QCOMPARE(written([&](QByteArray &out) { m_protocol.writeSequence(out, 1); }),
             record(R"({"type":9,"sequenceId":1})"));
}

void JsonHubProtocolTest::writesBackWhatItRead()
{
    const QByteArray text = R"({"type":2,"invocationId":"1","item":["é",-5,1.5,true,null,{"k":{"l":[]}}]})";
    QCOMPARE(parse(text), HubProtocol::Outcome::Parsed);
    QByteArray out;
    m_protocol.writeStreamItem(out, "1", [this](HubValueWriter &writer) { writeHubValue(writer, m_message.value); });
    QCOMPARE(out, record(text));
}

void JsonHubProtocolTest::escapesStrings_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QByteArray>("json");
    QTest::newRow("empty") << QByteArray() << QByteArray("\"\"");
    QTest::newRow("quotes") << QByteArray("a\"b\\c/") << QByteArray("\"a\\\"b\\\\c/\"");
    QTest::newRow("short escapes") << QByteArray("\b\f\n\r\t") << QByteArray("\"\\b\\f\\n\\r\\t\"");
    QTest::newRow("separator") << QByteArray("\x1e") << QByteArray("\"\\u001e\"");
    QTest::newRow("nul") << QByteArray("a\0b", 3) << QByteArray("\"a\\u0000b\"");
    QTest::newRow("delete") << QByteArray("\x7f") << QByteArray("\"\x7f\"");
    QTest::newRow("arabic") << QByteArray("هدهد") << QByteArray("\"هدهد\"");
    QTest::newRow("four bytes") << QByteArray("a😀b") << QByteArray("\"a😀b\"");
}

void JsonHubProtocolTest::escapesStrings()
{
    QFETCH(const QByteArray, text);
    QFETCH(const QByteArray, json);
    QByteArray out;
    appendJsonString(out, text);
    QCOMPARE(out, json);
}

void JsonHubProtocolTest::escapesAtEachPlace()
{
    for (int character = 0; character < 0x80; ++character) {
        for (int place = 0; place < 20; ++place) {
            QByteArray text(20, 'x');
            text[place] = static_cast<char>(character);
            QByteArray out("[");
            appendJsonString(out, text);
            const QJsonDocument read = QJsonDocument::fromJson(out + ']');
            QCOMPARE(read.array().at(0).toString().toUtf8(), text);
            QVERIFY(!out.contains(RecordSeparator));
        }
    }
}

} // namespace hudhud

QTEST_GUILESS_MAIN(hudhud::JsonHubProtocolTest)
#include "json_hub_protocol_test.moc"
