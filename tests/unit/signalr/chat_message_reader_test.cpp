// SPDX-License-Identifier: GPL-3.0-or-later
#include "chat_message_reader.h"

#include "signalr/json_hub_protocol.h"

#include <QTest>

namespace hudhud {

class ChatMessageReaderTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readsTheLeast();
    void readsEverything();
    void takesNullForAbsent();
    void takesTheLimits();
    void refuses_data();
    void refuses();
    void tellsAllProblemsAtOnce();
    void refusesPriorityFromPhones();

private:
    /// `json`: the argument, as it comes over the wire.
    Result<Message> read(const QByteArray &json, bool isBusiness = true)
    {
        const QByteArray call
            = R"({"type":1,"target":"SendMessage","arguments":[)" + json + "]}" + RecordSeparator;
        if (m_protocol.parse(call, m_message) != HubProtocol::Outcome::Parsed)
            return std::unexpected(Error(ErrorCode::Internal, QStringLiteral("The test's JSON is malformed.")));
        const ChatSender sender{.account = *Recipient::fromString("8001234"), .mayChoosePriority = isBusiness};
        return readChatMessage(m_message.arguments.front(), sender, m_limits);
    }

    const ChatLimits m_limits{.maximumSubject = 10,
                              .maximumContent = 20,
                              .maximumConversation = 5,
                              .maximumMetadata = 30,
                              .messagesPerSecond = 1,
                              .burst = 1};
    JsonHubProtocol m_protocol;
    HubMessage m_message;
};

void ChatMessageReaderTest::readsTheLeast()
{
    const Result<Message> message = read(R"({"recipient":"967771234567","content":"hi"})");
    QVERIFY(message);
    Message expected;
    expected.recipient = *Recipient::fromString("967771234567");
    expected.content = "hi";
    expected.type = MessageType::TwoWay;
    expected.sender = "8001234";
    QVERIFY(*message == expected);
}

void ChatMessageReaderTest::readsEverything()
{
    const Result<Message> message = read(
        R"({"recipient":"967771234567","content":"hi","subject":"s","conversation":"c","sender":"8001234",)"
        R"("priority":"Critical","metadata":{"a":"1","b":"\"\u0001"}})");
    QVERIFY(message);
    QCOMPARE(message->subject, QByteArray("s"));
    QCOMPARE(message->conversation, QByteArray("c"));
    QCOMPARE(message->sender, QByteArray("8001234"));
    QVERIFY(message->priority == Priority::Critical);
    QCOMPARE(message->metadata, QByteArray(R"({"a":"1","b":"\"\u0001"})"));
}

void ChatMessageReaderTest::takesNullForAbsent()
{
    const Result<Message> message
        = read(R"({"recipient":"967771234567","content":"hi","subject":null,"priority":null,"other":null})");
    QVERIFY(message);
    QVERIFY(message->subject.isEmpty());
}

void ChatMessageReaderTest::takesTheLimits()
{
    const Result<Message> message = read(R"({"recipient":"967771234567","content":")" + QByteArray(20, 'x')
                                         + R"(","subject":")" + QByteArray(10, 's')
                                         + R"(","conversation":"ccccc","metadata":{"k":")" + QByteArray(22, 'm')
                                         + R"("}})");
    QVERIFY(message);
    QCOMPARE(message->metadata.size(), m_limits.maximumMetadata);
}

void ChatMessageReaderTest::refuses_data()
{
    QTest::addColumn<QByteArray>("members");
    QTest::addColumn<QByteArray>("text");
    const auto row = [](const char *name, const QByteArray &members, const QByteArray &text) {
        QTest::newRow(name) << members << text;
    };
    const QByteArray rest = R"("recipient":"967771234567","content":"hi",)";
    row("no recipient", R"("content":"hi")", "recipient is missing; give a number of 7 to 15 digits.");
    row("null recipient", R"("content":"hi","recipient":null)", "recipient is missing");
    row("no content", R"("recipient":"967771234567")", "content is missing; give a text of 1 to 20 bytes.");
    row("recipient too short", R"("content":"hi","recipient":"12")", "recipient must be a string of 7 to 15 digits");
    row("recipient a number", R"("content":"hi","recipient":967771234567)", "recipient must be a string");
    row("content empty", R"("recipient":"967771234567","content":"")", "content is empty; give a text of 1 to 20");
    row("content too long", R"("recipient":"967771234567","content":"123456789012345678901")",
        "content has 21 bytes of UTF-8; at most 20 are allowed. Shorten it.");
    row("content a number", R"("recipient":"967771234567","content":7)", "content must be a string.");
    row("content with zero", R"("recipient":"967771234567","content":"a\u0000b")", "content contains the character U+0000");
    row("subject too long", rest + R"("subject":"12345678901")", "subject has 11 bytes of UTF-8; at most 10");
    row("conversation too long", rest + R"("conversation":"123456")", "conversation has 6 bytes of UTF-8; at most 5");
    row("sender of another", rest + R"("sender":"967771234567")",
        "sender is set by the server and can only be 8001234, your own account; leave it out.");
    row("sender a number", rest + R"("sender":8001234)", "sender is set by the server");
    row("priority unknown", rest + R"("priority":"Urgent")", "priority must be one of Low, Normal, High, Critical.");
    row("unknown member", rest + R"("text":"x")", "text is not known; allowed are recipient, content, subject");
    row("member twice", rest + R"("subject":"a","subject":"b")", "subject is given twice; give it once.");
    row("metadata a list", rest + R"("metadata":["a"])", "metadata must be an object with string values.");
    row("metadata value a number", rest + R"("metadata":{"a":1})", "metadata.a must be a string.");
    row("metadata name empty", rest + R"("metadata":{"":"1"})", "metadata. has a name of 0 bytes; 1 to 64");
    row("metadata name twice", rest + R"("metadata":{"a":"1","a":"2"})", "metadata.a is given twice");
    row("metadata too long", rest + R"("metadata":{"k":"12345678901234567890123"})",
        "metadata has 31 bytes as compact JSON; at most 30");
    QByteArray entries;
    for (int i = 0; i < 33; ++i)
        entries += (entries.isEmpty() ? "\"" : ",\"") + QByteArray::number(i) + R"(":"")";
    row("metadata entries", rest + R"("metadata":{)" + entries + "}", "metadata has 33 entries; at most 32");
}

void ChatMessageReaderTest::refuses()
{
    QFETCH(const QByteArray, members);
    QFETCH(const QByteArray, text);
    const Result<Message> message = read("{" + members + "}");
    QVERIFY(!message);
    QVERIFY(message.error().code() == ErrorCode::InvalidRequest);
    const QByteArray told = message.error().message().toUtf8();
    QVERIFY2(told.startsWith(text), told.constData());
}

void ChatMessageReaderTest::tellsAllProblemsAtOnce()
{
    const Result<Message> message = read(R"({"subject":7,"wrong":1})", false);
    QVERIFY(!message);
    QCOMPARE(message.error().message().toUtf8(),
             QByteArray("subject must be a string. wrong is not known; allowed are recipient, content, subject, "
                        "conversation, metadata. recipient is missing; give a number of 7 to 15 digits. content is "
                        "missing; give a text of 1 to 20 bytes."));
    for (const char *value : {"7", "null", "[]", "\"text\""})
        QVERIFY(read(value).error().message().contains(QStringLiteral("The message must be an object")));
}

void ChatMessageReaderTest::refusesPriorityFromPhones()
{
    const Result<Message> message = read(R"({"recipient":"967771234567","content":"hi","priority":"High"})", false);
    QVERIFY(!message);
    QCOMPARE(message.error().message(), QStringLiteral("priority is for businesses only; leave it out."));
}

} // namespace hudhud

QTEST_GUILESS_MAIN(hudhud::ChatMessageReaderTest)
#include "chat_message_reader_test.moc"
