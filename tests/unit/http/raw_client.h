// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>

#include <chrono>
#include <optional>

namespace hudhud {

/// One answer as it came over the wire.
struct RawAnswer
{
    int status = 0;
    QByteArray head;
    QByteArray body;

    /// The value of a header, in any letter case; null if absent.
    QByteArray header(const QByteArray &name) const;
};

/// One WebSocket frame of a server.
struct RawFrame
{
    bool isFinal = false;
    int opcode = 0;
    QByteArray payload;

    int closeCode() const;
};

/// A blocking client that sends exactly the bytes it is told to. Every wait is bounded.
class RawClient
{
public:
    static constexpr std::chrono::milliseconds Patience{20'000};

    /// `localAddress`: the last octet of 127.0.0.x to come from.
    explicit RawClient(quint16 port, int localAddress = 1);
    ~RawClient();
    RawClient(RawClient &&other) noexcept;
    RawClient &operator=(RawClient &&other) = delete;
    RawClient(const RawClient &) = delete;

    bool send(const QByteArray &bytes);
    /// The next answer; nothing when the connection ended before it was whole. `isHead`: it has no body.
    std::optional<RawAnswer> answer(bool isHead = false);
    std::optional<RawAnswer> exchange(const QByteArray &request)
    {
        send(request);
        return answer();
    }
    /// The upgrade to WebSocket; the result is the answer.
    std::optional<RawAnswer> upgrade(const QByteArray &path = "/ws", const QByteArray &behind = {});
    std::optional<RawFrame> frame();
    /// True when the server ends the connection and everything before was read.
    bool isEnded();
    /// Everything up to the end of the connection; nothing if it does not end.
    std::optional<QByteArray> readToEnd();
    /// Everything up to and with `end`; nothing when the connection ended before.
    std::optional<QByteArray> readUntil(const QByteArray &end);
    /// Tells the server that nothing more comes.
    void finishSending();
    void close();
    /// Ends the connection with a reset.
    void reset();

private:
    bool fill();
    std::optional<QByteArray> take(qsizetype size);

    int m_descriptor = -1;
    QByteArray m_buffer;
};

/// A masked frame as a client sends it.
QByteArray clientFrame(int opcode, const QByteArray &payload, bool isFinal = true, int reservedBits = 0);
QByteArray closeFrame(quint16 code, const QByteArray &reason = {});

} // namespace hudhud
