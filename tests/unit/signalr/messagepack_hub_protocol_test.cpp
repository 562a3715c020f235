// SPDX-License-Identifier: GPL-3.0-or-later
#include "signalr/messagepack_hub_protocol.h"

#include "signalr/messagepack_reader.h"

#include <QTest>

namespace hudhud {

class MessagePackHubProtocolTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readsWhatTheOfficialClientWrites();
    void readsEachKindOfArgument();
    void readsEveryFormOfAnInteger_data();
    void readsEveryFormOfAnInteger();
    void ignoresUnknownTypesAndItems();
    void refusesMalformed_data();
    void refusesMalformed();
    void refusesEveryCut();
    void makesNoRoomForWhatIsNotThere();
    void findsTheEndOfAMessage_data();
    void findsTheEndOfAMessage();
    void writesEachMessageByteForByte();
    void writesCallsStreamsAndNumbers();
    void writesJsonAsValues();
    void readsBackWhatItWrites_data();
    void readsBackWhatItWrites();
    void readsBackLongTextsAndLists();

private:
    /// `hex`: one framed message.
    HubProtocol::Outcome parse(const QByteArray &hex)
    {
        m_bytes = QByteArray::fromHex(hex);
        return m_protocol.parse(m_bytes, m_message);
    }
    template <typename Write> static QByteArray hexOf(Write &&write)
    {
        QByteArray out;
        write(out);
        return out.toHex();
    }

    MessagePackHubProtocol m_protocol;
    HubMessage m_message;
    QByteArray m_bytes;
};

namespace {

constexpr auto Parsed = HubProtocol::Outcome::Parsed;
constexpr auto Malformed = HubProtocol::Outcome::Malformed;
constexpr auto Ignored = HubProtocol::Outcome::Ignored;

/// A body behind its length, for bodies below 128 bytes.
QByteArray framed(const QByteArray &hex)
{
    const QByteArray body = hex.simplified().replace(' ', "");
    return QByteArray::number(body.size() / 2, 16).rightJustified(2, '0') + body;
}

QByteArray plain(const char *hex)
{
    return QByteArray(hex).replace(' ', "");
}

} // namespace

void MessagePackHubProtocolTest::readsWhatTheOfficialClientWrites()
{
    QCOMPARE(parse("0e 95 01 80 a130 a341636b 92 a26d31 07"), Parsed);
    QCOMPARE(m_message.type, HubMessageType::Invocation);
    QCOMPARE(m_message.target, QByteArrayView("Ack"));
    QCOMPARE(m_message.invocationId, QByteArrayView("0"));
    QCOMPARE(m_message.arguments.size(), std::size_t(2));
    QCOMPARE(m_message.arguments[0].text, QByteArrayView("m1"));
    QCOMPARE(m_message.arguments[1].integer, 7);
    QVERIFY(m_message.streamIds.empty());

    QCOMPARE(parse("0c 95 01 80 c0 a341636b 91 a26d31"), Parsed);
    QVERIFY(m_message.invocationId.isEmpty());
    QCOMPARE(parse("10 95 01 81 a16b a176 c0 a341636b 91 a26d31"), Parsed); // With a header.
    QCOMPARE(m_message.arguments[0].text, QByteArrayView("m1"));
    QCOMPARE(parse("0d 96 01 80 a131 a353756d 90 91 a130"), Parsed);
    QVERIFY(m_message.streamIds == std::vector<QByteArrayView>{"0"});
    QVERIFY(m_message.arguments.empty());
    QCOMPARE(parse("0b 95 04 80 a132 a3436e74 91 03"), Parsed);
    QCOMPARE(m_message.type, HubMessageType::StreamInvocation);
    QCOMPARE(parse("06 94 02 80 a130 05"), Parsed);
    QCOMPARE(m_message.type, HubMessageType::StreamItem);
    QCOMPARE(m_message.value.integer, 5);
    QCOMPARE(parse("06 94 03 80 a130 02"), Parsed);
    QCOMPARE(m_message.type, HubMessageType::Completion);
    QVERIFY(m_message.error.isEmpty());
    QCOMPARE(parse("0c 95 03 80 a3732d31 03 a3796573"), Parsed);
    QCOMPARE(m_message.value.text, QByteArrayView("yes"));
    QCOMPARE(parse("0b 95 03 80 a3732d31 01 a26e6f"), Parsed);
    QCOMPARE(m_message.error, QByteArrayView("no"));
    QCOMPARE(parse("05 93 05 80 a132"), Parsed);
    QCOMPARE(m_message.type, HubMessageType::CancelInvocation);
    QCOMPARE(parse("02 91 06"), Parsed);
    QCOMPARE(m_message.type, HubMessageType::Ping);
    QCOMPARE(parse("03 92 07 c0"), Parsed);
    QCOMPARE(m_message.type, HubMessageType::Close);
    QVERIFY(!m_message.allowReconnect);
    QCOMPARE(parse("04 93 07 c0 c3"), Parsed);
    QVERIFY(m_message.allowReconnect);
    QCOMPARE(parse("06 92 07 a3627965"), Parsed);
    QCOMPARE(m_message.error, QByteArrayView("bye"));
    QCOMPARE(parse("05 92 08 cd012c"), Parsed);
    QCOMPARE(m_message.type, HubMessageType::Ack);
    QCOMPARE(m_message.sequenceId, 300);
    QCOMPARE(parse("03 92 09 01"), Parsed);
    QCOMPARE(m_message.type, HubMessageType::Sequence);

    QCOMPARE(parse("b602 95 01 80 c0 a154 91 da012c" + QByteArray(600, '7')), Parsed);
    QCOMPARE(m_message.arguments[0].text.toByteArray(), QByteArray(300, 'w'));
}

void MessagePackHubProtocolTest::readsEachKindOfArgument()
{
    // A date, undefined, 1.5, -1, 5000000000 and bytes, as the official client writes them.
    QCOMPARE(parse("28 95 01 80 c0 a154 96 d7ff7735940065920080 c0 cb3ff8000000000000 ff cf000000012a05f200 c40101"),
             Parsed);
    const std::vector<HubValue> &values = m_message.arguments;
    QCOMPARE(values.size(), std::size_t(6));
    QCOMPARE(values[0].kind, HubValue::Kind::Binary);
    QCOMPARE(values[1].kind, HubValue::Kind::Null);
    QCOMPARE(values[2].real, 1.5);
    QCOMPARE(values[3].integer, -1);
    QCOMPARE(values[4].integer, 5'000'000'000);
    QCOMPARE(values[5].kind, HubValue::Kind::Binary);
    QCOMPARE(values[5].text, QByteArrayView("\x01"));

    QCOMPARE(parse(framed("95 01 80 c0 a154 95 c2 c3 ca3fc00000 82 a161 91 81 a162 07 a163 c0 92 01 90")), Parsed);
    QVERIFY(values[0].kind == HubValue::Kind::Boolean && !values[0].boolean);
    QVERIFY(values[1].kind == HubValue::Kind::Boolean && values[1].boolean);
    QCOMPARE(values[2].real, 1.5);
    QCOMPARE(values[3].kind, HubValue::Kind::Object);
    QCOMPARE(values[3].elements.size(), std::size_t(2));
    QCOMPARE(values[3].elements[0].name, QByteArrayView("a"));
    QCOMPARE(values[3].elements[0].elements[0].elements[0].name, QByteArrayView("b"));
    QCOMPARE(values[3].elements[0].elements[0].elements[0].integer, 7);
    QCOMPARE(values[3].elements[1].kind, HubValue::Kind::Null);
    QCOMPARE(values[4].elements[1].kind, HubValue::Kind::Array);

    for (const char *binary : {"d401aa", "d501aaaa", "d601aaaaaaaa", "d701aaaaaaaaaaaaaaaa",
                               "d801aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "c70301aaaaaa", "c8000301aaaaaa",
                               "c90000000301aaaaaa", "c403aaaaaa", "c50003aaaaaa", "c600000003aaaaaa"}) {
        QCOMPARE(parse(framed("95 01 80 c0 a154 92 " + QByteArray(binary) + " 07")), Parsed);
        QCOMPARE(values[0].kind, HubValue::Kind::Binary);
        QCOMPARE(values[1].integer, 7);
    }
}

void MessagePackHubProtocolTest::readsEveryFormOfAnInteger_data()
{
    QTest::addColumn<QByteArray>("hex");
    QTest::addColumn<qint64>("value");
    const std::pair<const char *, qint64> rows[] = {
        {"00", 0}, {"7f", 127}, {"e0", -32}, {"ff", -1},
        {"cc00", 0}, {"ccff", 255}, {"cd0001", 1}, {"cdffff", 65'535},
        {"ce00000001", 1}, {"ceffffffff", 4'294'967'295}, {"cf7fffffffffffffff", std::numeric_limits<qint64>::max()},
        {"d080", -128}, {"d07f", 127}, {"d18000", -32'768}, {"d280000000", -2'147'483'648LL},
        {"d38000000000000000", std::numeric_limits<qint64>::min()},
    };
    for (const auto &[hex, value] : rows)
        QTest::newRow(hex) << QByteArray(hex) << value;
}

void MessagePackHubProtocolTest::readsEveryFormOfAnInteger()
{
    QFETCH(const QByteArray, hex);
    QFETCH(const qint64, value);
    QCOMPARE(parse(framed("92 09 " + hex)), Parsed);
    QCOMPARE(m_message.sequenceId, value);
}

void MessagePackHubProtocolTest::ignoresUnknownTypesAndItems()
{
    QCOMPARE(parse("03 92 63 01"), Ignored);
    QCOMPARE(parse(framed("91 00")), Ignored);
    QCOMPARE(parse(framed("91 ff")), Ignored);
    QCOMPARE(parse(framed("92 06 01")), Parsed);
    QCOMPARE(parse(framed("97 01 80 a0 a154 90 90 91 01")), Parsed);
    QVERIFY(m_message.invocationId.isEmpty());
    QCOMPARE(parse(framed("96 03 80 a130 02 c0 c0")), Parsed);
    QCOMPARE(parse(framed("95 01 80 c0 a154 91 cfffffffffffffffff")), Parsed);
    QCOMPARE(m_message.arguments[0].kind, HubValue::Kind::Real); // More than 64 bits with a sign hold.
}

void MessagePackHubProtocolTest::refusesMalformed_data()
{
    QTest::addColumn<QByteArray>("hex");
    const std::pair<const char *, const char *> rows[] = {
        {"nothing", ""},
        {"no array", "06"},
        {"a map", "80"},
        {"no items", "90"},
        {"type a string", "91 a131"},
        {"type nil", "91 c0"},
        {"type a real", "91 cb3ff0000000000000"},
        {"rest behind the array", "91 06 00"},
        {"reserved tag", "92 06 c1"},
        {"no headers", "95 01 c0 c0 a154 90"},
        {"headers an array", "95 01 90 c0 a154 90"},
        {"id a number", "95 01 80 01 a154 90"},
        {"no target", "95 01 80 c0 c0 90"},
        {"empty target", "95 01 80 c0 a0 90"},
        {"target a number", "95 01 80 c0 01 90"},
        {"no arguments", "94 01 80 c0 a154"},
        {"arguments nil", "95 01 80 c0 a154 c0"},
        {"streams a string", "96 01 80 c0 a154 90 a130"},
        {"stream call without id", "95 04 80 c0 a154 90"},
        {"item without id", "94 02 80 c0 05"},
        {"item without value", "93 02 80 a130"},
        {"completion without id", "94 03 80 c0 02"},
        {"completion without kind", "93 03 80 a130"},
        {"completion of kind 4", "95 03 80 a130 04 c0"},
        {"completion of kind nil", "94 03 80 a130 c0"},
        {"error without text", "94 03 80 a130 01"},
        {"error a number", "95 03 80 a130 01 05"},
        {"error empty", "95 03 80 a130 01 a0"},
        {"result without value", "94 03 80 a130 03"},
        {"cancel without id", "93 05 80 c0"},
        {"close with a number", "92 07 01"},
        {"reconnect a string", "93 07 c0 a131"},
        {"ack without number", "91 08"},
        {"sequence a string", "92 09 a131"},
        {"text that is no UTF-8", "95 01 80 c0 a154 91 a2fffe"},
        {"target that is no UTF-8", "95 01 80 c0 a1ff 90"},
        {"key a number", "95 01 80 c0 a154 91 81 01 02"},
        {"key an array", "95 01 80 c0 a154 91 81 90 02"},
    };
    for (const auto &[name, hex] : rows)
        QTest::newRow(name) << framed(hex);
    QTest::newRow("too deep arrays") << framed("95 01 80 c0 a154 " + QByteArray("91").repeated(40) + "90");
    QTest::newRow("too deep maps") << framed("95 01 80 c0 a154 91" + QByteArray("81a161").repeated(35) + "90");
}

void MessagePackHubProtocolTest::refusesMalformed()
{
    QFETCH(const QByteArray, hex);
    QCOMPARE(parse(hex), Malformed);
    QCOMPARE(parse("02 91 06"), Parsed); // The parser recovers.
}

/// No read past the end, wherever a body ends.
void MessagePackHubProtocolTest::refusesEveryCut()
{
    const QByteArray whole = plain("96 01 81 a16b a176 a130 a154 9f d7ff7735940065920080 c0 cb3ff8000000000000 ff"
                                   "cf000000012a05f200 c40101 ca3fc00000 cc01 cd0001 ce00000001 d001 d10001"
                                   "81 d90161 da000162 dc0001 de0001 db0000000161 dd00000001 c3 df00000001 a161 c2 90");
    QCOMPARE(parse(framed(whole)), Parsed);
    for (qsizetype length = 0; length < whole.size() / 2; ++length)
        QCOMPARE(parse(framed(whole.first(2 * length))), Malformed);
}

void MessagePackHubProtocolTest::makesNoRoomForWhatIsNotThere()
{
    for (const char *hex : {"ddffffffff", "dfffffffff", "dbffffffff", "c6ffffffff", "c9ffffffff", "dcffff", "deffff"}) {
        const QByteArray bytes = QByteArray::fromHex(hex);
        HubValue value;
        QVERIFY(!MessagePackReader(bytes).read(value));
        QVERIFY(value.elements.capacity() == 0);
    }
}

void MessagePackHubProtocolTest::findsTheEndOfAMessage_data()
{
    QTest::addColumn<QByteArray>("hex");
    QTest::addColumn<qsizetype>("length");
    const std::pair<const char *, qsizetype> rows[] = {
        {"", 0},          {"02", 0},         {"0291", 0},           {"029106", 3},     {"02910602", 3},
        {"00", 1},        {"80", 0},         {"8080", 0},           {"808002", 0},     {"ffffffff", 0},
        {"ffffffff07", 0}, {"ffffffff08", -1}, {"ffffffff7f", -1}, {"ffffffffff", -1}, {"808080808001", -1},
    };
    for (const auto &[hex, length] : rows)
        QTest::newRow(*hex ? hex : "nothing") << QByteArray(hex) << length;
    QTest::newRow("127") << "7f" + QByteArray(2 * 127, '0') << qsizetype(128);
    QTest::newRow("128") << "8001" + QByteArray(2 * 128, '0') << qsizetype(130);
    QTest::newRow("310 and more") << "b602" + QByteArray(2 * 311, '0') << qsizetype(312);
    QTest::newRow("310 less one") << "b602" + QByteArray(2 * 309, '0') << qsizetype(0);
}

void MessagePackHubProtocolTest::findsTheEndOfAMessage()
{
    QFETCH(const QByteArray, hex);
    QFETCH(const qsizetype, length);
    QCOMPARE(m_protocol.messageLength(QByteArray::fromHex(hex)), length);
}

void MessagePackHubProtocolTest::writesEachMessageByteForByte()
{
    QCOMPARE(hexOf([this](QByteArray &out) {
                 m_protocol.writeInvocation(out, "ReceiveMessage", 1, [](HubValueWriter &writer) {
                     writer.beginObject(1);
                     writer.name("id");
                     writer.string("a");
                     writer.endObject();
                 });
             }),
             plain("1b 96 01 80 c0 ae 526563656976654d657373616765 91 81 a26964 a161 90"));
    QCOMPARE(hexOf([this](QByteArray &out) { m_protocol.writeCompletion(out, "42", {}); }),
             plain("07 94 03 80 a23432 02"));
    QCOMPARE(hexOf([this](QByteArray &out) {
                 m_protocol.writeCompletion(out, "42", [](HubValueWriter &writer) { writer.integer(42); });
             }),
             plain("08 95 03 80 a23432 03 2a"));
    QCOMPARE(hexOf([this](QByteArray &out) { m_protocol.writeFailure(out, "42", "no"); }),
             plain("0a 95 03 80 a23432 01 a26e6f"));
    QCOMPARE(hexOf([this](QByteArray &out) { m_protocol.writePing(out); }), plain("02 91 06"));
    QCOMPARE(hexOf([this](QByteArray &out) { m_protocol.writeClose(out, {}, true); }), plain("04 93 07 c0 c3"));
    QCOMPARE(hexOf([this](QByteArray &out) { m_protocol.writeClose(out, "why", false); }),
             plain("07 93 07 a3776879 c2"));
    // Behind what is there already, and with a length of two bytes.
    const QByteArray text(300, 'x');
    QCOMPARE(hexOf([this, &text](QByteArray &out) {
                 m_protocol.writePing(out);
                 m_protocol.writeInvocation(out, "T", 1, [&text](HubValueWriter &writer) { writer.string(text); });
             }),
             plain("02 91 06 b702 96 01 80 c0 a154 91 da012c") + text.toHex() + "90");
}

void MessagePackHubProtocolTest::writesCallsStreamsAndNumbers()
{
    const auto three = [](HubValueWriter &writer) { writer.integer(3); };
    QCOMPARE(hexOf([&](QByteArray &out) { m_protocol.writeCall(out, {false, "s1", "Ask", {}}, 1, three); }),
             framed("96 01 80 a27331 a341736b 91 03 90"));
    QCOMPARE(hexOf([&](QByteArray &out) { m_protocol.writeCall(out, {true, "2", "Cnt", {"0"}}, 1, three); }),
             framed("96 04 80 a132 a3436e74 91 03 91 a130"));
    QCOMPARE(hexOf([&](QByteArray &out) {
                 m_protocol.writeStreamItem(out, "2", [](HubValueWriter &writer) { writer.integer(42); });
             }),
             plain("06 94 02 80 a132 2a"));
    QCOMPARE(hexOf([&](QByteArray &out) { m_protocol.writeCancellation(out, "2"); }), plain("05 93 05 80 a132"));
    QCOMPARE(hexOf([&](QByteArray &out) { m_protocol.writeAck(out, 300); }), plain("05 92 08 cd012c"));
    QCOMPARE(hexOf([&](QByteArray &out) { m_protocol.writeSequence(out, 5); }), plain("03 92 09 05"));
}

void MessagePackHubProtocolTest::writesJsonAsValues()
{
    constexpr char json[]
        = R"({"order":"7","list":[1,-2,1.5,true,false,null,18446744073709551615],"deep":{"a":{}}})";
    QCOMPARE(hexOf([this, &json](QByteArray &out) {
                 m_protocol.writeCompletion(out, "1", [&json](HubValueWriter &writer) { writer.json(json); });
             }),
             framed("95 03 80 a131 03 83 a56f72646572 a137 a46c697374 97 01 fe cb3ff8000000000000 c3 c2 c0"
                    "cfffffffffffffffff a464656570 81 a161 80"));
}

void MessagePackHubProtocolTest::readsBackWhatItWrites_data()
{
    QTest::addColumn<qint64>("number");
    for (int bits = 0; bits < 63; ++bits) {
        const qint64 power = qint64(1) << bits;
        for (const qint64 number : {power - 1, power, -power, -power - 1})
            QTest::addRow("%lld", static_cast<long long>(number)) << number;
    }
}

void MessagePackHubProtocolTest::readsBackWhatItWrites()
{
    QFETCH(const qint64, number);
    QByteArray out;
    m_protocol.writeInvocation(out, "T", 1, [number](HubValueWriter &writer) { writer.integer(number); });
    QCOMPARE(m_protocol.messageLength(out), out.size());
    QCOMPARE(m_protocol.parse(out, m_message), Parsed);
    QCOMPARE(m_message.arguments[0].kind, HubValue::Kind::Integer);
    QCOMPARE(m_message.arguments[0].integer, number);
}

void MessagePackHubProtocolTest::readsBackLongTextsAndLists()
{
    for (const qsizetype size : {0, 15, 16, 31, 32, 255, 256, 65'535, 65'536}) {
        QByteArray out;
        const QByteArray text(size, 't');
        m_protocol.writeInvocation(out, "T", 3, [&text, size](HubValueWriter &writer) {
            writer.string(text);
            writer.beginArray(size);
            for (qsizetype i = 0; i < size; ++i)
                writer.boolean(true);
            writer.endArray();
            writer.beginObject(size);
            for (qsizetype i = 0; i < size; ++i) {
                writer.name("k");
                writer.integer(i);
            }
            writer.endObject();
        });
        QCOMPARE(m_protocol.messageLength(out), out.size());
        QCOMPARE(m_protocol.parse(out, m_message), Parsed);
        QCOMPARE(m_message.arguments.size(), std::size_t(3));
        QCOMPARE(m_message.arguments[0].text.toByteArray(), text);
        QCOMPARE(m_message.arguments[1].elements.size(), std::size_t(size));
        QCOMPARE(m_message.arguments[2].elements.size(), std::size_t(size));
        if (size > 0)
            QCOMPARE(m_message.arguments[2].elements.back().integer, size - 1);
    }
}

} // namespace hudhud

QTEST_GUILESS_MAIN(hudhud::MessagePackHubProtocolTest)
#include "messagepack_hub_protocol_test.moc"
