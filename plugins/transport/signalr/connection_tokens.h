// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/clock.h"
#include "signalr/loop_port.h"

#include <array>
#include <atomic>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <unordered_map>
#include <utility>

namespace hudhud {

class HubConnection;

/// Where a connection that can be resumed lives. The connection is touched on the port's thread only.
struct ConnectionHome
{
    std::shared_ptr<LoopPort> port;
    std::weak_ptr<HubConnection> connection;
};

/// 128 random bits that name a connection.
class ConnectionToken
{
public:
    /// From the system's generator.
    static ConnectionToken random();
    /// Reads what `toString` wrote.
    static std::optional<ConnectionToken> fromString(const QByteArray &text);
    /// base64url without padding (RFC 4648, section 5): 22 characters that need no escape in a URL.
    QByteArray toString() const;
    /// What everybody may know: it is made from the token, which nobody can find from it.
    ConnectionToken publicId() const;

    friend bool operator==(const ConnectionToken &, const ConnectionToken &) = default;

    struct Hash
    {
        std::size_t operator()(const ConnectionToken &token) const noexcept
        {
            return static_cast<std::size_t>(token.m_words[0]);
        }
    };

private:
    std::array<quint64, 2> m_words{};
};

/// What carries a connection; None until it is opened.
enum class TransportKind : quint8 { None, WebSockets, ServerSentEvents, LongPolling };

/// The connections of one hub between negotiate and their end, with the I/O thread that owns each. Shared by
/// the I/O threads of a process, because the kernel may hand each request of a client to another one. Thread:
/// any. Off the way of messages: touched by requests only, in one of several parts with a lock each, held
/// only to look.
class ConnectionTokens
{
public:
    enum class Standing : quint8 {
        Unknown,
        Foreign, ///< Another user's.
        Waiting, ///< Negotiated, not opened.
        Attached, ///< Opened by this call.
        InUse, ///< Opened before.
    };

    struct Place
    {
        Standing standing = Standing::Unknown;
        TransportKind kind = TransportKind::None; ///< What it was opened with.
        int ioThread = -1; ///< Its owner, once it is open.
    };

    /// At most `limit` tokens wait at a time, each for at most `lifetime`.
    ConnectionTokens(const Clock &clock, qint64 limit, std::chrono::milliseconds lifetime);

    /// A token that only `user` may use; nothing when too many wait.
    /// `isResumable`: stateful reconnect was agreed.
    std::optional<ConnectionToken> issue(const QByteArray &user, bool isResumable = false);
    /// Opens the connection for a transport of `user` on that thread. Never answers Waiting.
    Place attach(const ConnectionToken &token, const QByteArray &user, TransportKind kind, int ioThread);
    /// Never answers Attached.
    Place find(const ConnectionToken &token, const QByteArray &user);
    bool isResumable(const ConnectionToken &token);
    /// The attached connection can be resumed there, with the same token, until `release`.
    void setHome(const ConnectionToken &token, ConnectionHome home);
    /// Nothing unless `user` can resume a connection with the token.
    std::optional<ConnectionHome> home(const ConnectionToken &token, const QByteArray &user);
    /// The connection is over.
    void release(const ConnectionToken &token);

private:
    struct Entry
    {
        QByteArray user = {};
        TransportKind kind = TransportKind::None;
        int ioThread = -1;
        bool isResumable = false;
        std::optional<ConnectionHome> home = {};
    };

    struct Part
    {
        std::mutex mutex; ///< Guards the rest.
        std::unordered_map<ConnectionToken, Entry, ConnectionToken::Hash> entries;
        std::deque<std::pair<SteadyTime, ConnectionToken>>
            issued; ///< Oldest first; some are attached by now.
    };

    static constexpr std::size_t PartCount = 16;

    Part &partOf(const ConnectionToken &token) { return m_parts[ConnectionToken::Hash()(token) % PartCount]; }
    void expireLocked(Part &part);
    void expireAll();

    const Clock &m_clock;
    const qint64 m_limit;
    const std::chrono::milliseconds m_lifetime;
    std::array<Part, PartCount> m_parts;
    std::atomic<qint64> m_waiting = 0; ///< Entries that are not attached.
};

/// Holds a token in use; lets it go when destroyed. Empty for connections that began without negotiate.
class TokenLease
{
public:
    TokenLease() = default;
    TokenLease(std::shared_ptr<ConnectionTokens> tokens, const ConnectionToken &token)
        : m_tokens(std::move(tokens))
        , m_token(token)
    {
    }
    TokenLease(TokenLease &&other) noexcept = default;
    TokenLease &operator=(TokenLease &&other) = delete;
    ~TokenLease() { release(); }

    /// Null when empty.
    const ConnectionToken &token() const { return m_token; }
    bool isEmpty() const { return !m_tokens; }
    void release()
    {
        if (const auto tokens = std::exchange(m_tokens, nullptr))
            tokens->release(m_token);
    }

private:
    std::shared_ptr<ConnectionTokens> m_tokens;
    ConnectionToken m_token;
};

class HubDirectory;

/// Of each hub its own: a token opens only the hub that gave it. What the I/O threads share of a hub.
struct HubTokens
{
    std::shared_ptr<ConnectionTokens> phones;
    std::shared_ptr<ConnectionTokens> businesses;
    std::shared_ptr<HubDirectory> phoneDirectory;
    std::shared_ptr<HubDirectory> businessDirectory;
};

} // namespace hudhud
