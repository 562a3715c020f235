// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/clock.h"
#include "signalr/loop_port.h"

#include <array>
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

/// The connections of one hub between negotiate and their end. Shared by the I/O threads of a process,
/// because the kernel may hand a client's negotiate and its upgrade to different ones. A token works once:
/// later requests with it find nothing, but for those that resume. Thread: any. Off the way of messages: touched when a connection
/// begins and ends.
class ConnectionTokens
{
public:
    enum class Attachment : quint8 { Attached, Unknown, InUse };

    /// At most `limit` tokens wait at a time, each for at most `lifetime`.
    ConnectionTokens(const Clock &clock, qint64 limit, std::chrono::milliseconds lifetime);

    /// A token that only `user` may use; nothing when too many wait.
    /// `isResumable`: stateful reconnect was agreed.
    std::optional<ConnectionToken> issue(const QByteArray &user, bool isResumable = false);
    /// Takes the token for a transport of `user`; others find it unknown.
    Attachment attach(const ConnectionToken &token, const QByteArray &user);
    bool contains(const ConnectionToken &token, const QByteArray &user);
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
        QByteArray user;
        bool isAttached = false;
        bool isResumable = false;
        std::optional<ConnectionHome> home;
    };

    void expireLocked();

    const Clock &m_clock;
    const qint64 m_limit;
    const std::chrono::milliseconds m_lifetime;
    std::mutex m_mutex; ///< Guards everything below.
    std::unordered_map<ConnectionToken, Entry, ConnectionToken::Hash> m_entries;
    std::deque<std::pair<SteadyTime, ConnectionToken>> m_issued; ///< Oldest first; some are attached by now.
    qint64 m_waiting = 0; ///< Entries that are not attached.
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
