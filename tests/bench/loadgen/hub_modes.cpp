// SPDX-License-Identifier: GPL-3.0-or-later
#include "loadgen/modes.h"
#include "loadgen/token.h"
#include "loadgen/websocket_connection.h"

#include <algorithm>

namespace hudhud::loadgen {

namespace {

constexpr std::chrono::seconds OpeningLimit{120};
constexpr std::chrono::seconds TokenLifetime{3600};
constexpr std::int64_t RoundsUnderWay = 4;
constexpr char RecordSeparator = '\x1e';
/// Shorter ones are pings.
constexpr std::size_t ShortestCall = 8;

/// The hub protocol's messages as bytes, in one of its two encodings.
class HubEncoding
{
public:
    explicit HubEncoding(bool isMessagePack)
        : m_isMessagePack(isMessagePack)
    {
    }

    /// A call with one text; an `id` asks for an answer.
    std::string call(std::string_view target, std::string_view text, std::string_view id = {}) const
    {
        std::string bytes;
        if (!m_isMessagePack) {
            bytes.append(R"({"type":1,)");
            if (!id.empty())
                bytes.append(R"("invocationId":")").append(id).append(R"(",)");
            bytes.append(R"("target":")").append(target).append(R"(","arguments":[")").append(text).append("\"]}");
            bytes.push_back(RecordSeparator);
            return bytes;
        }
        bytes.append("\x95\x01\x80", 3); // An array of five: Invocation, no headers, ...
        if (id.empty())
            bytes.push_back('\xc0');
        else
            appendText(bytes, id);
        appendText(bytes, target);
        bytes.push_back('\x91');
        appendText(bytes, text);
        std::string length;
        for (std::size_t rest = bytes.size(); rest > 0 || length.empty(); rest >>= 7)
            length.push_back(static_cast<char>((rest & 0x7F) | (rest > 0x7F ? 0x80 : 0)));
        return length + bytes;
    }

    void send(WebSocketConnection &connection, std::string_view bytes) const
    {
        if (m_isMessagePack)
            connection.sendBinary(bytes);
        else
            connection.sendText(bytes);
    }

    void sendHandshake(WebSocketConnection &connection) const
    {
        connection.sendText(std::string(R"({"protocol":")").append(m_isMessagePack ? "messagepack" : "json")
                            + "\",\"version\":1}" + RecordSeparator);
    }

    /// How many messages that are no pings one WebSocket message holds.
    std::int64_t count(std::string_view bytes) const
    {
        std::int64_t messages = 0;
        while (!bytes.empty()) {
            std::size_t length = 0;
            std::size_t begin = 0;
            if (m_isMessagePack) {
                for (int shift = 0;; shift += 7) {
                    const auto part = static_cast<unsigned char>(bytes[begin++]);
                    length |= static_cast<std::size_t>(part & 0x7F) << shift;
                    if (part < 0x80 || begin == bytes.size())
                        break;
                }
            } else {
                length = std::min(bytes.find(RecordSeparator), bytes.size() - 1) + 1;
            }
            messages += length > ShortestCall + (m_isMessagePack ? 0 : 8) ? 1 : 0;
            bytes.remove_prefix(std::min(begin + length, bytes.size()));
        }
        return messages;
    }

private:
    static void appendText(std::string &bytes, std::string_view text)
    {
        if (text.size() < 32) {
            bytes.push_back(static_cast<char>(0xA0 | text.size()));
        } else {
            bytes.push_back('\xda');
            bytes.push_back(static_cast<char>(text.size() >> 8));
            bytes.push_back(static_cast<char>(text.size() & 0xFF));
        }
        bytes.append(text);
    }

    bool m_isMessagePack;
};

/// A client that counts what comes and does not read it.
class HubListener final : public WebSocketConnection
{
public:
    /// `received` is common to all: adding up ten thousand would cost as much as receiving.
    HubListener(EventLoop &loop, const HubEncoding &encoding, int number, std::int64_t &received)
        : WebSocketConnection(loop, number)
        , m_encoding(encoding)
        , m_received(received)
    {
    }

    bool isReady() const { return isOpen() && m_isReady; }
    /// What is sent whenever something has come, if not empty.
    std::string nextCall;

private:
    void webSocketOpened() override { m_encoding.sendHandshake(*this); }
    void webSocketMessage(std::string_view message) override
    {
        if (!m_isReady) {
            m_isReady = true;
            return;
        }
        const std::int64_t messages = m_encoding.count(message);
        m_received += messages;
        if (messages > 0 && !nextCall.empty())
            m_encoding.send(*this, nextCall);
    }
    void webSocketLost() override { m_isReady = false; }

    const HubEncoding &m_encoding;
    std::int64_t &m_received;
    bool m_isReady = false;
};

/// Many listeners at the test hub, in one thread.
class HubCrowd
{
public:
    explicit HubCrowd(const Options &options)
        : m_options(options)
        , m_encoding(options.messagePack)
        , m_token(signToken(options.jwtSecret, options.claim, "967770000000", TokenLifetime))
    {
        for (int i = 0; i < options.phones; ++i)
            m_listeners.push_back(std::make_unique<HubListener>(m_loop, m_encoding, i, m_received));
    }

    bool connectAll()
    {
        std::size_t opened = 0;
        std::size_t ready = 0;
        return m_loop.runUntil(
            [&] {
                while (ready < opened && m_listeners[ready]->isReady())
                    ++ready;
                while (opened < m_listeners.size()
                       && opened - ready < static_cast<std::size_t>(m_options.connectingAtOnce))
                    m_listeners[opened++]->openWebSocket(m_options.endpoint(), m_options.hub, m_token);
                return ready == m_listeners.size();
            },
            OpeningLimit);
    }

    std::int64_t received() const { return m_received; }

    /// Turns the loop for so long, `beforeTurn` before each turn. Result: messages received for a second.
    template <typename Function>
    double run(std::chrono::seconds duration, Function &&beforeTurn)
    {
        const auto begin = SteadyClock::now();
        const std::int64_t before = received();
        while (SteadyClock::now() < begin + duration) {
            beforeTurn();
            m_loop.turn(std::chrono::milliseconds(1));
        }
        const std::chrono::duration<double> elapsed = SteadyClock::now() - begin;
        return static_cast<double>(received() - before) / elapsed.count();
    }

    const HubEncoding &encoding() const { return m_encoding; }
    std::vector<std::unique_ptr<HubListener>> &listeners() { return m_listeners; }

private:
    const Options &m_options;
    const HubEncoding m_encoding;
    const std::string m_token;
    EventLoop m_loop;
    std::int64_t m_received = 0;
    std::vector<std::unique_ptr<HubListener>> m_listeners;
};

ModeResult measure(const Options &options, HubCrowd &crowd, const char *figure, const auto &beforeTurn)
{
    crowd.run(std::chrono::seconds(options.warmup), beforeTurn);
    const double rate = crowd.run(std::chrono::seconds(options.duration), beforeTurn);
    const auto open = std::ranges::count_if(crowd.listeners(), [](const auto &item) { return item->isReady(); });
    Report report(options.mode);
    report.add("phones", static_cast<double>(open));
    report.add(figure, rate);
    return report;
}

} // namespace

ModeResult runHubPush(const Options &options)
{
    HubCrowd crowd(options);
    if (options.phones == 0 || !crowd.connectAll())
        return std::unexpected("the server does not take all connections");
    const std::string call
        = crowd.encoding().call("Broadcast", std::string(static_cast<std::size_t>(options.contentSize), 'x'));
    std::int64_t rounds = 0;
    return measure(options, crowd, "frames_per_s", [&] {
        for (const std::int64_t done = crowd.received() / options.phones; rounds - done < RoundsUnderWay; ++rounds)
            crowd.encoding().send(*crowd.listeners().front(), call);
    });
}

ModeResult runHubInvoke(const Options &options)
{
    HubCrowd crowd(options);
    if (!crowd.connectAll())
        return std::unexpected("the server does not take all connections");
    for (const auto &listener : crowd.listeners()) {
        listener->nextCall = crowd.encoding().call(
            "Echo", std::string(static_cast<std::size_t>(options.contentSize), 'x'), "1");
        crowd.encoding().send(*listener, listener->nextCall);
    }
    return measure(options, crowd, "answers_per_s", [] {});
}

} // namespace hudhud::loadgen
